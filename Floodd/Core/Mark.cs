// One site's progress in one stream, and who was told of it.
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>An entry of a <see cref="MarkTable"/>: small, as there is one for each member in each stream.</summary>
internal struct Mark
{
    private byte _untold;

    /// <summary>Whether anything was ever heard.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Whether the site was given this to start from, rather than having reported it.</summary>
    public bool Start { get; set; }

    /// <summary>All updates up to this segment are exported there.</summary>
    public long Exported { get; set; }

    /// <summary>No subscriber there waits for them either.</summary>
    public long Released { get; set; }

    /// <summary>The links whose other ends know exactly this: they have told it, or the same sum, or were told.</summary>
    public LinkSet KnownBy { get; set; }

    /// <summary>As it is told.</summary>
    public readonly DeliveryMark Told => new(Exported, Released, Start);

    /// <summary>Whether it is known and exactly what was told.</summary>
    public readonly bool Is(in DeliveryMark told) => IsKnown && Exported == told.Exported && Released == told.Released && Start == told.Start;

    /// <summary>Whether it is still to be told to some of the neighbors.</summary>
    public readonly bool IsUntold(MarkHearers hearers) => (_untold & (int)hearers) != 0;

    /// <summary>It is to be told to these as well.</summary>
    public void ToTell(MarkHearers hearers) => _untold |= (byte)hearers;

    /// <summary>It was told to these.</summary>
    public void WasTold(MarkHearers hearers) => _untold &= (byte)~hearers;
}
