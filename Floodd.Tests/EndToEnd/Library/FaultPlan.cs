// What goes wrong on a connection that leads through a proxy. Values; nothing here does anything.
namespace Floodd.Tests.EndToEnd.Library;

/// <summary>A direction through a proxy.</summary>
internal enum Way
{
    ToDaemon,
    ToClient,
}

/// <summary>How a connection ends.</summary>
internal enum CutKind
{
    /// <summary>As when a program crashes: what is under way is thrown away.</summary>
    Reset,

    /// <summary>As when a program closes: what was delivered can be read, then there is an end.</summary>
    End,
}

/// <summary>At which ends of a proxied connection the cut is seen; the other one stays open and hears nothing more.</summary>
[Flags]
internal enum CutEnds
{
    Client = 1,
    Daemon = 2,
    Both = Client | Daemon,
}

/// <summary>A connection is cut once so many bytes were delivered one way.</summary>
/// <param name="Way">The direction that is counted.</param>
/// <param name="After">How many bytes are delivered and not one more; 0 cuts when the first one comes.</param>
/// <param name="Kind">How it ends.</param>
/// <param name="Ends">Who sees it.</param>
internal sealed record Cut(Way Way, long After, CutKind Kind = CutKind.Reset, CutEnds Ends = CutEnds.Both);

/// <summary>The faults of one connection.</summary>
internal sealed record FaultPlan
{
    /// <summary>Everything goes through as it comes.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>When the connection is cut; null for never.</summary>
    public Cut? Cut { get; init; }

    /// <summary>Bytes are delivered in pieces of 1 to so many, chosen by <see cref="Seed"/>; 1 is byte by byte, 0 as they come.</summary>
    public int PieceMax { get; init; }

    /// <summary>How long each piece waits before it is delivered.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Chooses the sizes of pieces.</summary>
    public int Seed { get; init; }
}
