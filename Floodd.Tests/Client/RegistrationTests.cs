// The client and its receivers in a container: made once, lazily, and gone with it. A fake daemon on real sockets.
using Floodd.Client;
using Floodd.Client.Hosting;
using Floodd.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(60_000)]
internal sealed class RegistrationTests
{
    [Test]
    public async Task All_get_one_client_that_is_there_before_a_daemon_is_and_goes_with_the_container()
    {
        FlooddEndpoint nobody = FakeDaemon.Nobody();
        ServiceProvider container = new ServiceCollection().AddFlooddClient($"floodd://{nobody}?reconnect-timeout=0").BuildServiceProvider();
        FlooddClient client = container.GetRequiredService<FlooddClient>();
        Assert.That(container.GetRequiredService<FlooddClient>(), Is.SameAs(client));
        Assert.That(client.State, Is.EqualTo(FlooddConnectionState.Connecting));
        Assert.That(client.Endpoint, Is.EqualTo(nobody));
        await container.DisposeAsync();
        Assert.That(client.State, Is.EqualTo(FlooddConnectionState.Closed));
    }

    [Test]
    public void A_container_that_is_disposed_synchronously_takes_the_client_along()
    {
        ServiceProvider container = new ServiceCollection()
            .AddFlooddClient(_ => new FlooddClientOptions { Endpoints = [FakeDaemon.Nobody()] }).BuildServiceProvider();
        FlooddClient client = container.GetRequiredService<FlooddClient>();
        container.Dispose();
        Assert.That(client.State, Is.EqualTo(FlooddConnectionState.Closed));
    }

    [Test]
    public void A_wrong_connection_string_fails_where_it_stands() =>
        Assert.Throws<FormatException>(() => new ServiceCollection().AddFlooddClient("h:x"));

    [Test]
    public async Task A_health_check_needs_nothing_but_the_client(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync("250 pong\n"));
        await using ServiceProvider container = new ServiceCollection().AddFlooddClient(_ => daemon.Options).BuildServiceProvider();

        // As AddCheck<FlooddHealthCheck> makes it.
        var check = ActivatorUtilities.GetServiceOrCreateInstance<FlooddHealthCheck>(container);
        HealthCheckResult result = await check.CheckHealthAsync(new HealthCheckContext(), cancellation);
        Assert.That(result.Status, Is.EqualTo(HealthStatus.Healthy), result.Description);
    }

    [Test]
    public async Task A_host_runs_receivers_each_update_in_a_scope_of_its_own_and_stops_them(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(3);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        var positions = new FakePositions();
        await using ServiceProvider container = new ServiceCollection()
            .AddFlooddClient(_ => daemon.Options)
            .AddScoped<Scope>()
            .AddScoped<ScopedReceiver>()
            .AddSingleton<Taken>()
            .AddFloodReceiver<ScopedReceiver>(new FloodReceiverOptions { Group = "g", Positions = positions, From = FloodPosition.Start })
            .BuildServiceProvider(validateScopes: true);
        IHostedService hosted = container.GetServices<IHostedService>().Single();
        await hosted.StartAsync(cancellation);
        Taken taken = container.GetRequiredService<Taken>();
        Eventually.Holds(() => taken.Count == 3, "the receiver to take all");
        await hosted.StopAsync(cancellation);
        Assert.That(taken.Ids, Is.EqualTo(group.Ids));
        Assert.That(taken.ScopeCount, Is.EqualTo(3));
        Assert.That(positions.Last!.Includes(group.Ids[2]), Is.True);
    }

    [Test]
    public async Task What_a_receiver_fails_with_for_good_is_the_hosts_to_see(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, _) => session.SayAsync("550 no such group\n")).AnswerAsync);
        await using ServiceProvider container = new ServiceCollection()
            .AddFlooddClient(_ => daemon.Options)
            .AddSingleton<Taken>()
            .AddScoped<Scope>()
            .AddScoped<ScopedReceiver>()
            .AddFloodReceiver<ScopedReceiver>(new FloodReceiverOptions { Group = "g", Positions = new FakePositions() })
            .BuildServiceProvider();
        var hosted = (BackgroundService)container.GetServices<IHostedService>().Single();
        await hosted.StartAsync(cancellation);
        FlooddException e = Assert.ThrowsAsync<FlooddException>(() => hosted.ExecuteTask!)!;
        Assert.That(e.Code, Is.EqualTo(FlooddReplyCode.NoSuch));
    }

    private sealed class Scope;

    private sealed class Taken
    {
        private readonly List<(FloodId Id, Scope Scope)> all = [];

        public int Count => Locked(() => all.Count);

        public FloodId[] Ids => Locked(() => all.Select(taken => taken.Id).ToArray());

        public int ScopeCount => Locked(() => all.Select(taken => taken.Scope).Distinct().Count());

        public void Add(FloodId id, Scope scope) => Locked(() =>
        {
            all.Add((id, scope));
            return true;
        });

        private T Locked<T>(Func<T> look)
        {
            lock (all)
            {
                return look();
            }
        }
    }

    private sealed class ScopedReceiver(Scope scope, Taken taken) : IFloodReceiver
    {
        public Task ReceiveAsync(FloodUpdate update, CancellationToken cancellation)
        {
            taken.Add(update.Id, scope);
            return Task.CompletedTask;
        }
    }
}
