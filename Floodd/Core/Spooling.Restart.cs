// How a site goes on with what its spool held: streams, marks, keys and numbers of an earlier life. Writes nothing itself.
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Core;

internal sealed partial class Spooling
{
    private readonly List<string> _notes = [];

    /// <summary>Gives a group that has just been configured what the spool held of it.</summary>
    public void Restore(Group group)
    {
        List<SpooledStream> streams = [.. spooled.Streams.Where(s => s.Group == group.Name).OrderBy(s => s.Id != group.OwnId)];
        if (core.IsStarted)
        {
            // What it held was let go at the start. Numbers given then must not be given again.
            group.OwnId = streams.Count > 0 ? new StreamId(_state.Self, _state.Life) : group.OwnId;
            return;
        }

        if (streams.FirstOrDefault(s => s.Id == group.OwnId) is { } own && !IsComplete(own))
        {
            group.OwnId = new StreamId(_state.Self, _state.Life);
            _notes.Add($"{group.Name}: some of what {own.Id} had numbered is damaged; updates are numbered under {_state.Life:x} from now on");
        }

        List<(SegmentStream Stream, SpooledStream From)> all = [.. streams.Select(s => (group.FindOrAdd(s.Id), s))];
        foreach ((SegmentStream stream, SpooledStream from) in all)
        {
            _state.Store.Restore(stream.Restore(from, _state.Now, _state.Store.SlabBounds));
            stream.Spool!.Handing = Math.Max(from.Handing, from.Exported);
            if (stream.Id == group.OwnId)
            {
                group.Own = stream;
                stream.Durable = stream.Received.Highest;
            }

            if (from.Exported > 0)
            {
                stream.Marks.Raise(_state.Self, new(from.Exported, from.Exported, Start: false), _state.Now);
            }
        }

        // Of several under one key the first is the one that was handed out: it is learned first.
        all.ForEach(s => s.Stream.Rescan(s.From.Exported));
        all.ForEach(s => s.Stream.Rescan(Math.Max(s.From.Handing, s.From.Exported + 1)));
        all.ForEach(s => s.Stream.Rescan(long.MaxValue));
    }

    /// <summary>The daemon begins: says what was found, and goes on with what is still to be handed out.</summary>
    public void Begin()
    {
        _state.Store.Settle();
        _state.Aside.Spool = Say;
        _state.Aside.Restore(spooled.SetAside);
        TellStrays();
        foreach (string text in spooled.Damage.Concat(_notes))
        {
            _state.Note(NoteKind.SpoolDamaged, text);
        }

        // Only what a group may need that comes later: which streams there were.
        spooled = spooled with
        {
            Streams = [.. spooled.Streams.Where(s => !_state.Groups.ContainsKey(s.Group)).Select(s => s with { Runs = [] })],
            SetAside = [.. spooled.SetAside.Where(a => !_state.Groups.ContainsKey(a.Group)).Select(a => a with { Records = default })],
        };
        foreach (SegmentStream stream in _state.AllStreams)
        {
            core.Exports.Grown(stream);
        }
    }

    /// <summary>Others hold numbers of our own stream that we never gave: the spool is an older copy. From now on we number anew.</summary>
    public void Renumber(Group group)
    {
        if (group.OwnId.Incarnation != _state.Life)
        {
            StreamId old = group.OwnId;
            group.OwnId = new StreamId(_state.Self, _state.Life);
            if (group.Own is { } stream)
            {
                group.Own = null;
                stream.Spool!.IsUrgent = true;
                Then(() => stream.Durable = long.MaxValue);
            }

            _state.Note(NoteKind.SpoolDamaged, $"{group.Name}: others hold more of {old} than the spool does, which must be an older copy; updates are numbered under {_state.Life:x} from now on");
        }
    }

    private static bool IsComplete(SpooledStream own)
    {
        var known = new SegmentSet();
        known.Add(own.Lost);
        foreach (SpooledRun run in own.Runs)
        {
            known.Add(run.First, run.First + run.Count - 1);
        }

        if (own.Exported > 0)
        {
            known.Add(1, own.Exported);
        }

        return known.RangeCount == 0 || (known.RangeCount == 1 && known.Watermark >= own.Received.Highest);
    }
}
