// A spool as a list of facts, folded anew each time it is read: what the real one must say too, without files. Loses what was not synced.
using System.Collections.Immutable;
using Floodd.Core;
using Floodd.Model;
using Floodd.Spool;
using Floodd.Wire;

namespace Floodd.Tests.Core;

/// <summary>The disk of a rig.</summary>
internal sealed class SpoolModel
{
    private readonly List<SpoolEntry> _facts = [];

    /// <summary>A spool that nothing was ever written to.</summary>
    public static SpooledState New(ulong incarnation = 0xb1) => new(incarnation, [], [], []);

    public IReadOnlyList<SpoolEntry> Facts => _facts;

    /// <summary>Facts that are on it beside what rigs say.</summary>
    public void Add(IEnumerable<SpoolEntry> facts) => _facts.AddRange(facts);

    /// <summary>Writes all that waits at a rig, and reports it.</summary>
    public void Sync(Rig rig, bool isShort = false)
    {
        while (rig.Batches.Count > 0)
        {
            long ticket = 0;
            while (rig.Batches.TryDequeue(out Effect.Spool? batch))
            {
                _facts.AddRange(batch.Entries);
                ticket = batch.Ticket;
            }

            rig.Do(new Event.Spooled(ticket, isShort, 1));
        }
    }

    /// <summary>What a power cut leaves.</summary>
    public SpooledState Read(ulong incarnation = 0xb1)
    {
        List<SpoolEntry.SetAside> asides = [];
        var streams = new SortedDictionary<StreamId, Kept>();
        foreach (SpoolEntry fact in _facts)
        {
            if (fact is SpoolEntry.SetAside or SpoolEntry.Settled)
            {
                asides.RemoveAll(a => (a.Group, a.Stream, a.First) == (fact.Group, fact.Stream, fact is SpoolEntry.Settled settled ? settled.First : ((SpoolEntry.SetAside)fact).First));
                asides.AddRange(fact is SpoolEntry.SetAside aside ? [aside] : []);
                continue;
            }

            if (fact is SpoolEntry.Ended)
            {
                streams.Remove(fact.Stream);
                continue;
            }

            if (!streams.TryGetValue(fact.Stream, out Kept? kept))
            {
                streams.Add(fact.Stream, kept = new Kept());
            }

            kept.Take(fact);
        }

        return new SpooledState(
            incarnation, [.. streams.Select(s => new SpooledStream(Rig.Mirror, s.Key, s.Value.Received, s.Value.Lost, s.Value.Exported, s.Value.Handing, s.Value.Runs()))], [.. asides], []);
    }

    private sealed class Kept
    {
        private readonly SortedDictionary<long, ReadOnlyMemory<byte>> _held = [];

        public SegmentSet Received { get; } = new();

        public SegmentSet Lost { get; } = new();

        public long Exported { get; private set; }

        public long Handing { get; private set; }

        public void Take(SpoolEntry fact)
        {
            switch (fact)
            {
                case SpoolEntry.Held held:
                    ReadOnlyMemory<byte> rest = held.Records;
                    for (long number = held.First; number < held.First + held.Count; number++)
                    {
                        int size = SegmentRecord.Size(SegmentRecord.Word(rest.Span));
                        _held.Add(number, rest[..size].ToArray());
                        Received.Add(number, number);
                        rest = rest[size..];
                    }

                    break;
                case SpoolEntry.Lost lost:
                    Received.Add(lost.First, lost.Last);
                    Lost.Add(lost.First, lost.Last);
                    break;
                case SpoolEntry.Dropped dropped:
                    _held.Keys.Where(n => n <= dropped.Through).ToList().ForEach(n => _held.Remove(n));
                    break;
                case SpoolEntry.Forgotten forgotten:
                    Received.Remove(forgotten.First, forgotten.Last);
                    _held.Keys.Where(n => n >= forgotten.First && n <= forgotten.Last).ToList().ForEach(n => _held.Remove(n));
                    break;
                case SpoolEntry.Exported exported:
                    Exported = Math.Max(Exported, exported.Through);
                    break;
                case SpoolEntry.Handing handing:
                    Handing = Math.Max(Handing, handing.Through);
                    break;
                default:
                    break;
            }
        }

        public ImmutableArray<SpooledRun> Runs() => [.. _held.Select(h => new SpooledRun(h.Key, 1, h.Value, 0))];
    }
}
