// Looks at the exports of all sites again and again, so that a campaign knows when each came. Judges bytes at once, and nothing else.
using System.Diagnostics;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>What was exported where and when.</summary>
internal sealed class ExportWatch : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IReadOnlyList<TestSite> _sites;
    private readonly FaultLedger _ledger;
    private readonly TimeSpan _pace;
    private readonly List<Exported> _exports = [];
    private readonly List<string> _wrong = [];
    private readonly HashSet<int>[] _seen;
    private readonly int[] _read;
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;
    private Exception? _fault;

    /// <summary>Begins to look.</summary>
    /// <param name="sites">At these.</param>
    /// <param name="ledger">What may be exported.</param>
    /// <param name="pace">The pause between two looks.</param>
    public ExportWatch(IReadOnlyList<TestSite> sites, FaultLedger ledger, TimeSpan pace)
    {
        (_sites, _ledger, _pace) = (sites, ledger, pace);
        _seen = [.. sites.Select(_ => new HashSet<int>())];
        _read = new int[sites.Count];
        _thread = new Thread(Work) { IsBackground = true, Name = "export-watch" };
        _thread.Start();
    }

    /// <summary>All exports so far.</summary>
    public IReadOnlyList<Exported> Exports
    {
        get
        {
            lock (_lock)
            {
                return [.. _exports];
            }
        }
    }

    /// <summary>Exports whose bytes nobody flooded, as text.</summary>
    public IReadOnlyList<string> Wrong
    {
        get
        {
            lock (_lock)
            {
                return [.. _wrong];
            }
        }
    }

    /// <summary>Which of these floods are not yet seen exported at all of these sites, if they are due there.</summary>
    /// <param name="floods">The floods.</param>
    /// <param name="sites">The sites' indexes.</param>
    /// <param name="isDue">Whether a flood is due; see <see cref="Verdict"/>.</param>
    public IReadOnlyList<Flood> Lacking(IReadOnlyList<Flood> floods, IReadOnlyList<int> sites, Func<Flood, bool> isDue)
    {
        lock (_lock)
        {
            if (_fault is not null)
            {
                throw new AssertionException($"exports cannot be read: {_fault}");
            }

            return [.. floods.Where(flood => !sites.All(site => _seen[site].Contains(flood.Number)) && isDue(flood))];
        }
    }

    /// <summary>Whether a site was seen to export an update.</summary>
    public bool HasExported(int site, int number)
    {
        lock (_lock)
        {
            return _seen[site].Contains(number);
        }
    }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
    }

    private void Work()
    {
        try
        {
            do
            {
                for (int site = 0; site < _sites.Count; site++)
                {
                    Look(site);
                }
            }
            while (!_end.Wait(_pace));
        }
        catch (Exception e)
        {
            _fault = e;
        }
    }

    private void Look(int site)
    {
        IReadOnlyList<ExportedUpdate> updates = _sites[site].Exports.Updates();
        long now = Stopwatch.GetTimestamp();
        for (; _read[site] < updates.Count; _read[site]++)
        {
            ExportedUpdate update = updates[_read[site]];
            int? number = _ledger.NumberOf(update.Bytes.AsSpan());
            lock (_lock)
            {
                if (number is { } known)
                {
                    _exports.Add(new Exported(site, update.Life, known, update.Id, now));
                    _seen[site].Add(known);
                }
                else
                {
                    _wrong.Add($"{_sites[site].Name} exported {update.Bytes.Length} bytes as {update.Id} that nobody flooded");
                }
            }
        }
    }
}
