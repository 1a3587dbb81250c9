// A loop with a scripted core and real sockets, for tests. It waits for what happens, never for time to pass.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Floodd.Core;
using Floodd.Hosting;
using Floodd.Model;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

/// <summary>Runs an <see cref="EventLoop"/> on a thread of its own; the script is its core.</summary>
internal sealed class LoopRig : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Action<Instant, Event, List<Effect>> script;
    private readonly BlockingCollection<Event> seen = [];
    private readonly Thread thread;
    private Exception? failure;

    public LoopRig(
        Action<Instant, Event, List<Effect>> script, IReadiness? readiness = null, Func<Instant>? nextWake = null, IPAddress? bind = null, Func<ConnectionId, bool>? isHeld = null)
    {
        this.script = script;
        Loop = new EventLoop(
            readiness ?? EventLoop.CreateReadiness(), bind, Step, nextWake ?? (() => Instant.Never), _ => { }, _ => { }, new NoteLog(NullLogger.Instance), isHeld: isHeld);
        ClientPort = Loop.Listen(0, isForLinks: false);
        DataPort = Loop.Listen(0, isForLinks: true);
        thread = new Thread(Run);
        thread.Start();
    }

    public EventLoop Loop { get; }

    public int ClientPort { get; }

    public int DataPort { get; }

    /// <summary>Counts the ends of turns.</summary>
    public int Turns { get; private set; }

    public static Socket Connect(int port) => Connect(IPAddress.Loopback, port);

    public static Socket Connect(IPAddress address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        socket.Connect(address, port);
        return socket;
    }

    /// <summary>All that comes until the other end closes.</summary>
    public static byte[] ReadToEnd(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[65536];
        for (int count; (count = socket.Receive(buffer)) > 0;)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    /// <summary>The next event of a kind that the core was given; others before it are passed over.</summary>
    public T Next<T>()
        where T : Event
    {
        using var over = new CancellationTokenSource(Patience);
        while (true)
        {
            if (seen.Take(over.Token) is T wanted)
            {
                return wanted;
            }
        }
    }

    /// <summary>All events until one of a kind, that one included.</summary>
    public List<Event> Until<T>()
        where T : Event
    {
        using var over = new CancellationTokenSource(Patience);
        List<Event> all = [];
        do
        {
            all.Add(seen.Take(over.Token));
        }
        while (all[^1] is not T);
        return all;
    }

    /// <summary>Does something on the loop's thread, in the place of the core, and ends the turn.</summary>
    public void Do(params Effect[] effects) => Loop.Inbox.Post(new Ordered(effects).AsEvent());

    public void Dispose()
    {
        Loop.Inbox.Post(new Event.StopRequested("test over"));
        Assert.That(thread.Join(Patience), Is.True, "the loop ends");
        Loop.Dispose();
        seen.Dispose();
        Assert.That(failure, Is.Null);
    }

    private void Run()
    {
        try
        {
            Loop.Run();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failure = e;
        }
    }

    private void Step(Instant now, Event e, List<Effect> effects)
    {
        if (e is Event.StopRequested)
        {
            effects.Add(Effect.Stop.Instance);
            return;
        }

        if (Ordered.From(e) is { } ordered)
        {
            effects.AddRange(ordered);
            return;
        }

        if (e is Event.TurnEnded)
        {
            Turns++;
        }

        script(now, e, effects);
        if (e is Event.Received received)
        {
            // The bytes are only lent.
            e = received with { Bytes = received.Bytes.ToArray() };
        }

        if (e is not Event.TurnEnded)
        {
            seen.Add(e);
        }
    }

    /// <summary>Effects on their way into the loop: Event is closed, so that they travel as the lookup of a name that nobody has.</summary>
    private sealed class Ordered(Effect[] effects)
    {
        private static readonly ConcurrentDictionary<string, Effect[]> Waiting = new();
        private static int count;

        public static Effect[]? From(Event e) => e is Event.Resolved resolved && Waiting.TryRemove(resolved.Host, out Effect[]? effects) ? effects : null;

        public Event.Resolved AsEvent()
        {
            string name = $"ordered {Interlocked.Increment(ref count)}";
            Waiting[name] = effects;
            return new Event.Resolved(name, []);
        }
    }
}
