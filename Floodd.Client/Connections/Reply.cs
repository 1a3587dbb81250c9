// One reply of a daemon, and anything else that it may say. Values only.
using System.Collections.Immutable;
using Floodd.Client.Protocol;

namespace Floodd.Client.Connections;

/// <summary>A reply with its listing.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Text">The text behind the code.</param>
/// <param name="Lines">The listing's lines; empty without one.</param>
internal sealed record Reply(int Code, string Text, ImmutableArray<string> Lines)
{
    /// <summary>Whether it was done or is to go on.</summary>
    public bool IsGood => Code < 400;

    /// <summary>The lines as s-expressions; those that are none are skipped.</summary>
    public List<ListingLine> Listing() => [.. Lines.Select(ListingLine.Parse).OfType<ListingLine>()];
}

/// <summary>One of the three things that a daemon says after its greeting; the others are null.</summary>
internal readonly record struct Incoming(Reply? Reply, FloodUpdate? Update, FloodGap? Gap);
