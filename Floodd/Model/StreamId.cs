// One life of one site as an origin of updates in a group, and the updates it numbers.
using System.Globalization;

namespace Floodd.Model;

/// <summary>The numbered segments of one origin in one of its lives; with a group it names a stream.</summary>
/// <param name="Origin">The site that took the updates from its clients.</param>
/// <param name="Incarnation">That life of the site; no two lives share one.</param>
public readonly record struct StreamId(SiteName Origin, ulong Incarnation) : IComparable<StreamId>
{
    /// <summary>By origin, then by incarnation.</summary>
    public int CompareTo(StreamId other)
    {
        int byOrigin = Origin.CompareTo(other.Origin);
        return byOrigin != 0 ? byOrigin : Incarnation.CompareTo(other.Incarnation);
    }

    /// <summary><c>ORIGIN/INCARNATION</c>, the incarnation in hexadecimal.</summary>
    public override string ToString() => $"{Origin.Value}/{Incarnation:x}";
}

/// <summary>The id of an update: <c>ORIGIN/INCARNATION/SEQUENCE</c>.</summary>
/// <param name="Stream">The stream that the update is in.</param>
/// <param name="Sequence">The number of its first segment, from 1.</param>
public readonly record struct UpdateId(StreamId Stream, long Sequence)
{
    /// <summary>As in <c>inferno/6740f2a1/42</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Stream}/{Sequence}");

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <returns>Whether <paramref name="text"/> is an id.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out UpdateId id)
    {
        id = default;
        int first = text.IndexOf('/');
        int last = text.LastIndexOf('/');
        // The framework's number readers pass over zero bytes at the end.
        if (first <= 0 || last == first || text.Contains('\0') || !NameRule.IsName(text[..first])
            || !ulong.TryParse(text[(first + 1)..last], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong incarnation)
            || !long.TryParse(text[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            || sequence < 1)
        {
            return false;
        }

        id = new UpdateId(new StreamId(new SiteName(text[..first].ToString()), incarnation), sequence);
        return true;
    }
}
