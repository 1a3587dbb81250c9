// 100,000 floods of one client while its connections break: each gets its receipt, and every site has each once.
using System.Collections.Concurrent;
using System.Diagnostics;
using Floodd.Client;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Library;

[Parallelizable]
internal sealed class HundredThousandFloodsTests
{
    private const int FloodCount = 100_000;
    private const int CallerCount = 500;
    private const int CutCount = 20;

    // As many as flow within a fraction of a cut's share of the run.
    private const int CutWithin = 20_000;

    private static IEnumerable<ulong> RunSeeds => Seeds.Many(1);

    [TestCaseSource(nameof(RunSeeds))]
    public async Task Each_of_100000_floods_is_everywhere_once_though_20_connections_break(ulong seed)
    {
        TestContext.Out.WriteLine($"seed {seed}; again with FLOODD_SEED={seed}");
        using SiteGroup group = SiteGroup.Start();
        await using Run run = await Run.BeginAsync(group, seed);
        long begun = Stopwatch.GetTimestamp();
        FloodReceipt[] receipts = await run.FloodAllAsync().WaitAsync(4 * Eventually.Patience);
        TimeSpan flooded = Stopwatch.GetElapsedTime(begun);

        Assert.That(receipts.Select(receipt => receipt.Id), Is.Unique);

        // More if a cut comes while the client has two connections: the one before may not have ended at both ends yet.
        Assert.That(run.FloodCuts, Is.AtLeast(CutCount));
        foreach (TestSite site in group.Sites)
        {
            run.Updates.CheckExportsOf(site, FloodCount, "g");
        }

        TimeSpan exported = Stopwatch.GetElapsedTime(begun);
        run.CheckFollowers();
        TestContext.Out.WriteLine(
            $"{flooded.TotalSeconds:F1} s to flood, {exported.TotalSeconds:F1} s to export, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s in all; receipts from {string.Join(", ", receipts.GroupBy(receipt => receipt.Id.Origin).Select(origin => $"{origin.Key}: {origin.Count()}"))}; repeats {string.Join(", ", group.Sites.Select(site => site.Statistics()["updates-repeated"]))}; skipped {string.Join(", ", group.Sites.Select(site => site.Statistics()["updates-skipped"]))}; subscribers cut {run.FollowerCuts} times, {run.WandererRepeats} repeats for the one that wanders");
    }

    /// <summary>The client, its callers, its subscribers, and what breaks them.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly FaultProxy[] _floodProxies;
        private readonly FaultProxy[] _followProxies;
        private readonly FlooddClient[] _followClients;
        private readonly Follower[] _followers;
        private readonly FlooddClient _wanderingClient;
        private readonly Follower _wanderer;
        private readonly ConcurrentDictionary<int, Cut> _cuts = [];
        private readonly FlooddClient _client;
        private int _next = -1;
        private int _done;

        private Run(ulong seed, FaultProxy[] floodProxies, FaultProxy[] followProxies, FlooddClient[] followClients, FlooddClient wanderingClient, FlooddClient client)
        {
            Updates = new NumberedUpdates(seed);
            (_floodProxies, _followProxies, _followClients, _wanderingClient, _client) = (floodProxies, followProxies, followClients, wanderingClient, client);
            _followers = [.. followClients.Select(each => new Follower(each, "g", FloodPosition.Start))];
            _wanderer = new Follower(wanderingClient, "g", FloodPosition.Start);
            var random = new Random((int)seed);
            for (int i = 0; i < CutCount; i++)
            {
                int share = FloodCount / (CutCount + 1);
                int at = (i * share) + 1 + random.Next(share / 2);
                _cuts[at] = new Cut((Way)random.Next(2), random.Next(CutWithin), (CutKind)random.Next(2), random.Next(3) == 0 ? CutEnds.Client : CutEnds.Both);
            }
        }

        public NumberedUpdates Updates { get; }

        public int FloodCuts => _floodProxies.Sum(proxy => proxy.CutCount);

        public int FollowerCuts => _followProxies.Sum(proxy => proxy.CutCount);

        public int WandererRepeats => _wanderer.Count - _wanderer.DistinctCount;

        public static async Task<Run> BeginAsync(SiteGroup group, ulong seed)
        {
            FaultProxy[] floodProxies = [.. group.Sites.Select(site => new FaultProxy(site.ClientPort))];
            FaultProxy[] followProxies = [.. group.Sites.Select(site => new FaultProxy(site.ClientPort))];
            FlooddClient[] followClients = await Task.WhenAll(followProxies.Select(proxy => FaultyClient.ConnectAsync(proxy.Endpoint)));
            FlooddClient wanderingClient = await FaultyClient.ConnectAsync([.. followProxies.Select(proxy => proxy.Endpoint)]);
            FlooddClient client = await FaultyClient.ConnectAsync([.. floodProxies.Select(proxy => proxy.Endpoint)]);
            return new Run(seed, floodProxies, followProxies, followClients, wanderingClient, client);
        }

        /// <summary>Floods everything; the receipts by number.</summary>
        public async Task<FloodReceipt[]> FloodAllAsync()
        {
            var receipts = new FloodReceipt[FloodCount];
            await Task.WhenAll(Enumerable.Range(0, CallerCount).Select(_ => CallAsync(receipts)));
            return receipts;
        }

        public void CheckFollowers()
        {
            for (int i = 0; i < _followers.Length; i++)
            {
                _followers[i].Check(Updates, FloodCount, $"subscriber {i + 1}");
            }

            // At a site that does not know yet that two updates are one, a subscriber that had it elsewhere gets it twice; but never not at all.
            _wanderer.CheckNothingLost(FloodCount, "the subscriber that goes from site to site");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (IAsyncDisposable each in (IAsyncDisposable[])[.. _followers, _wanderer, .. _followClients, _wanderingClient, _client, .. _floodProxies, .. _followProxies])
            {
                await each.DisposeAsync();
            }
        }

        private async Task CallAsync(FloodReceipt[] receipts)
        {
            int number;
            while ((number = Interlocked.Increment(ref _next)) < FloodCount)
            {
                byte[] update = Updates[number];
                receipts[number] = await _client.FloodAsync("g", update);
                Assert.That(receipts[number].Size, Is.EqualTo(update.Length));
                if (_cuts.TryRemove(Interlocked.Increment(ref _done), out Cut? cut))
                {
                    Array.ForEach(_floodProxies, proxy => proxy.CutAll(cut));

                    // Each of the subscribers in turn.
                    _followProxies[_cuts.Count % _followProxies.Length].CutAll(cut with { Way = Way.ToClient });
                }
            }
        }
    }
}
