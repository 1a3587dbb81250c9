// A subscription of the library that runs beside a test and keeps what it gets. Never hides why it ended.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Library;

/// <summary>A subscriber to one group.</summary>
internal sealed class Follower : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<FloodUpdate> _updates = [];
    private readonly HashSet<int> _numbers = [];
    private readonly List<FloodGap> _gaps = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;

    /// <summary>Begins to read.</summary>
    public Follower(FlooddClient client, string group, FloodPosition from) => _work = ReadAsync(client, group, from);

    /// <summary>How many updates came so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _updates.Count;
            }
        }
    }

    /// <summary>How many different updates of a run came so far.</summary>
    public int DistinctCount
    {
        get
        {
            lock (_gate)
            {
                return _numbers.Count;
            }
        }
    }

    /// <summary>What came so far.</summary>
    public FloodUpdate[] Updates
    {
        get
        {
            lock (_gate)
            {
                return [.. _updates];
            }
        }
    }

    /// <summary>What it was told is lost.</summary>
    public FloodGap[] Gaps
    {
        get
        {
            lock (_gate)
            {
                return [.. _gaps];
            }
        }
    }

    /// <summary>Waits until so many have come; fails at once if the subscription ended.</summary>
    public void WaitFor(int count) => Eventually.Holds(
        () => Count >= count || _work.IsFaulted,
        $"a subscriber to get {count} updates",
        () => $"{Count} and {Gaps.Length} gaps");

    /// <summary>Demands that each came once, in the order of its origin, and that nothing was lost.</summary>
    public void Check(NumberedUpdates updates, int count, string where)
    {
        WaitFor(count);
        if (_work.IsFaulted)
        {
            _work.GetAwaiter().GetResult();
        }

        updates.CheckOnce(Updates.Select(update => update.Bytes), count, where);
        Assert.That(Gaps, Is.Empty, where);
        foreach (IGrouping<(string, ulong), FloodUpdate> stream in Updates.GroupBy(update => (update.Id.Origin, update.Id.Incarnation)))
        {
            Assert.That(stream.Select(update => update.Id.Sequence), Is.Ordered, $"{where}: order of {stream.Key}");
        }
    }

    /// <summary>Demands that each came at least once, and that nothing was lost.</summary>
    public void CheckNothingLost(int count, string where)
    {
        Eventually.Holds(() => DistinctCount >= count || _work.IsFaulted, $"{where} to get {count} different updates", () => $"{DistinctCount} of {Count}, {Gaps.Length} gaps");
        if (_work.IsFaulted)
        {
            _work.GetAwaiter().GetResult();
        }

        Assert.That(Gaps, Is.Empty, where);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task ReadAsync(FlooddClient client, string group, FloodPosition from)
    {
        await foreach (FloodUpdate update in client.SubscribeAsync(group, from, Note, _end.Token))
        {
            lock (_gate)
            {
                _updates.Add(update);
                _numbers.Add(NumberedUpdates.NumberOf(update.Bytes.Span));
            }
        }
    }

    private void Note(FloodGap gap)
    {
        lock (_gate)
        {
            _gaps.Add(gap);
        }
    }
}
