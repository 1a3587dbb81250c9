// What a spool must know after some entries, said as simply as it can be: a number at a time. For comparing.
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Tests.Spool;

/// <summary>Random entries as a core might write them, and what they come to.</summary>
internal sealed class SpoolModel
{
    private static readonly GroupName[] Groups = [SpoolSamples.Mirror, SpoolSamples.News];
    private static readonly StreamId[] Streams = [SpoolSamples.Inferno, SpoolSamples.Paradise];

    private readonly SortedDictionary<(GroupName, StreamId), One> _streams = [];
    private readonly List<(GroupName, StreamId, long First, int Count, string Why)> _asides = [];

    private sealed class One
    {
        public SortedSet<long> Received { get; } = [];

        public SortedSet<long> Lost { get; } = [];

        public SortedSet<long> Held { get; } = [];

        public long Exported { get; set; }

        public long Handing { get; set; }
    }

    /// <summary>A copy that goes its own way.</summary>
    public SpoolModel Copy()
    {
        var copy = new SpoolModel();
        foreach (((GroupName, StreamId) key, One one) in _streams)
        {
            var own = new One { Exported = one.Exported, Handing = one.Handing };
            own.Received.UnionWith(one.Received);
            own.Lost.UnionWith(one.Lost);
            own.Held.UnionWith(one.Held);
            copy._streams[key] = own;
        }

        copy._asides.AddRange(_asides);
        return copy;
    }

    /// <summary>An entry that makes sense now.</summary>
    public SpoolEntry Draw(Prng prng)
    {
        GroupName group = Groups[prng.Next(2)];
        StreamId stream = Streams[prng.Next(2)];
        One one = _streams.GetValueOrDefault((group, stream)) ?? new One();
        long behind = one.Received.Count > 0 ? one.Received.Max + 1 : 1;
        long whole = Whole(one);
        int count = 1 + prng.Next(4);
        switch (prng.Next(20))
        {
            case 0 when one.Received.Count > 0:
                return new SpoolEntry.Lost(group, stream, behind, behind + count);
            case 1 or 2 or 3 when one.Exported > 0:
                return new SpoolEntry.Dropped(group, stream, Math.Max(0, one.Exported - prng.Next(30)));
            case 4 when one.Received.Count > 0 && one.Received.Max > whole:
                return new SpoolEntry.Forgotten(group, stream, whole + 1, one.Received.Max);
            case 5 when prng.Chance(0.1) && one.Received.Count > 0:
                return new SpoolEntry.Ended(group, stream);
            case 6 or 7 when whole > one.Exported:
                return new SpoolEntry.Exported(group, stream, one.Exported + 1 + prng.Next((int)(whole - one.Exported)));
            case 8 when whole > one.Exported:
                return new SpoolEntry.Handing(group, stream, whole);
            case 9 when prng.Chance(0.5):
                return new SpoolEntry.SetAside(group, stream, behind + 1000, count, SpoolSamples.Records(group, stream, behind + 1000, count), $"exit {prng.Next(9)}");
            case 10 or 11 when _asides.Count > 0:
                (GroupName g, StreamId s, long first, _, _) = _asides[prng.Next(_asides.Count)];
                return new SpoolEntry.Settled(g, s, first);
            case 12:
                return SpoolSamples.Held(behind + 1 + prng.Next(3), count, -1, group, stream);
            default:
                // Into the first hole, or behind everything.
                while (count > 1 && Enumerable.Range(1, count).Any(i => one.Received.Contains(whole + i)))
                {
                    count--;
                }

                return SpoolSamples.Held(whole + 1, count, -1, group, stream, prng.Next(3));
        }
    }

    /// <summary>Takes an entry in.</summary>
    public void Apply(SpoolEntry entry)
    {
        if (entry is SpoolEntry.SetAside aside)
        {
            int at = _asides.FindIndex(other => (other.Item1, other.Item2, other.First) == (aside.Group, aside.Stream, aside.First));
            var it = (aside.Group, aside.Stream, aside.First, aside.Count, aside.Why);
            _asides.RemoveRange(Math.Max(at, 0), at < 0 ? 0 : 1);
            _asides.Insert(at < 0 ? _asides.Count : at, it);
            return;
        }

        if (entry is SpoolEntry.Settled settled)
        {
            _asides.RemoveAll(other => (other.Item1, other.Item2, other.First) == (settled.Group, settled.Stream, settled.First));
            return;
        }

        if (!_streams.TryGetValue((entry.Group, entry.Stream), out One? one))
        {
            one = _streams[(entry.Group, entry.Stream)] = new One();
        }

        switch (entry)
        {
            case SpoolEntry.Held held:
                foreach (long n in Numbers(held.First, held.First + held.Count - 1))
                {
                    one.Received.Add(n);
                    one.Held.Add(n);
                    one.Lost.Remove(n);
                }

                break;
            case SpoolEntry.Lost lost:
                foreach (long n in Numbers(lost.First, lost.Last))
                {
                    one.Received.Add(n);
                    one.Held.Remove(n);
                    one.Lost.Add(n);
                }

                break;
            case SpoolEntry.Dropped dropped:
                one.Held.RemoveWhere(n => n <= dropped.Through);
                break;
            case SpoolEntry.Forgotten forgotten:
                one.Received.RemoveWhere(n => n >= forgotten.First && n <= forgotten.Last);
                one.Lost.RemoveWhere(n => n >= forgotten.First && n <= forgotten.Last);
                one.Held.RemoveWhere(n => n >= forgotten.First && n <= forgotten.Last);
                break;
            case SpoolEntry.Exported exported:
                one.Exported = Math.Max(one.Exported, exported.Through);
                break;
            case SpoolEntry.Handing handing:
                one.Handing = Math.Max(one.Handing, handing.Through);
                break;
            case SpoolEntry.Ended:
                _streams.Remove((entry.Group, entry.Stream));
                break;
        }
    }

    /// <summary>What was exported was received, whatever became of the entry that said so.</summary>
    public SpoolModel Settle()
    {
        foreach (One one in _streams.Values)
        {
            one.Received.UnionWith(Numbers(1, one.Exported));
        }

        return this;
    }

    /// <summary>As <see cref="SpoolSamples.Text"/> writes a state.</summary>
    public override string ToString() => string.Join('\n',
        _streams.Select(pair => $"{pair.Key.Item1} {pair.Key.Item2} received {Ranges(pair.Value.Received)} lost {Ranges(pair.Value.Lost)} " +
            $"exported {pair.Value.Exported} handing {Math.Max(pair.Value.Handing, pair.Value.Exported)} held {Ranges(pair.Value.Held)}")
            .Concat(_asides.Select(aside => $"{aside.Item1} {aside.Item2} aside {aside.First}+{aside.Count} {aside.Why}")));

    private static IEnumerable<long> Numbers(long first, long last)
    {
        for (long n = first; n <= last; n++)
        {
            yield return n;
        }
    }

    private static long Whole(One one)
    {
        long whole = 0;
        while (one.Received.Contains(whole + 1))
        {
            whole++;
        }

        return whole;
    }

    private static SegmentSet Ranges(IEnumerable<long> numbers)
    {
        SegmentSet ranges = new();
        foreach (long n in numbers)
        {
            ranges.Add(n, n);
        }

        return ranges;
    }
}
