// Updates that were set aside, on a client's word: tried again in runs of their own, or dropped. Takes nothing from the streams.
using Floodd.Model;

namespace Floodd.Core;

internal sealed partial class Exports
{
    /// <summary>Tries updates again that were set aside, in runs of their own; whoever asks for all of them has mended something, so the group's pause is over too.</summary>
    public void Retry(Group group, List<SetAsideUpdate> updates, bool all)
    {
        ExportLine line = LineOf(group);
        foreach (SetAsideUpdate update in updates.Where(u => !u.Retrying))
        {
            update.Retrying = true;
            line.Errands.Enqueue(update);
        }

        line.PausedUntil = all ? _state.Now : line.PausedUntil;
        line.Due = true;
    }

    /// <summary>Drops updates for good that were set aside, but for one that is being tried again just now.</summary>
    /// <returns>How many.</returns>
    public int Skip(Group group, List<SetAsideUpdate> updates)
    {
        ExportLine line = LineOf(group);
        updates = updates.FindAll(u => u != line.Running?.Aside);
        foreach (SetAsideUpdate update in updates)
        {
            _state.Aside.Settle(update, ref _state.Counters.SetAsideSkipped);
        }

        for (int errands = line.Errands.Count; errands > 0; errands--)
        {
            SetAsideUpdate errand = line.Errands.Dequeue();
            if (!updates.Contains(errand))
            {
                line.Errands.Enqueue(errand);
            }
        }

        return updates.Count;
    }

    private void EndErrand(SetAsideUpdate update, Bundle bundle, bool taken, RunOutcome outcome)
    {
        if (taken)
        {
            Count(bundle.Count, bundle.PayloadBytes);
            _state.Note(NoteKind.SetAsideSettled, $"{update.Id} of {update.Group}, which was set aside, is exported");
            _state.Aside.Settle(update, ref _state.Counters.SetAsideExported);
        }
        else
        {
            update.RefusedAgain(outcome.Text);
            _state.Note(NoteKind.ExportSetAside, $"{update.Id} of {update.Group} stays set aside: {outcome.Text}");
        }
    }
}
