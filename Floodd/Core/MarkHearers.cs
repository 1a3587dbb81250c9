// To whom marks that have changed are told, and how long each waits for more of them.
namespace Floodd.Core;

/// <summary>Those to whom a changed mark is told, each at its time. Who knows it by then is not told again.</summary>
[Flags]
internal enum MarkHearers : byte
{
    None = 0,

    /// <summary>The neighbor on the way to the middle of the group.</summary>
    Parent = 1,

    /// <summary>The neighbors that are farther from it.</summary>
    Children = 2,

    /// <summary>All neighbors: what the tree has not brought, for whatever reason, the other links bring.</summary>
    All = 4,
}

/// <summary>How long what has changed waits until it is told to these; null if it is not.</summary>
internal readonly record struct MarkDelays(TimeSpan? ToParent, TimeSpan? ToChildren, TimeSpan ToAll)
{
    /// <summary>All to whom it is told.</summary>
    public MarkHearers Hearers =>
        (ToParent is null ? MarkHearers.None : MarkHearers.Parent) | (ToChildren is null ? MarkHearers.None : MarkHearers.Children) | MarkHearers.All;

    /// <summary>How long until it is told to these; null for never.</summary>
    public TimeSpan? Of(MarkHearers hearers) => hearers switch
    {
        MarkHearers.Parent => ToParent,
        MarkHearers.Children => ToChildren,
        _ => ToAll,
    };
}
