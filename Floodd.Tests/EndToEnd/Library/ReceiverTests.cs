// Programs that receive from real daemons: through a site's death, through their own, and when something can no longer be had.
using System.Collections.Concurrent;
using Floodd.Client;
using Floodd.Client.Hosting;
using Floodd.Tests.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Library;

[Parallelizable]
internal sealed class ReceiverTests
{
    [Test]
    public async Task A_receiver_takes_all_through_the_death_of_a_site_and_only_the_unstored_again_after_its_own()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { ExportCommand = _ => null });
        await using ServiceProvider container = new ServiceCollection()
            .AddFlooddClient($"{Place(group[0])},{Place(group[1])}?back-off-max=1s").BuildServiceProvider();
        FlooddClient client = container.GetRequiredService<FlooddClient>();
        await using FlooddClient publisher = await FlooddClient.ConnectAsync(Place(group[2]));
        var check = new FlooddHealthCheck(client, new FlooddHealthCheckOptions { MembersUpMin = 3, Timeout = Eventually.Patience });
        HealthCheckResult health = await check.CheckHealthAsync(new HealthCheckContext());
        Assert.That((health.Status, health.Data["site"]), Is.EqualTo((HealthStatus.Healthy, "s1")), health.Description);

        var file = new FloodPositionFile(group.Folder.File("position"));
        string copy = group.Folder.File("copy");
        ConcurrentQueue<FloodId> first = await ReceiveAsync(client, file, async taken =>
        {
            await FloodAsync(publisher, 50);
            Eventually.Holds(() => taken.Count == 50, "the updates before", group.Logs);

            // The position is stored every 20 updates: a program killed now would find that of the 40th.
            File.Copy(file.Path, copy);
            group[0].Daemon.Kill();
            await FloodAsync(publisher, 50);
            Eventually.Holds(() => taken.Count == 100, "the updates after a site's death", group.Logs);
        });
        Assert.That(first.Select(id => id.Origin), Is.All.EqualTo("s3"));
        Assert.That(first, Is.Ordered.By(nameof(FloodId.Sequence)).And.Unique);
        health = await check.CheckHealthAsync(new HealthCheckContext());
        Assert.That((health.Status, health.Data["site"]), Is.EqualTo((HealthStatus.Degraded, "s2")), health.Description);

        ConcurrentQueue<FloodId> afterStop = await ReceiveAsync(client, file, async taken =>
        {
            await FloodAsync(publisher, 1);
            Eventually.Holds(() => !taken.IsEmpty, "the update after a stop", group.Logs);
        });
        Assert.That(afterStop, Has.Exactly(1).Items);

        File.Move(copy, file.Path, overwrite: true);
        ConcurrentQueue<FloodId> afterCrash = await ReceiveAsync(
            client, file, taken => Task.Run(() => Eventually.Holds(() => taken.Count >= 61, "the updates that come again", group.Logs)));
        Assert.That(afterCrash, Is.EqualTo(first.Skip(40).Concat(afterStop)));
    }

    [Test]
    public async Task What_the_store_has_given_up_is_told_before_the_update_behind_it()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, Connectivity = 1, DataStorageMax = "1m", ExportCommand = _ => null });
        await using FlooddClient client = await FlooddClient.ConnectAsync(Place(group[0]));
        FloodId seen = (await client.FloodAsync("g", new byte[10])).Id;
        FloodId last = default;
        for (int i = 0; i < 60; i++)
        {
            last = (await client.FloodAsync("g", new byte[50_000])).Id;
        }

        var told = new List<FloodGap>();
        using var patience = new CancellationTokenSource(Eventually.Patience);
        List<FloodUpdate> updates = [];
        await foreach (FloodUpdate update in client.SubscribeAsync("g", FloodPosition.Start.After(seen), told.Add, patience.Token))
        {
            Assert.That(updates.Count > 0 || told.Count > 0, Is.True);
            updates.Add(update);
            if (update.Id == last)
            {
                break;
            }
        }

        Assert.That(updates[0].Missed, Is.EqualTo(told));
        Assert.That(told.Single().First, Is.EqualTo(seen with { Sequence = seen.Sequence + 1 }));
        Assert.That(told.Single().Last, Is.EqualTo(updates[0].Id.Sequence - 1));
        Assert.That(updates.Skip(1).SelectMany(update => update.Missed), Is.Empty);
    }

    /// <summary>Has a host run a receiver while something is done, and stops it.</summary>
    private static async Task<ConcurrentQueue<FloodId>> ReceiveAsync(FlooddClient client, IFloodPositions positions, Func<ConcurrentQueue<FloodId>, Task> meanwhile)
    {
        var taken = new ConcurrentQueue<FloodId>();
        var receiver = new FakeReceiver((update, _) =>
        {
            taken.Enqueue(update.Id);
            return Task.CompletedTask;
        });
        await using ServiceProvider container = new ServiceCollection()
            .AddSingleton(client)
            .AddSingleton(receiver)
            .AddFloodReceiver<FakeReceiver>(new FloodReceiverOptions { Group = "g", Positions = positions, From = FloodPosition.Start, StoreEvery = 20, StoreAfter = TimeSpan.FromDays(1) })
            .BuildServiceProvider();
        IHostedService hosted = container.GetServices<IHostedService>().Single();
        await hosted.StartAsync(CancellationToken.None);
        await meanwhile(taken);
        await hosted.StopAsync(CancellationToken.None);
        return taken;
    }

    private static async Task FloodAsync(FlooddClient client, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await client.FloodAsync("g", new byte[100]);
        }
    }

    private static string Place(TestSite site) => FormattableString.Invariant($"127.0.0.1:{site.ClientPort}");
}
