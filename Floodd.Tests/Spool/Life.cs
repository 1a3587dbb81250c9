// What a process has told its spool, and what may be in it after that process has ended in some bad way.
using Floodd.Model;
using Floodd.Spool;
using NUnit.Framework;

namespace Floodd.Tests.Spool;

/// <summary>The state that was synced last, and what was said since.</summary>
/// <param name="now">What was there at the beginning; goes along with what is said.</param>
internal sealed class Life(SpoolModel now)
{
    private readonly List<SpoolEntry> _since = [];
    private SpoolModel _synced = now.Copy();
    private int _lastBatch;

    /// <summary>Draws what is said next, at once.</summary>
    public IReadOnlyList<SpoolEntry> Draw(Prng prng)
    {
        List<SpoolEntry> entries = [];
        for (int i = prng.Next(2); i >= 0; i--)
        {
            SpoolEntry entry = now.Draw(prng);
            entries.Add(entry);
            now.Apply(entry);
        }

        Say(entries);
        return entries;
    }

    /// <summary>All that was said will be there.</summary>
    public void Synced()
    {
        _synced = now.Copy();
        _since.Clear();
        _lastBatch = 0;
    }

    /// <summary>What may be there if something is damaged: any of what was said since.</summary>
    public HashSet<string> Subsets()
    {
        Invariant.Check(_since.Count <= 20);
        HashSet<string> texts = [];
        Grow(_synced, 0, texts);
        return texts;
    }

    /// <summary>What may be there if nothing is damaged: what was said since, up to something.</summary>
    public IEnumerable<string> Prefixes() => Enumerable.Range(0, _since.Count + 1).Select(After);

    /// <summary>What may be there if the process was killed: the last batch is there or not.</summary>
    public IEnumerable<string> Batches() => [After(_since.Count - _lastBatch), After(_since.Count)];

    /// <summary>Every segment that is held is the one that was given, byte for byte.</summary>
    public static void CheckPayload(SpooledState state, string where)
    {
        foreach (SpooledStream stream in state.Streams)
        {
            foreach (SpooledRun run in stream.Runs)
            {
                Assert.That(run.Records.Span.SequenceEqual(SpoolSamples.Records(stream.Group, stream.Id, run.First, run.Count)), where);
            }
        }

        foreach (SpoolEntry.SetAside aside in state.SetAside)
        {
            Assert.That(aside.Records.Span.SequenceEqual(SpoolSamples.Records(aside.Group, aside.Stream, aside.First, aside.Count)), where);
        }
    }

    private void Say(List<SpoolEntry> entries)
    {
        _since.AddRange(entries);
        _lastBatch = entries.Count;
    }

    private string After(int count)
    {
        SpoolModel model = _synced.Copy();
        foreach (SpoolEntry entry in _since.Take(count))
        {
            model.Apply(entry);
        }

        return model.ToString();
    }

    private void Grow(SpoolModel model, int from, HashSet<string> texts)
    {
        texts.Add(model.Copy().Settle().ToString());
        for (int i = from; i < _since.Count; i++)
        {
            SpoolModel grown = model.Copy();
            grown.Apply(_since[i]);
            Grow(grown, i + 1, texts);
        }
    }
}
