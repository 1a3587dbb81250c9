// One member's progress in one stream, and who was told of it.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Mark(SiteName site)
{
    private readonly ulong _siteNumber = MarkSum.NumberOf(site);
    private int _untold;

    /// <summary>Whose progress it is.</summary>
    public SiteName Site { get; } = site;

    /// <summary>All updates up to this segment are exported there.</summary>
    public long Exported { get; set; }

    /// <summary>No subscriber there waits for them either.</summary>
    public long Released { get; set; }

    /// <summary>Whether the site was given this to start from, rather than having reported it.</summary>
    public bool Start { get; set; }

    /// <summary>The links whose other ends know exactly this: they have told it, or the same sum, or were told.</summary>
    public LinkSet KnownBy { get; set; }

    /// <summary>The number that it makes, in the sum of its stream's marks.</summary>
    public ulong Number => MarkSum.NumberOf(_siteNumber, Exported, Released, Start);

    /// <summary>As it is told.</summary>
    public DeliveryMark Told => new(Site, Exported, Released, Start);

    /// <summary>Whether it is still to be told to some of the neighbors.</summary>
    public bool IsUntold(MarkHearers hearers) => (_untold & (1 << (int)hearers)) != 0;

    /// <summary>Says whether it is.</summary>
    public void SetUntold(MarkHearers hearers, bool untold) => _untold = untold ? _untold | (1 << (int)hearers) : _untold & ~(1 << (int)hearers);

    /// <summary>Whether this is exactly what was told.</summary>
    public bool Is(in DeliveryMark told) => Exported == told.Exported && Released == told.Released && Start == told.Start;
}
