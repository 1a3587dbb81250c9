// The bounds of the data port's protocol, the same at every site. Checked before anything is allocated.
namespace Floodd.Wire;

/// <summary>Sizes that no frame may exceed.</summary>
public static class WireLimits
{
    /// <summary>The protocol's version that this program speaks.</summary>
    public const ushort Version = 4;

    /// <summary>The oldest version that it understands.</summary>
    public const ushort OldestVersion = 4;

    /// <summary>The most payload of a segment, in bytes: large enough to cost little each, small enough to hold nothing up.</summary>
    public const int SegmentMax = 64 * 1024;

    /// <summary>The most that follows a frame's head, in bytes: a run of two full segments with their heads.</summary>
    public const int FrameMax = 160 * 1024;

    /// <summary>What a sender aims to put into one frame of records or listings, in bytes.</summary>
    public const int FrameAim = 64 * 1024;

    /// <summary>The highest number that makes sense anywhere: far beyond any use, and sums of many cannot overflow.</summary>
    public const long NumberMax = 1L << 48;

    /// <summary>The highest version or edition that is believed. What is higher is passed over: its successors would make no sense to anybody.</summary>
    public const long VersionMax = NumberMax / 2;

    /// <summary>The most streams that one link may name.</summary>
    public const int StreamsPerLinkMax = 65_536;

    /// <summary>The most names of sites that either end of a link may number: twice as many as a group may have.</summary>
    public const int NamesPerLinkMax = 16_384;
}
