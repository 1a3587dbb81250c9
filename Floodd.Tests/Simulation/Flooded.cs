// One update that a client handed to a site, and all that has become of it; judges nothing.
namespace Floodd.Tests.Simulation;

/// <summary>An update's id with its group: what names it in the world.</summary>
/// <param name="Group">The group's number in the world.</param>
/// <param name="Origin">The origin's number in the world.</param>
/// <param name="Incarnation">The origin's incarnation.</param>
/// <param name="Sequence">The number of its first segment.</param>
internal readonly record struct UpdateKey(int Group, int Origin, ulong Incarnation, long Sequence);

/// <summary>An update that was handed in, or begun to be.</summary>
internal sealed class Flooded
{
    private int[] _exportedInLife = [];
    private long[] _lastExportAt = [];
    private int[] _refusedInLife = [];
    private int[] _handedInLife = [];

    public required long Number { get; init; }

    public required int Group { get; init; }

    /// <summary>The number of the site that it was handed to.</summary>
    public required int Origin { get; init; }

    /// <summary>The life of that site.</summary>
    public required int OriginLife { get; init; }

    public required int Length { get; init; }

    /// <summary>The digest of its bytes.</summary>
    public required ulong Digest { get; init; }

    /// <summary>When it was handed in, in ticks.</summary>
    public required long SentAt { get; init; }

    /// <summary>Whether its client vanished before all of it was sent: it must never be flooded.</summary>
    public bool Halved { get; init; }

    /// <summary>What its client calls it, to be flooded once with all others that are called so; null for nothing.</summary>
    public string? ClientKey { get; init; }

    /// <summary>The update whose receipt its client was given: it is not to be flooded itself; null if it has one of its own, or none.</summary>
    public Flooded? RepeatOf { get; set; }

    /// <summary>Whether it must never be handed out.</summary>
    public bool IsRefused => RefusedWith > 0 || RepeatOf is not null;

    /// <summary>Its id, once a receipt or an export has told it.</summary>
    public UpdateKey? Key { get; set; }

    /// <summary>When its receipt came, in ticks; -1 before.</summary>
    public long AcceptedAt { get; set; } = -1;

    /// <summary>The code of the refusal; 0 for none, -1 when its session was lost before an answer.</summary>
    public int RefusedWith { get; set; }

    public bool IsAccepted => AcceptedAt >= 0;

    public bool IsAnswered => AcceptedAt >= 0 || RefusedWith != 0 || RepeatOf is not null;

    /// <summary>At how many sites it was exported, in any of their lives.</summary>
    public int ExportedCount { get; private set; }

    /// <summary>The last life of a site in which it was exported there; 0 for none.</summary>
    public int LifeExportedAt(int site) => site < _exportedInLife.Length ? _exportedInLife[site] : 0;

    public bool IsExportedAt(int site) => LifeExportedAt(site) > 0;

    /// <summary>When it was exported there last, in ticks; 0 if never.</summary>
    public long LastExportAt(int site) => site < _lastExportAt.Length ? _lastExportAt[site] : 0;

    public void ExportAt(int site, int life, long now = 0)
    {
        if (site >= _exportedInLife.Length)
        {
            Array.Resize(ref _exportedInLife, site + 8);
            Array.Resize(ref _lastExportAt, site + 8);
        }

        if (_exportedInLife[site] == 0)
        {
            ExportedCount++;
        }

        _exportedInLife[site] = life;
        _lastExportAt[site] = now;
    }

    /// <summary>Whether the export command there did not take it, in any of the site's lives.</summary>
    public bool IsRefusedAt(int site) => LifeRefusedAt(site) > 0;

    /// <summary>The last life of a site in which the export command there did not take it; 0 for none.</summary>
    public int LifeRefusedAt(int site) => site < _refusedInLife.Length ? _refusedInLife[site] : 0;

    /// <summary>The export command there will not take it.</summary>
    public void RefuseAt(int site, int life) => Set(ref _refusedInLife, site, life);

    /// <summary>The last life of a site in which a run was given it; 0 for none.</summary>
    public int LifeHandedAt(int site) => site < _handedInLife.Length ? _handedInLife[site] : 0;

    /// <summary>A run is given it.</summary>
    public void HandAt(int site, int life) => Set(ref _handedInLife, site, life);

    public bool HasSameBytesAs(Flooded other) => Length == other.Length && Digest == other.Digest && Group == other.Group && Origin == other.Origin;

    /// <summary>Changes places with another one of the same bytes: which of the two an early export was shows only at the receipt.</summary>
    public void ExchangeExportsWith(Flooded other)
    {
        (_exportedInLife, other._exportedInLife) = (other._exportedInLife, _exportedInLife);
        (_lastExportAt, other._lastExportAt) = (other._lastExportAt, _lastExportAt);
        (_refusedInLife, other._refusedInLife) = (other._refusedInLife, _refusedInLife);
        (_handedInLife, other._handedInLife) = (other._handedInLife, _handedInLife);
        (ExportedCount, other.ExportedCount) = (other.ExportedCount, ExportedCount);
    }

    private static void Set(ref int[] lives, int site, int life)
    {
        if (site >= lives.Length)
        {
            Array.Resize(ref lives, site + 8);
        }

        lives[site] = life;
    }

    public override string ToString() =>
        $"update {Number} ({Length} bytes, from s{Origin + 1:00}" + (Key is { } k ? $", {k.Incarnation:x}/{k.Sequence})" : ")");
}
