// What a client leaves behind: no socket, no object, nothing of its first caller's surroundings; and that it can be disposed of from everywhere. Real sockets.
using System.Collections.Concurrent;
using System.Net.NetworkInformation;
using System.Runtime.CompilerServices;
using Floodd.Client;
using Floodd.Tests.EndToEnd;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(120_000)]
internal sealed class LifetimeTests
{
    private static readonly AsyncLocal<string?> Surroundings = new();

    [Test]
    public async Task Clients_and_subscriptions_that_ended_at_any_moment_leave_no_socket_and_no_object(CancellationToken cancellation)
    {
        const int ClientCount = 500;
        FakeGroup group = FakeGroup.Of(20, streamCount: 3);
        await using var daemon = new FakeDaemon((session, line, body) =>
            line.StartsWith("subscribe", StringComparison.Ordinal) ? session.SayAsync(group.After(line)) : FakeDaemon.Good(session, line, body));
        var unobserved = new ConcurrentQueue<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += Note;
        List<WeakReference> all = await LiveAsync(daemon, ClientCount, cancellation);
        Eventually.Holds(() => SocketsTo(daemon.Endpoint.Port) == 0, "all sockets to be closed", () => $"{SocketsTo(daemon.Endpoint.Port)} are open");
        Eventually.Holds(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return all.TrueForAll(reference => !reference.IsAlive);
            },
            "all clients to be collected",
            () => $"{all.Count(reference => reference.IsAlive)} are alive");
        TaskScheduler.UnobservedTaskException -= Note;
        Assert.That(unobserved.Where(e => e.ToString().Contains("Floodd.Client", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Nothing_of_the_first_callers_surroundings_goes_on_in_the_background(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) =>
        {
            session.Drop();
            return Task.CompletedTask;
        });
        Surroundings.Value = "the first caller's";
        await using FlooddClient client = await daemon.ConnectAsync();
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionLost += (_, _) => seen.TrySetResult(Surroundings.Value);
        Task ping = client.PingAsync(cancellation);
        Assert.That(await seen.Task.WaitAsync(cancellation), Is.Null);
        await client.DisposeAsync();
        await ping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [Test]
    public async Task The_connection_that_ConnectAsync_returned_with_is_told_to_nobody(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        int told = 0;
        for (int i = 0; i < 100; i++)
        {
            await using FlooddClient client = await daemon.ConnectAsync();
            client.ConnectionOpened += (_, _) => Interlocked.Increment(ref told);
            await client.PingAsync(cancellation);
        }

        Assert.That(told, Is.Zero);
    }

    [Test]
    public async Task It_can_be_disposed_of_on_a_thread_with_a_loop_of_its_own_in_an_event_in_a_cancellation_and_twice_at_once(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, line, _) =>
        {
            if (line.StartsWith("subscribe", StringComparison.Ordinal))
            {
                return session.SayAsync("250 subscribed to g at start\n");
            }

            session.Drop();
            return Task.CompletedTask;
        });

        // A thread whose context runs nothing while it is blocked, as a user interface's is.
        await OnItsOwnThread(() =>
        {
            FlooddClient blocked = daemon.ConnectAsync().GetAwaiter().GetResult();
            IAsyncEnumerator<FloodUpdate> updates = blocked.SubscribeAsync("g").GetAsyncEnumerator(CancellationToken.None);
            ValueTask<bool> next = updates.MoveNextAsync();
            blocked.Dispose();
            Assert.That(next.AsTask().GetAwaiter().GetResult(), Is.False);
            updates.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }).WaitAsync(cancellation);

        FlooddClient listened = await daemon.ConnectAsync();
        var disposed = new TaskCompletionSource();
        listened.ConnectionLost += (_, _) =>
        {
            listened.Dispose();
            disposed.TrySetResult();
        };
        Task ping = listened.PingAsync(cancellation);
        await disposed.Task.WaitAsync(cancellation);
        Assert.That(async () => await ping, Throws.TypeOf<FlooddException>());

        FlooddClient canceled = await daemon.ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        await using CancellationTokenRegistration registered = giveUp.Token.Register(canceled.Dispose);
        ValueTask<FloodUpdate> first = canceled.SubscribeAsync("g", cancellation: giveUp.Token).FirstAsync(CancellationToken.None);
        await Task.WhenAll(giveUp.CancelAsync(), Task.Run(canceled.Dispose, cancellation), canceled.DisposeAsync().AsTask()).WaitAsync(cancellation);
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>().Or.InstanceOf<InvalidOperationException>());
        Assert.That(canceled.State, Is.EqualTo(FlooddConnectionState.Closed));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> LiveAsync(FakeDaemon daemon, int count, CancellationToken cancellation)
    {
        var random = new Random(3);
        var all = new ConcurrentBag<WeakReference>();
        (int Wait, int Taken)[] lives = [.. Enumerable.Range(0, count).Select(_ => (random.Next(4000), random.Next(20)))];
        await Parallel.ForEachAsync(lives, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellation }, async (life, end) =>
        {
            using var giveUp = new CancellationTokenSource();
            FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { RequireInitialConnect = life.Taken % 2 == 0 }, end);
            all.Add(new WeakReference(client));
            Task reading = ReadAsync(client, life.Taken, giveUp.Token);
            Task flood = client.FloodAsync("g", new byte[life.Taken * 1000], giveUp.Token);
            Thread.SpinWait(life.Wait);
            Task ends = life.Taken % 3 == 0 ? Task.CompletedTask : giveUp.CancelAsync();
            await client.DisposeAsync();
            await ends;
            await Task.WhenAll(reading, flood).WaitAsync(end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        return [.. all];
    }

    private static async Task ReadAsync(FlooddClient client, int count, CancellationToken cancellation)
    {
        await foreach (FloodUpdate update in client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation).Take(count + 1))
        {
            Assert.That(update.Group, Is.EqualTo("g"));
        }
    }

    private static int SocketsTo(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Count(connection => connection.RemoteEndPoint.Port == port && connection.State is not (TcpState.TimeWait or TcpState.Closed));

    private static Task OnItsOwnThread(Action action)
    {
        var done = new TaskCompletionSource();
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new DeafLoop());
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true };
        thread.Start();
        return done.Task;
    }

    /// <summary>Never runs what is posted to it: its thread is blocked.</summary>
    private sealed class DeafLoop : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
