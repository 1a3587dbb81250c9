// One update that the export command refused for good: its records, a copy of its own, and why. Values, but for how it went when it was tried again.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>An update that was set aside.</summary>
/// <param name="group">Its group.</param>
/// <param name="id">Its id.</param>
/// <param name="records">All of its records and no others.</param>
/// <param name="payloadBytes">Its length, in bytes.</param>
/// <param name="since">When it was set aside, by this site's clock; when the site began if an earlier life did.</param>
/// <param name="tries">How many runs of its own it has had.</param>
/// <param name="why">How the last of them ended, for people.</param>
internal sealed class SetAsideUpdate(GroupName group, UpdateId id, Slab records, long payloadBytes, Instant since, int tries, string why)
{
    public GroupName Group { get; } = group;

    public UpdateId Id { get; } = id;

    public Slab Records { get; } = records;

    public long PayloadBytes { get; } = payloadBytes;

    public Instant Since { get; } = since;

    public int Tries { get; private set; } = tries;

    public string Why { get; private set; } = why;

    /// <summary>Whether it is to be tried again, or is being tried: then it is not given up for others.</summary>
    public bool Retrying { get; set; }

    /// <summary>It was tried again and not taken.</summary>
    public void RefusedAgain(string why)
    {
        Tries++;
        Why = why;
        Retrying = false;
    }
}
