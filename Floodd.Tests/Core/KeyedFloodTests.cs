// Floods with keys at one site: what a repeat is answered, that it takes no room, and which of several updates is handed out.
using System.Text;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class KeyedFloodTests
{
    private const string Receipt = "250 b/b1/1 flooded to mirror, 5 bytes\n";

    private readonly Rig _rig = new();

    private long Charged => _rig.Core.ChargedBytes;

    private Counters Counters => _rig.Core.State.Counters;

    [TestCase("flood 5 key K\nhello")]
    [TestCase("flood mirror 5 key K\nhello")]
    [TestCase("DATA mirror 9 KEY K\nwhatever!")]
    [TestCase("binary 0 key K\n")]
    public void A_repeat_gets_the_receipt_of_the_first_whatever_its_bytes(string repeat)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(repeat);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var rig = new Rig();
            Assert.That(rig.Client().Ask("flood 5 key K\nhello"), Is.EqualTo(Receipt));
            long charged = rig.Core.ChargedBytes;
            ClientEnd client = rig.Client();
            client.Take();
            client.End.Say(bytes.AsSpan(0, cut));
            Assert.That(rig.Core.ChargedBytes, Is.EqualTo(charged), $"cut at {cut}");
            client.End.Say(bytes.AsSpan(cut));
            Assert.That(client.Take(), Is.EqualTo(Receipt), $"cut at {cut}");
            Assert.That(rig.Core.ChargedBytes, Is.EqualTo(charged));
            Assert.That(rig.Group.Own!.NextNumber, Is.EqualTo(2));
            Assert.That((rig.Core.State.Counters.UpdatesAccepted, rig.Core.State.Counters.UpdatesRepeated), Is.EqualTo((1L, 1L)));
        }
    }

    [Test]
    public void Other_keys_and_floods_without_one_are_other_updates()
    {
        string replies = _rig.Client().Ask("flood 1 key K\nxflood 1 key k\nxflood 1\nxflood 1\nxflood key 1\nx");
        Assert.That(SessionTests.Codes(replies), Is.EqualTo("250 250 250 250 550"));
        Assert.That(_rig.Group.Own!.NextNumber, Is.EqualTo(5));
        Assert.That(Counters.UpdatesRepeated, Is.Zero);
    }

    [TestCase("flood 5 key -\nquit\nping\n", "501 250")]
    [TestCase("flood mirror 5 key K!\nquit\nping\n", "501 250")]
    [TestCase("flood 5 key K K\nping\n", "501 250")]
    [TestCase("flood key K\nping\n", "501 250")]
    [TestCase("flood nogroup 5 key K\nquit\nping\n", "550 250")]
    public void A_wrong_key_is_refused_and_what_follows_is_skipped_if_it_can_be(string request, string codes)
    {
        Assert.That(SessionTests.Codes(_rig.Client().Ask(request)), Is.EqualTo("200 " + codes).Or.EqualTo(codes));
        Assert.That(Charged, Is.Zero);
    }

    [Test]
    public void Of_two_that_send_one_key_at_once_the_one_that_is_whole_first_is_flooded()
    {
        ClientEnd slow = _rig.Client(), fast = _rig.Client();
        slow.Ask("flood 100000 key K\n" + new string('x', 70_000));
        Assert.That(fast.Ask("flood 5 key K\nhello"), Is.EqualTo(Receipt));
        Assert.That(slow.Ask(new string('x', 10_000)), Is.Empty);
        Assert.That(Charged, Is.LessThan(200), "what had come of the other is dropped at once");
        Assert.That(slow.Ask(new string('x', 20_000) + "ping\n"), Is.EqualTo(Receipt + "250 pong\n"));
        Assert.That(_rig.Group.Own!.NextNumber, Is.EqualTo(2));
    }

    [Test]
    public void A_flood_that_was_refused_or_whose_client_vanished_has_not_used_its_key()
    {
        var rig = new Rig(group: g => g with { MaxUpdateSize = 10 });
        ClientEnd gone = rig.Client();
        gone.Say("flood 5 key K\nhell");
        gone.End.Vanish();
        Assert.That(rig.Client().Ask("flood 11 key K\nhello world"), Does.StartWith("552 "));
        Assert.That(rig.Client().Ask("flood 5 key K\nhello"), Is.EqualTo(Receipt));
        Assert.That(rig.Client().Ask("flood 11 key K\nhello world"), Does.StartWith("552 "), "the rules come first");
    }

    [Test]
    public void A_repeat_needs_no_room_and_waits_for_nobody()
    {
        // Nobody else is up, and the export is stuck.
        var rig = new Rig(l => l with { DataStorageMax = 100_000 });
        Assert.That(rig.Client().Ask("flood 5 key K\nhello"), Is.EqualTo(Receipt));
        ClientEnd filler = rig.Client(), other = rig.Client(), same = rig.Client();
        filler.Ask($"flood 40000\n{new string('x', 40_000)}");
        other.Ask("flood 30000 key L\nx");
        same.Ask("flood 30000 key M\nx");
        Assert.That((other.End.IsPaused, same.End.IsPaused), Is.EqualTo((true, true)));
        Assert.That(rig.Client().Ask($"flood 99999 key K\n{new string('x', 99_999)}"), Does.EndWith(Receipt));

        // The key of one that waits comes from elsewhere: it waits no more, though it is not the first in line.
        LinkEnd link = rig.Link(Rig.A);
        link.Run(1, Piece.Whole("theirs") with { Key = "M" });
        Assert.That((other.End.IsPaused, same.End.IsPaused), Is.EqualTo((true, false)));
        same.Say(new string('x', 29_999));
        Assert.That(same.Take(), Is.EqualTo("250 a/1/1 flooded to mirror, 6 bytes\n"));
    }

    [Test]
    public void A_repeat_of_what_came_over_a_link_gets_its_receipt_once_it_is_whole()
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.Run(1, Piece.Begin("12", 4) with { Key = "K" });
        ClientEnd client = _rig.Client();
        client.Ask("flood 3 key K\nab");
        link.Run(2, Piece.End("34"));
        Assert.That(client.Ask("c"), Is.EqualTo("250 a/1/1 flooded to mirror, 4 bytes\n"));
        Assert.That(_rig.Group.Own, Is.Null);
        Assert.That(Rig.InputOf(_rig.Exports.Single()), Is.EqualTo("1234"));
    }

    [Test]
    public void An_update_under_the_key_of_another_is_stored_and_sent_on_and_counts_as_exported_but_is_not()
    {
        LinkEnd a = _rig.Link(Rig.A), c = _rig.Link(Rig.C);
        ClientEnd client = _rig.Client();
        client.Ask("flood 4 key K\nours");
        a.Run(1, Piece.Whole("before"), Piece.Begin("the", 6) with { Key = "K" }, Piece.End("irs"), Piece.Whole("after"));
        _rig.EndRun(_rig.Exports[0]);
        _rig.EndRun(_rig.Exports[1]);
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "ours", "beforeafter" }));
        Assert.That(_rig.Exports[1].Environment.Single(e => e.Key == "FLOODD_COUNT").Value, Is.EqualTo("2"));
        Assert.That(_rig.Exports[1].Environment.Single(e => e.Key == "FLOODD_BYTES").Value, Is.EqualTo("11"));
        Assert.That(client.Ask("where a/1/2\n"), Does.Contain("(:member b (:state exported))"));
        Assert.That(c.Take().Where(f => f.Kind == FrameKind.Segments).Sum(f => RunHead.TryRead(f.Payload, out RunHead head) ? head.Count : 0), Is.EqualTo(5));
        Assert.That(client.Ask("stats\n"), Does.Contain("(:updates-skipped 1)").And.Contain("(:updates-exported 3)").And.Contain("(:segments-waiting-for-export 0)"));
    }

    [Test]
    public void A_bundle_of_repeats_only_runs_nothing_and_counts_as_exported()
    {
        LinkEnd link = _rig.Link(Rig.A);
        ClientEnd client = _rig.Client();
        client.Ask("flood 1 key K\nkflood 1 key L\nl");
        _rig.EndRun(_rig.Exports[0]);
        link.Run(1, Piece.Whole("K") with { Key = "K" }, Piece.Whole("L") with { Key = "L" });
        Assert.That(_rig.Exports, Has.Count.EqualTo(1));
        Assert.That(client.Ask("where a/1/2\n"), Does.Contain("(:member b (:state exported))"));
        link.Run(3, Piece.Whole("new"));
        Assert.That(Rig.InputOf(_rig.Exports[1]), Is.EqualTo("new"));
    }

    [Test]
    public void A_repeat_counts_as_exported_only_with_the_first()
    {
        // One update in each run; the other site's stream is first in line.
        var rig = new Rig(l => l with { Export = l.Export with { BundleMax = 1 } });
        LinkEnd link = rig.Link(Rig.A);
        ClientEnd client = rig.Client();
        client.Ask("flood 1\nkflood 1 key L\nl");
        link.Run(1, Piece.Whole("L") with { Key = "L" }, Piece.Whole("y"));
        rig.EndRun(rig.Exports[0]);
        Assert.That(client.Ask("where a/1/1\n"), Does.Contain("(:member b (:state pending))"));
        rig.EndRun(rig.Exports[1], code: 75);
        Assert.That(client.Ask("where a/1/1\n"), Does.Contain("(:member b (:state pending))"));
        rig.Pass(2);
        for (int i = 2; i < rig.Exports.Count; i++)
        {
            rig.EndRun(rig.Exports[i]);
        }

        Assert.That(client.Ask("where a/1/1\n"), Does.Contain("(:member b (:state exported))"));
        Assert.That(rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "k", "l", "l", "y" }));
    }

    [Test]
    public void A_first_that_the_command_refused_five_times_was_handed_out()
    {
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Client().Ask("flood 1 key K\nk");
        for (int i = 0; i < 5; i++)
        {
            _rig.EndRun(_rig.Exports[^1], code: 1);
            _rig.Pass(60);
            link = link.IsClosed ? _rig.Link(Rig.A, (ulong)i + 2) : link;
        }

        link.Run(1, Piece.Whole("K") with { Key = "K" });
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.All.EqualTo("k"));
        Assert.That(Counters.UpdatesSetAside, Is.EqualTo(1));
    }

    [Test]
    public void Without_a_command_a_repeat_is_not_counted_as_delivered()
    {
        var rig = new Rig(l => l with { Export = new ExportDefinition() });
        rig.Client().Ask("flood 1 key K\nk");
        rig.Link(Rig.A).Run(1, Piece.Whole("KK") with { Key = "K" }, Piece.Whole("222"));
        Assert.That((rig.Core.State.Counters.UpdatesExported, rig.Core.State.Counters.BytesExported), Is.EqualTo((2L, 4L)));
        Assert.That(rig.Client().Ask("where a/1/1\n"), Does.Contain("(:member b (:state exported))"));
    }

    [Test]
    public void A_key_that_was_forgotten_is_flooded_and_exported_again()
    {
        var rig = new Rig(l => l with { FloodKeysMax = 2, Export = l.Export with { BundleMax = 1 } });
        ClientEnd client = rig.Client();
        Assert.That(client.Ask("flood 1 key A\naflood 1 key B\nbflood 1 key B\nbflood 1 key C\ncflood 1 key A\nA"), Does.EndWith("b/b1/4 flooded to mirror, 1 bytes\n"));

        // The first under A was forgotten before it was exported, and its key came again: both go out.
        for (int i = 0; i < rig.Exports.Count; i++)
        {
            rig.EndRun(rig.Exports[i]);
        }

        Assert.That(string.Concat(rig.Exports.Select(Rig.InputOf)), Is.EqualTo("abcA"));
        Assert.That(client.Ask("stats\n"), Does.Contain("(:segments-waiting-for-export 0)"));
    }

    [Test]
    public void Where_keys_were_forgotten_and_came_again_nobody_waits_for_ever()
    {
        var rig = new Rig(l => l with { FloodKeysMax = 1 });
        LinkEnd link = rig.Link(Rig.A);
        ClientEnd client = rig.Client();
        client.Ask("flood 4\nbusy");

        // Stream a: L, K; stream b: K, L. The table remembers one key only: each of them is the first under its key.
        link.Run(1, Piece.Whole("aL") with { Key = "L" }, Piece.Whole("aK") with { Key = "K" });
        client.Ask("flood 2 key M\nbMflood 2 key K\nbKflood 2 key L\nbL");
        link.Run(3, Piece.Whole("a3"));
        for (int i = 0; i < rig.Exports.Count; i++)
        {
            rig.EndRun(rig.Exports[i]);
        }

        Assert.That(client.Ask("stats\n"), Does.Contain("(:segments-waiting-for-export 0)"));
        Assert.That(string.Concat(rig.Exports.Select(Rig.InputOf)), Is.EquivalentTo("busyaLaKbMbKbLa3"));
    }

    [Test]
    public void A_subscriber_gets_no_repeat_and_no_gap_for_it()
    {
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Client().Ask("flood 1 key K\nk");
        ClientEnd early = _rig.Client();
        early.Ask("subscribe\n");
        link.Run(1, Piece.Whole("1"), Piece.Begin("2", 2) with { Key = "K" }, Piece.End("2"), Piece.Whole("4"), Piece.Whole("K") with { Key = "K" });
        const string Updates = "update mirror a/1/1 1\n1\nupdate mirror a/1/4 1\n4\n";
        Assert.That(early.Take(), Is.EqualTo(Updates));
        Assert.That(_rig.Client().Ask("subscribe from b/b1/1\n"), Does.EndWith(Updates));
        Assert.That(_rig.Client().Ask("subscribe from b/b1/1,a/1/2\n"), Does.EndWith("\nupdate mirror a/1/4 1\n4\n"), "a place at a repeat, as another site may tell it");
        link.Run(6, Piece.Whole("6"));
        Assert.That(early.Take(), Is.EqualTo("update mirror a/1/6 1\n6\n"));
    }

    [Test]
    public void A_gap_before_a_repeat_is_told_and_the_repeat_is_not()
    {
        var rig = new Rig(l => l with { Export = new ExportDefinition() });
        LinkEnd link = rig.Link(Rig.A);
        rig.Client().Ask("flood 1 key K\nk");
        link.Run(1, Piece.Whole("1"), Piece.Whole("2"));
        SegmentStream stream = rig.Group.Streams.Single(s => s.Id == link.Stream);
        rig.Core.State.Store.Release(stream.DropOldest());
        link.Run(3, Piece.Whole("K") with { Key = "K" }, Piece.Whole("4"));
        Assert.That(rig.Client().Ask("subscribe from b/b1/1,a/1/1\n"), Does.EndWith("gap mirror a/1/2 2\nupdate mirror a/1/4 1\n4\n"));
    }

    [TestCase(65_536, 1)]
    [TestCase(65_537, 2)]
    [TestCase(200_000, 4)]
    public void A_key_costs_sixteen_bytes_and_no_payload(int size, int segments)
    {
        ClientEnd client = _rig.Client();
        client.Ask($"flood {size} key K\n{new string('x', size)}");
        int lengths = segments > 1 ? 4 : 0;
        Assert.That(_rig.Group.Own!.NextNumber, Is.EqualTo(segments + 1));
        Assert.That(Charged, Is.EqualTo(size + FloodKey.Size + lengths + (segments * (SegmentRecord.HeadSize + Slab.ChargePerSegment))));
        Assert.That(_rig.Exports.Single().Input.Sum(p => p.Length), Is.EqualTo(size));
    }
}
