// One update that a fault campaign flooded: who, in which life, under which number, and what became of it. Values only.
namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>What the client knows of one flood.</summary>
internal enum FloodFate
{
    /// <summary>The reply never came: it may be flooded or not, but everywhere or nowhere.</summary>
    Unknown,

    /// <summary>A receipt came.</summary>
    Accepted,

    /// <summary>The daemon said no: nobody may ever export it.</summary>
    Refused,
}

/// <summary>A flood.</summary>
/// <param name="Number">The campaign's own number for it, from 0; stands in its bytes.</param>
/// <param name="Origin">The index of the site that it was flooded at.</param>
/// <param name="Life">The life of that site, from 1.</param>
internal sealed record Flood(int Number, int Origin, int Life)
{
    private volatile FloodFate _fate;
    private volatile string? _id;

    public FloodFate Fate => _fate;

    /// <summary>The id on its receipt, or null.</summary>
    public string? Id => _id;

    /// <summary>Notes the receipt.</summary>
    public void Accept(string id)
    {
        _id = id;
        _fate = FloodFate.Accepted;
    }

    /// <summary>Notes that it was refused.</summary>
    public void Refuse() => _fate = FloodFate.Refused;
}

/// <summary>An export of an update of the campaign.</summary>
/// <param name="Site">The index of the site.</param>
/// <param name="Life">Its life.</param>
/// <param name="Number">The update's number.</param>
/// <param name="Id">The id on its frame.</param>
/// <param name="At">When it was seen, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; later than it happened by the pace of looking.</param>
internal readonly record struct Exported(int Site, int Life, int Number, string Id, long At);
