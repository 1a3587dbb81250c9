// The updates that the export command refused for good, kept for whoever retries or skips them. Charged to the store and bounded; never runs anything.
using Floodd.Model;
using Floodd.Spool;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>All of a site, oldest first.</summary>
internal sealed class SetAsideUpdates(SiteState state)
{
    private readonly List<SetAsideUpdate> _all = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<SetAsideUpdate> All => _all;

    /// <summary>What they are charged, in bytes.</summary>
    public long Charged { get; private set; }

    /// <summary>What they may be charged at most, in bytes.</summary>
    public long Max => state.Local.SetAsideMax ?? state.Local.DataStorageMax / 8;

    /// <summary>Gets what is to last of them, if there is a spool.</summary>
    public Action<SpoolEntry>? Spool { get; set; }

    /// <summary>Those of a group; of an id, if one is given.</summary>
    public List<SetAsideUpdate> Of(Group group, UpdateId? id = null) => _all.FindAll(u => u.Group == group.Name && (id is null || u.Id == id));

    /// <summary>Sets aside the one update of a bundle: the only place where that is done. If there is no room for a copy it is given up instead, and counted.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="bundle">It.</param>
    /// <param name="tries">How many runs of its own it has had.</param>
    /// <param name="why">How the last of them ended.</param>
    public void Add(Group group, Bundle bundle, int tries, string why)
    {
        state.Counters.UpdatesSetAside++;
        if (HasRoomFor(bundle.CopyCharge))
        {
            Slab copy = bundle.Copy(state.Now);
            Keep(new SetAsideUpdate(group.Name, bundle.First, copy, bundle.PayloadBytes, state.Now, tries, why));
            Spool?.Invoke(new SpoolEntry.SetAside(group.Name, bundle.First.Stream, bundle.First.Sequence, copy.Count, copy.Records(0, copy.Count), why));
        }
        else
        {
            state.Counters.SetAsideGivenUp++;
            state.Note(NoteKind.SetAsideGivenUp, $"{bundle.First} of {group.Name} ({bundle.PayloadBytes} bytes) is lost here: there is no room to keep what is set aside");
        }
    }

    /// <summary>One of them is so no longer: it was exported, skipped or given up. The only place where that is done.</summary>
    /// <param name="update">It.</param>
    /// <param name="count">The counter of what became of it.</param>
    public void Settle(SetAsideUpdate update, ref long count)
    {
        bool removed = _all.Remove(update);
        Invariant.Check(removed, "what is settled was set aside");
        count++;
        Spool?.Invoke(new SpoolEntry.Settled(update.Group, update.Id.Stream, update.Id.Sequence));
        Charged -= update.Records.Charge;
        state.Store.Release(update.Records.Charge);
    }

    /// <summary>Gives up the oldest until so much is free in the store.</summary>
    /// <returns>Whether it is; if all of them would not be enough, none is given up.</returns>
    public bool GiveUpFor(long bytes)
    {
        long free = state.Store.Max - state.Store.Charged;
        if (free + _all.Sum(u => u.Retrying ? 0 : u.Records.Charge) < bytes)
        {
            return false;
        }

        while (state.Store.Charged + bytes > state.Store.Max)
        {
            GiveUp(_all.First(u => !u.Retrying), "the store is full");
        }

        return true;
    }

    /// <summary>Takes those that an earlier life had set aside, at birth, oldest first; not those of groups that are not configured, which nobody could ask for.</summary>
    public void Restore(IEnumerable<SpoolEntry.SetAside> earlier)
    {
        foreach (SpoolEntry.SetAside entry in earlier.Where(e => state.Groups.ContainsKey(e.Group)))
        {
            state.Groups[entry.Group].WholeCount++;
            state.Counters.UpdatesSetAside++;
            var records = new Slab(entry.First, entry.Records.Length, state.Now);
            records.Append(entry.Records.Span);
            var update = new SetAsideUpdate(
                entry.Group, new UpdateId(entry.Stream, entry.First), records, SegmentRecord.UpdateLength(records.Record(0).Span), state.Now, Exports.TriesMax, entry.Why);
            if (HasRoomFor(records.Charge))
            {
                Keep(update);
            }
            else
            {
                state.Counters.SetAsideGivenUp++;
                state.Note(NoteKind.SetAsideGivenUp, $"{update.Id} of {entry.Group} is lost here: there is no room to keep what was set aside before the start");
                Spool?.Invoke(new SpoolEntry.Settled(entry.Group, entry.Stream, entry.First));
            }
        }
    }

    private void Keep(SetAsideUpdate update)
    {
        _all.Add(update);
        Charged += update.Records.Charge;
        state.Store.Charge(update.Records.Charge);
    }

    private bool HasRoomFor(long charge)
    {
        while (charge <= Max && Charged + charge > Max && _all.Find(u => !u.Retrying) is { } oldest)
        {
            GiveUp(oldest, "newer ones take its room");
        }

        return Charged + charge <= Max && state.Store.Admit(charge);
    }

    private void GiveUp(SetAsideUpdate update, string why)
    {
        Settle(update, ref state.Counters.SetAsideGivenUp);
        state.Note(NoteKind.SetAsideGivenUp, $"{update.Id} of {update.Group} ({update.PayloadBytes} bytes), which was set aside ({update.Why}), is given up: {why}");
    }
}
