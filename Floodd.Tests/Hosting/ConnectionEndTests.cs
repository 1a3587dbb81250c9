// How connections end: who is told, how often and with what cause, and that last words arrive; under both kinds of readiness.
using System.Net.Sockets;
using System.Text;
using Floodd.Core;
using Floodd.Hosting;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

[TestFixture(true)]
[TestFixture(false)]
internal sealed class ConnectionEndTests(bool epoll)
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
    public void The_last_reply_arrives_although_input_was_left_unread()
    {
        using LoopRig rig = Rig((_, e, effects) =>
        {
            if (e is Event.Received received)
            {
                effects.Add(new Effect.PauseReading(received.Id));
                effects.Add(new Effect.Send(received.Id, "421 too busy\n"u8.ToArray(), Lasting: true));
                effects.Add(new Effect.Close(received.Id));
            }
        });
        using Socket client = LoopRig.Connect(rig.ClientPort);
        client.Send(Pattern.AsSpan(0, 400_000));
        Assert.That(Encoding.ASCII.GetString(LoopRig.ReadToEnd(client)), Is.EqualTo("421 too busy\n"));
        rig.Next<Event.Received>();
        using Socket second = LoopRig.Connect(rig.ClientPort);
        Assert.That(rig.Until<Event.SessionOpened>(), Has.None.InstanceOf<Event.Closed>(), "after Close there is no event");
    }

    [Test]
    public void A_close_by_the_other_end_is_told_once()
    {
        using LoopRig rig = Rig((_, _, _) => { });
        Socket client = LoopRig.Connect(rig.DataPort);
        Event.LinkOpened opened = rig.Next<Event.LinkOpened>();
        client.Dispose();
        Assert.That(rig.Next<Event.Closed>(), Is.EqualTo(new Event.Closed(opened.Id, "closed by the other end")));
        rig.Do(new Effect.Send(opened.Id, Pattern, true), new Effect.Close(opened.Id), new Effect.PauseReading(opened.Id));
        using Socket second = LoopRig.Connect(rig.DataPort);
        Assert.That(rig.Until<Event.LinkOpened>(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_reset_is_told_once_even_while_reading_is_paused()
    {
        using LoopRig rig = Rig((_, e, effects) =>
        {
            if (e is Event.LinkOpened opened)
            {
                effects.Add(new Effect.PauseReading(opened.Id));
                effects.Add(new Effect.Send(opened.Id, Pattern, Lasting: true));
                effects.Add(new Effect.Send(opened.Id, Pattern, Lasting: true));
            }
        });
        Socket client = LoopRig.Connect(rig.DataPort);
        rig.Next<Event.Written>();
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        rig.Next<Event.Closed>();
        using Socket second = LoopRig.Connect(rig.DataPort);
        Assert.That(rig.Until<Event.LinkOpened>(), Has.None.InstanceOf<Event.Closed>());
    }

    [Test]
    public void A_client_that_shuts_its_end_still_gets_its_replies()
    {
        ConnectionId id = default;
        int rest = 20;
        using LoopRig rig = Rig((_, e, effects) =>
        {
            if (e is Event.Received or Event.Written && rest-- > 0)
            {
                id = e is Event.Received r ? r.Id : id;
                effects.Add(new Effect.Send(id, Pattern, Lasting: true));
            }
        });
        using Socket client = LoopRig.Connect(rig.ClientPort);
        client.Send("configuration\n"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.That(LoopRig.ReadToEnd(client), Has.Length.EqualTo(20 * Pattern.Length));
        Assert.That(rig.Next<Event.Closed>().Reason, Is.EqualTo("closed by the other end"));
    }

    [Test]
    public void A_reply_that_waits_for_the_disk_still_comes_to_a_client_that_has_said_all()
    {
        bool held = true;
        using LoopRig rig = Rig((_, _, _) => { }, _ => Volatile.Read(ref held));
        using Socket client = LoopRig.Connect(rig.ClientPort);
        client.Send("flood g 5\nhello"u8);
        client.Shutdown(SocketShutdown.Send);
        ConnectionId id = rig.Next<Event.Received>().Id;
        for (int turns = 0; turns < 3; turns++)
        {
            using Socket other = LoopRig.Connect(rig.DataPort);
            Assert.That(rig.Until<Event.LinkOpened>(), Has.None.InstanceOf<Event.Closed>().With.Property(nameof(Event.Closed.Id)).EqualTo(id));
        }

        Volatile.Write(ref held, false);
        rig.Do(new Effect.Send(id, "250 flooded\n"u8.ToArray(), Lasting: true));
        Assert.That(Encoding.ASCII.GetString(LoopRig.ReadToEnd(client)), Is.EqualTo("250 flooded\n"));
    }

    [Test]
    public void What_a_client_said_is_read_although_it_left_without_reading()
    {
        using LoopRig rig = Rig((_, e, effects) =>
        {
            if (e is Event.SessionOpened opened)
            {
                effects.Add(new Effect.Send(opened.Id, "200 greeting\n"u8.ToArray(), Lasting: true));
            }
        });
        using (Socket client = LoopRig.Connect(rig.ClientPort))
        {
            rig.Next<Event.Written>();
            client.Send("flood 5\nhello"u8);
        }

        Assert.That(rig.Until<Event.Closed>().OfType<Event.Received>().Sum(r => r.Bytes.Length), Is.EqualTo(13));
    }

    private LoopRig Rig(Action<Instant, Event, List<Effect>> script, Func<ConnectionId, bool>? isHeld = null) =>
        new(script, epoll ? new EpollReadiness() : new SelectReadiness(), isHeld: isHeld);
}
