// All that one site has reported in one life, with the versions in which it did. Believes nothing of it: that is for Estimates.
using System.Runtime.InteropServices;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>The reports of one origin.</summary>
/// <param name="incarnation">Its life.</param>
internal sealed class ReportedRow(ulong incarnation)
{
    private readonly Dictionary<SiteName, (long Version, EstimateEntry Entry, Instant TakenAt)> _entries = [];

    public ulong Incarnation { get; } = incarnation;

    /// <summary>All that the origin told up to this version is known.</summary>
    public long Version { get; private set; }

    /// <summary>Takes an entry that came with a version.</summary>
    /// <returns>Whether it is news.</returns>
    public bool Take(EstimateEntry entry, long version, Instant now)
    {
        ref (long Version, EstimateEntry Entry, Instant TakenAt) known = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, entry.To, out bool exists);
        if (exists && known.Version >= version)
        {
            return false;
        }

        known = (version, entry, now);
        return true;
    }

    /// <summary>All that came between two versions is here: no hole, if all before the first was.</summary>
    public void Reaches(long version, long since)
    {
        if (since <= Version && version > Version)
        {
            Version = version;
        }
    }

    /// <summary>A report of all that came after a version.</summary>
    public EstimateReport After(SiteName origin, long since, Instant now) => new(
        origin, Incarnation, Version, since,
        [.. _entries.Values.Where(e => e.Version > since).OrderBy(e => e.Entry.To).Select(e => e.Entry with { Age = e.Entry.Age + (now - e.TakenAt) })]);
}
