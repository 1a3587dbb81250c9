// Subscribers: where each begins, that it gets every update once, and what it is told of those that are gone.
using System.Text.RegularExpressions;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class SubscriberTests
{
    private Rig _rig = null!;

    [SetUp]
    public void Begin() => _rig = new Rig(l => l with { Export = new() });

    [Test]
    public void From_now_on_it_gets_what_comes()
    {
        Flood("old");
        ClientEnd client = _rig.Client();
        Assert.That(client.Ask("subscribe\n"), Is.EqualTo("250 subscribed to mirror at b/b1/1\n"));
        Flood("new", "er");
        Assert.That(client.Take(), Is.EqualTo("update mirror b/b1/2 3\nnew\nupdate mirror b/b1/3 2\ner\n"));
    }

    [Test]
    public void From_the_start_it_gets_what_is_held()
    {
        Flood("one", "");
        Assert.That(_rig.Client().Ask("subscribe mirror from start\nping\n"), Is.EqualTo("250 subscribed to mirror at start\n250 pong\nupdate mirror b/b1/1 3\none\nupdate mirror b/b1/2 0\n\n"));
    }

    [Test]
    public void From_a_position_it_gets_what_is_behind_it_and_all_of_streams_not_named()
    {
        LinkEnd link = _rig.Link(Rig.A);
        Flood("one", "two");
        link.Run(1, Piece.Whole("theirs"));
        string heard = _rig.Client().Ask("subscribe from b/b1/1\n");
        Assert.That(heard, Does.StartWith("250 subscribed to mirror at b/b1/1\n"));
        Assert.That(heard, Does.Contain("update mirror b/b1/2 3\ntwo\n").And.Contain("update mirror a/1/1 6\ntheirs\n").And.Not.Contain("one"));
    }

    [Test]
    public void A_position_is_behind_the_last_segment_of_the_update_that_it_names()
    {
        ClientEnd publisher = _rig.Client();
        publisher.Ask($"flood 100000\n{new string('x', 100_000)}flood 3\nend");
        Assert.That(_rig.Client().Ask("subscribe from b/b1/1\n"), Is.EqualTo("250 subscribed to mirror at b/b1/2\nupdate mirror b/b1/3 3\nend\n"));
    }

    [TestCase("subscribe from b/b1/\n")]
    [TestCase("subscribe from nowhere\n")]
    [TestCase("subscribe from b/b1/1,\n")]
    public void A_position_that_is_none_is_wrong(string request) => Assert.That(_rig.Client().Ask(request), Does.StartWith("501 "));

    [Test]
    public void A_position_ahead_of_this_site_brings_nothing_twice()
    {
        // Resumed at a site that lags behind the one that the subscriber came from.
        LinkEnd link = _rig.Link(Rig.A);
        link.Run(1, Piece.Whole("1"));
        ClientEnd client = _rig.Client();
        Assert.That(client.Ask("subscribe from a/1/2\n"), Is.EqualTo("250 subscribed to mirror at a/1/2\n"));
        link.Run(2, Piece.Begin("2", 4), Piece.Middle("2"), Piece.End("22"), Piece.Whole("5"));
        Assert.That(client.Take(), Is.EqualTo("update mirror a/1/5 1\n5\n"));
    }

    [Test]
    public void A_position_in_a_stream_not_yet_heard_of_brings_nothing_twice()
    {
        LinkEnd link = _rig.Connect(Rig.A);
        ClientEnd client = _rig.Client();
        client.Ask("subscribe from a/1/2\n");
        link.Greet();
        link.Join();
        link.Run(1, Piece.Whole("1"), Piece.Whole("2"), Piece.Whole("3"));
        Assert.That(client.Take(), Is.EqualTo("update mirror a/1/3 1\n3\n"));
    }

    [Test]
    public void What_was_given_up_meanwhile_is_a_gap()
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.Run(1, Piece.Whole("1"), Piece.Whole("2"), Piece.Whole("3"), Piece.Whole("4"));
        SegmentStream stream = _rig.Group.Streams.Single(s => s.Id == link.Stream);
        while (stream.Oldest is not null)
        {
            _rig.Core.State.Store.Release(stream.DropOldest());
        }

        Assert.That(_rig.Client().Ask("subscribe from a/1/2\n"), Does.EndWith("at a/1/2\ngap mirror a/1/3 4\n"), "nothing has to come behind it");
        link.Run(5, Piece.Whole("5"));
        Assert.That(_rig.Client().Ask("subscribe from a/1/2\n"), Does.EndWith("gap mirror a/1/3 4\nupdate mirror a/1/5 1\n5\n"));
        Assert.That(_rig.Client().Ask("subscribe from start\n"), Does.EndWith("at start\nupdate mirror a/1/5 1\n5\n"), "who expects nothing misses nothing");
    }

    [Test]
    public void A_subscriber_is_given_no_more_than_it_reads()
    {
        ClientEnd client = _rig.Client();
        client.Ask("subscribe\n");
        _rig.Drains = false;
        for (int i = 0; i < 40; i++)
        {
            Flood(new string('x', 50_000));
        }

        Assert.That(client.End.Unwritten, Is.LessThan(Session.SubscriberWindow + 100_000));
        _rig.Drains = true;
        _rig.Drain(client.End);
        _rig.Do();
        Assert.That(client.Take(), Has.Length.EqualTo((40 * 50_000) + (9 * 28) + (31 * 29)));
    }

    [Test]
    public void A_large_update_leaves_other_subscribers_their_part_and_comes_before_all_that_is_said_behind_it()
    {
        var rig = new Rig(l => l with { Export = new(), DataStorageMax = 64 << 20 }, g => g with { MaxUpdateSize = 32 << 20 });
        ClientEnd slow = rig.Client(), quick = rig.Client(), publisher = rig.Client();
        slow.Ask("subscribe\n");
        string large = new('x', 20 << 20);
        rig.Drains = false;
        publisher.Say($"flood {large.Length}\n{large}");
        Assert.That(slow.End.Unwritten, Is.InRange(Session.SubscriberWindow, Session.SubscriberWindow + (65 << 10)));
        slow.Say("ping\n");
        quick.Ask("subscribe\n");
        rig.Drain(quick.End);
        publisher.Say("flood 5\nsmall");
        Assert.That(quick.Take(), Is.EqualTo("update mirror b/b1/321 5\nsmall\n"), "while the other has not read the large one");
        while (slow.End.Unwritten > 0)
        {
            rig.Drain(slow.End);
            rig.Do();
            Assert.That(slow.End.Unwritten, Is.LessThan(Session.SubscriberWindow + (65 << 10)));
        }

        Assert.That(slow.Take(), Is.EqualTo($"update mirror b/b1/1 {large.Length}\n{large}\n250 pong\nupdate mirror b/b1/321 5\nsmall\n"));
        Assert.That(rig.Core.Limits.Waiting, Is.Zero);
    }

    // Sizes around a segment and the window, read in any pieces, requests in between.
    [Test]
    public void Whatever_is_read_when_it_is_all_updates_and_replies_one_behind_the_other([Range(1, 8)] int seed)
    {
        var rig = new Rig(l => l with { Export = new(), DataStorageMax = 128 << 20 }, g => g with { MaxUpdateSize = 32 << 20 });
        var chance = new Prng((ulong)seed);
        ClientEnd reader = rig.Client(), publisher = rig.Client();
        reader.Ask("subscribe\n");
        rig.Drains = false;
        var expected = new List<string>();
        int pings = 0;
        for (int i = 0; i < 60; i++)
        {
            switch (chance.Next(4))
            {
                case 0:
                    int[] sizes = [chance.Next(100), chance.Next(70_000), (64 << 10) * (1 + chance.Next(3)), chance.Next(4 << 20)];
                    string update = new((char)('a' + chance.Next(26)), sizes[chance.Next(4)]);
                    publisher.Say($"flood {update.Length}\n{update}");
                    rig.Drain(publisher.End);
                    expected.Add($"{update.Length}\n{update}\n");
                    break;
                case 1:
                    reader.Say("ping\n");
                    pings++;
                    break;
                default:
                    rig.Drain(reader.End, chance.Next(reader.End.Unwritten + 1));
                    rig.Do();
                    break;
            }

            Assert.That(reader.End.Unwritten, Is.LessThan(Session.SubscriberWindow + (512 << 10)));
        }

        rig.Drains = true;
        rig.Drain(reader.End);
        rig.Do();
        string heard = reader.Take();
        Assert.That(Regex.Count(heard, "(?m)^250 pong\n"), Is.EqualTo(pings));
        string[] given = Regex.Replace(heard, "(?m)^250 pong\n", "").Split("update mirror b/b1/");
        Assert.That(given.Skip(1).Select(one => one[(one.IndexOf(' ') + 1)..]), Is.EqualTo(expected));
        Assert.That(rig.Core.Limits.Waiting, Is.Zero);
    }

    [Test]
    public void Who_leaves_in_the_middle_of_a_large_update_gets_all_of_it_and_who_vanishes_nothing_more()
    {
        var rig = new Rig(l => l with { Export = new(), DataStorageMax = 64 << 20 }, g => g with { MaxUpdateSize = 32 << 20 });
        ClientEnd leaving = rig.Client(), vanishing = rig.Client(), publisher = rig.Client();
        leaving.Ask("subscribe\n");
        vanishing.Ask("subscribe\n");
        string large = new('x', 20 << 20);
        rig.Drains = false;
        publisher.Say($"flood {large.Length}\n{large}");
        leaving.Say("quit\n");
        vanishing.End.Vanish();
        Assert.That(leaving.End.IsClosed, Is.False);
        rig.Drains = true;
        rig.Drain(leaving.End);
        rig.Do();
        Assert.That(leaving.End.IsClosed, Is.True);
        Assert.That(leaving.Take(), Does.StartWith($"update mirror b/b1/1 {large.Length}\nxxx").And.EndWith("x\n205 goodbye\n"));
        Assert.That(rig.Core.Limits.Waiting, Is.Zero);
    }

    [Test]
    public void One_that_keeps_up_is_given_much_at_once_and_one_that_does_not_little()
    {
        Flood([.. Enumerable.Repeat(new string('x', 4000), 200)]);
        ClientEnd client = _rig.Client();
        _rig.Drains = false;
        string first = client.Ask("subscribe from start\n");
        Assert.That(client.End.Unwritten, Is.InRange(256 << 10, 300 << 10));
        int given = client.End.Unwritten;
        _rig.Do();
        _rig.Do(Event.Wake.Instance);
        Assert.That(client.End.Unwritten, Is.EqualTo(given), "nothing of it was taken, and no turn was asked for");
        Flood("more");
        Assert.That(client.End.Unwritten - given, Is.InRange(1, 40 << 10));
        _rig.Drains = true;
        _rig.Drain(client.End);
        _rig.Do();
        Assert.That((first + client.Take()).Split("update mirror "), Has.Length.EqualTo(202));
    }

    [Test]
    public void Who_waits_for_another_turn_gets_it_though_others_were_written_to_in_this_one()
    {
        Flood([.. Enumerable.Repeat(new string('x', 4000), 200)]);
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Drains = false;
        ClientEnd client = _rig.Client();
        client.Ask("subscribe from start\n");
        link.Send(w => SmallFrames.WriteStamp(w, FrameKind.Ping, 1));
        _rig.Drain(client.End);
        _rig.Drain(link.End);
        Assert.That(_rig.Core.NextWake, Is.EqualTo(_rig.Now));
        _rig.Do(Event.Wake.Instance);
        Assert.That(_rig.Core.NextWake, Is.GreaterThan(_rig.Now));
        Assert.That(client.End.Unwritten, Is.Positive);
    }

    [Test]
    public void Its_turns_never_run_out()
    {
        ClientEnd client = _rig.Client();
        client.Ask("subscribe\n");
        _rig.Core.Desk.Sessions.Single(s => s.Subscriptions.Count > 0).Subscriptions[0].Turn = int.MaxValue;
        Flood("1");
        Flood("2");
        Assert.That(client.Take(), Does.Contain("\n1\n").And.Contain("\n2\n"));
    }

    [Test]
    public void Who_has_been_given_all_wants_no_other_turn()
    {
        ClientEnd client = _rig.Client();
        client.Ask("subscribe\n");
        _rig.Drains = false;
        Flood("new");
        _rig.Drain(client.End);
        Assert.That(client.Take(), Does.EndWith("\nnew\n"));
        Assert.That(_rig.Core.NextWake, Is.GreaterThan(_rig.Now));
    }

    [Test]
    public void The_end_of_a_session_is_the_end_of_its_subscriptions()
    {
        ClientEnd client = _rig.Client();
        client.Ask("subscribe\n");
        client.End.Vanish();
        Flood("into the void");
        Assert.That(_rig.Core.Subscribers.Count, Is.Zero);
        Assert.That(_rig.Stray, Is.Empty);
    }

    private void Flood(params string[] updates)
    {
        ClientEnd publisher = _rig.Client();
        foreach (string update in updates)
        {
            publisher.Ask($"flood {update.Length}\n{update}");
        }
    }
}
