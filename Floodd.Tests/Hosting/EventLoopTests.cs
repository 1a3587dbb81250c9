// What the loop promises the core about events and effects, on real sockets and under both kinds of readiness.
using System.Net;
using System.Net.Sockets;
using System.Text;
using Floodd.Core;
using Floodd.Hosting;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

[TestFixture(true)]
[TestFixture(false)]
internal sealed class EventLoopTests(bool epoll)
{
    private static readonly byte[] Pattern = Enumerable.Range(0, 1 << 20).Select(i => (byte)(i * 31 >> 3)).ToArray();

    [SetUp]
    public void Needs_the_system_to_have_it()
    {
        if (epoll && !OperatingSystem.IsLinux())
        {
            Assert.Ignore("epoll is Linux's");
        }
    }

    [Test]
    public void Bytes_come_in_whole_and_go_out_whole()
    {
        using LoopRig rig = Rig(Echo);
        using Socket client = LoopRig.Connect(rig.ClientPort);
        client.Send("hello"u8);
        var back = new byte[5];
        client.Receive(back);
        Assert.That(Encoding.ASCII.GetString(back), Is.EqualTo("hello"));
        Event.SessionOpened opened = rig.Next<Event.SessionOpened>();
        Assert.That(opened.FromThisHost, Is.True);
        Assert.That(opened.Remote, Is.EqualTo(IPAddress.Loopback), "IPv4 through the socket of both families is IPv4");
        Assert.That(rig.Next<Event.Written>(), Is.EqualTo(new Event.Written(opened.Id, 5)));
    }

    [Test]
    public void Sends_of_one_turn_are_reported_as_one_write()
    {
        using LoopRig rig = Rig((_, e, effects) =>
        {
            if (e is Event.SessionOpened opened)
            {
                for (int i = 0; i < 1000; i++)
                {
                    effects.Add(new Effect.Send(opened.Id, Encoding.ASCII.GetBytes($"{i:D4}"), Lasting: false));
                }
            }
        });
        using Socket client = LoopRig.Connect(rig.ClientPort);
        Assert.That(rig.Next<Event.Written>().Count, Is.EqualTo(4000));
        Assert.That(rig.Loop.Recent.Lines().Count(l => l.Contains("Written", StringComparison.Ordinal)), Is.EqualTo(1));
        var back = new byte[4000];
        Assert.That(client.Receive(back), Is.EqualTo(4000));
        Assert.That(Encoding.ASCII.GetString(back), Does.StartWith("000000010002").And.EndsWith("09980999"));
    }

    [Test]
    public void Lent_bytes_are_copied_before_the_next_step()
    {
        var lent = new byte[100_000];
        using LoopRig rig = Rig((_, e, effects) =>
        {
            Array.Fill(lent, (byte)'x');
            if (e is Event.SessionOpened opened)
            {
                Array.Fill(lent, (byte)'a');
                effects.Add(new Effect.Send(opened.Id, lent, Lasting: false));
                effects.Add(new Effect.Close(opened.Id));
            }
        });
        using Socket client = LoopRig.Connect(rig.ClientPort);
        Assert.That(LoopRig.ReadToEnd(client), Is.EqualTo(Enumerable.Repeat((byte)'a', lent.Length)));
    }

    [Test]
    public void What_a_slow_reader_takes_adds_up_exactly()
    {
        const int Times = 40;
        int rest = Times;
        using LoopRig rig = Rig((_, e, effects) =>
        {
            // Pieces of all kinds: copied, kept, in one chunk and over several.
            if (e is Event.SessionOpened or Event.Written && rest-- > 0)
            {
                ConnectionId id = e is Event.SessionOpened o ? o.Id : ((Event.Written)e).Id;
                effects.Add(new Effect.Send(id, Pattern.AsMemory(0, 16), Lasting: true));
                effects.Add(new Effect.Send(id, Pattern.AsMemory(16, 700_000), Lasting: rest % 2 == 0));
                effects.Add(new Effect.Send(id, Pattern.AsMemory(700_016), Lasting: true));
            }
        });
        using Socket client = LoopRig.Connect(rig.ClientPort);
        long written = 0;
        var all = new MemoryStream();
        var buffer = new byte[50_000];
        Task reading = Task.Run(() =>
        {
            while (all.Length < (long)Times * Pattern.Length)
            {
                all.Write(buffer, 0, client.Receive(buffer));
            }
        });
        while (written < (long)Times * Pattern.Length)
        {
            written += rig.Next<Event.Written>().Count;
        }

        Assert.That(reading.Wait(LoopRig.Patience), Is.True);
        Assert.That(written, Is.EqualTo((long)Times * Pattern.Length));
        byte[] got = all.ToArray();
        for (int i = 0; i < Times; i++)
        {
            Assert.That(got.AsSpan(i * Pattern.Length, Pattern.Length).SequenceEqual(Pattern), Is.True, $"repetition {i}");
        }
    }

    [Test]
    public void A_paused_session_is_read_when_it_is_resumed()
    {
        using LoopRig rig = Rig((_, e, effects) =>
        {
            if (e is Event.SessionOpened opened)
            {
                effects.Add(new Effect.PauseReading(opened.Id));
                effects.Add(new Effect.Send(opened.Id, "x"u8.ToArray(), Lasting: true));
            }
        });
        using Socket client = LoopRig.Connect(rig.ClientPort);
        client.Send("hello"u8);
        Event.Written written = rig.Next<Event.Written>();
        rig.Do(new Effect.Send(written.Id, "y"u8.ToArray(), Lasting: true));
        Assert.That(rig.Until<Event.Written>(), Has.None.InstanceOf<Event.Received>());
        rig.Do(new Effect.ResumeReading(written.Id));
        Assert.That(rig.Next<Event.Received>().Bytes.Length, Is.EqualTo(5));
    }

    [Test]
    public void Five_hundred_connections_are_served_at_once()
    {
        using LoopRig rig = Rig(Echo);
        Socket[] clients = Enumerable.Range(0, 500).Select(_ => LoopRig.Connect(rig.ClientPort)).ToArray();
        foreach (Socket client in clients)
        {
            client.Send("hello"u8);
        }

        var back = new byte[16];
        Assert.That(clients, Has.All.Matches<Socket>(c => c.Receive(back) == 5));
        foreach (Socket client in clients)
        {
            client.Dispose();
        }

        for (int i = 0; i < clients.Length; i++)
        {
            rig.Next<Event.Closed>();
        }
    }

    [Test]
    public void An_event_of_another_thread_ends_the_wait()
    {
        using LoopRig rig = Rig((_, _, _) => { });
        var e = new Event.Resolved("somebody", []);
        rig.Loop.Inbox.Post(e);
        Assert.That(rig.Next<Event.Resolved>(), Is.SameAs(e));
    }

    [Test]
    public void The_core_is_woken_when_it_said_and_not_before()
    {
        Instant wake = new(TimeSpan.FromMilliseconds(60).Ticks);
        List<Instant> woken = [];
        using LoopRig rig = Rig(
            (now, e, _) =>
            {
                if (e is Event.Wake)
                {
                    woken.Add(now);
                    wake = woken.Count < 3 ? wake + TimeSpan.FromMilliseconds(20) : Instant.Never;
                }
            },
            () => wake);
        rig.Next<Event.Wake>();
        rig.Next<Event.Wake>();
        rig.Next<Event.Wake>();
        Assert.That(woken.Select((at, i) => at >= new Instant(TimeSpan.FromMilliseconds(60 + 20 * i).Ticks)), Has.All.True);
        Assert.That(rig.Turns, Is.LessThan(20), "no spinning in between");
    }

    [Test]
    public void A_dial_ends_in_a_link_or_in_a_reason()
    {
        using LoopRig rig = Rig((_, _, _) => { });
        var site = new SiteName("other");
        rig.Do(new Effect.Dial(site, "127.0.0.1", rig.DataPort));
        List<Event.LinkOpened> ends = [rig.Next<Event.LinkOpened>(), rig.Next<Event.LinkOpened>()];
        Assert.That(ends.Select(l => l.Dialed), Is.EquivalentTo(new SiteName?[] { site, null }));
        rig.Do(new Effect.Send(ends[0].Id, "across"u8.ToArray(), Lasting: true));
        Assert.That(rig.Next<Event.Received>().Id, Is.EqualTo(ends[1].Id));

        int closed = ClosedPort();
        rig.Do(new Effect.Dial(site, "localhost", closed));
        Assert.That(rig.Next<Event.DialFailed>(), Is.EqualTo(new Event.DialFailed(site, "refused")));
        rig.Do(new Effect.Dial(site, "no such name", closed));
        Assert.That(rig.Next<Event.DialFailed>().Reason, Is.Not.Empty);
    }

    [Test]
    public void A_name_is_looked_up_off_the_loop()
    {
        using LoopRig rig = Rig((_, _, _) => { });
        rig.Do(new Effect.Resolve("127.0.0.9"));
        Assert.That(rig.Next<Event.Resolved>().Addresses, Is.EqualTo(new[] { IPAddress.Parse("127.0.0.9") }));
    }

    [Test]
    public void Replies_sent_with_the_stop_arrive()
    {
        using LoopRig rig = Rig((_, e, effects) =>
        {
            if (e is Event.Received received)
            {
                effects.Add(new Effect.Send(received.Id, "250 ending\n"u8.ToArray(), Lasting: true));
                effects.Add(Effect.Stop.Instance);
            }
        });
        using Socket client = LoopRig.Connect(rig.ClientPort);
        client.Send("shutdown\nmore"u8);
        Assert.That(Encoding.ASCII.GetString(LoopRig.ReadToEnd(client)), Is.EqualTo("250 ending\n"));
    }

    private static void Echo(Instant now, Event e, List<Effect> effects)
    {
        if (e is Event.Received received)
        {
            effects.Add(new Effect.Send(received.Id, received.Bytes, Lasting: false));
        }
    }

    private static int ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private LoopRig Rig(Action<Instant, Event, List<Effect>> script, Func<Instant>? nextWake = null) =>
        new(script, epoll ? new EpollReadiness() : new SelectReadiness(), nextWake);
}
