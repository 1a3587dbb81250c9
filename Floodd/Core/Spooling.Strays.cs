// What the spool holds of groups that are not configured: told at the start, kept for a while should they come back, then dropped. Never exports any of it.
using System.Globalization;
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Core;

internal sealed partial class Spooling
{
    private IEnumerable<GroupName> Strays =>
        spooled.Streams.Select(s => s.Group).Concat(spooled.SetAside.Select(a => a.Group)).Distinct().Where(g => !_state.Groups.ContainsKey(g)).Order();

    // Says what there is of them, as long as it is known how much that is.
    private void TellStrays()
    {
        string hours = _state.Local.LogPurgePeriod.TotalHours.ToString("0.##", CultureInfo.InvariantCulture);
        bool any = false;
        foreach (GroupName name in Strays)
        {
            long bytes = spooled.Streams.Where(s => s.Group == name).Sum(s => s.Runs.Sum(r => (long)r.Records.Length)) + spooled.SetAside.Where(a => a.Group == name).Sum(a => (long)a.Records.Length);
            if (bytes > 0)
            {
                any = true;
                _notes.Add($"the spool holds {bytes} bytes of updates of {name}, which is not configured: they are not used, and are dropped in {hours} h (log-purge-period). To have them exported, define {name} again and restart before that");
            }
        }

        if (any)
        {
            _state.After(_state.Local.LogPurgePeriod, DropStrays);
        }
    }

    // Of our own streams it stays known how far they are numbered: no id is ever given twice, should the group come back.
    private void DropStrays()
    {
        foreach (GroupName name in Strays.ToList())
        {
            foreach (SpooledStream stream in spooled.Streams.Where(s => s.Group == name))
            {
                if (stream.Id.Origin == _state.Self)
                {
                    Say(new SpoolEntry.Exported(name, stream.Id, stream.Received.Highest));
                    Say(new SpoolEntry.Dropped(name, stream.Id, stream.Received.Highest));
                }
                else
                {
                    Say(new SpoolEntry.Ended(name, stream.Id));
                }
            }

            foreach (SpoolEntry.SetAside aside in spooled.SetAside.Where(a => a.Group == name))
            {
                Say(new SpoolEntry.Settled(name, aside.Stream, aside.First));
            }

            _state.Note(NoteKind.SpoolDamaged, $"what the spool held of {name}, which is not configured, is dropped");
        }
    }
}
