// Updates on their way in from clients: whole or not at all, within the group's and the store's bounds, charged for what they are.
using System.Text;
using Floodd.Config;
using Floodd.Core;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UploadTests
{
    private readonly Rig _rig = new();

    [TestCase("flood\nline\n.\n", "line\n")]
    [TestCase("flood mirror\r\nline\r\n.\r\n", "line\n")]
    [TestCase("data\n..line\n.\n", ".line\n")]
    [TestCase("flood\n...\n..\n.\n", "..\n.\n")]
    [TestCase("flood\n.\n", "")]
    [TestCase("flood\n\n.\n", "\n")]
    [TestCase("flood\na.\n.b\n.\n", "a.\nb\n")]
    [TestCase("flood\na\rb\n.\n", "a\rb\n")]
    [TestCase("flood 0\n", "")]
    [TestCase("flood 3\n.\n.", ".\n.")]
    [TestCase("binary mirror 4\n\r\n\0\xff", "\r\n\0\xff")]
    public void An_update_is_what_the_client_meant(string request, string update)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(request);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var rig = new Rig();
            ClientEnd client = rig.Client();
            client.End.Say(bytes.AsSpan(0, cut));
            client.End.Say(bytes.AsSpan(cut));
            Assert.That(client.Take(), Does.EndWith($"250 b/b1/1 flooded to mirror, {update.Length} bytes\n"), $"cut at {cut}");
            Assert.That(rig.Exports.Single().Input.SelectMany(p => p.ToArray()), Is.EqualTo(Encoding.Latin1.GetBytes(update)), $"cut at {cut}");
            Assert.That(rig.Core.ChargedBytes, Is.LessThan(200));
        }
    }

    [TestCase(65_536, 1)]
    [TestCase(65_537, 2)]
    [TestCase(200_000, 4)]
    public void A_large_update_takes_a_segment_for_each_64_KiB(int size, int segments)
    {
        byte[] payload = [.. Enumerable.Range(0, size).Select(i => (byte)(i % 251))];
        ClientEnd client = _rig.Client();
        client.Say($"flood {size}\n");
        foreach (byte[] chunk in payload.Chunk(9_999))
        {
            client.End.Say(chunk);
        }

        Assert.That(_rig.Exports.Single().Input.SelectMany(p => p.ToArray()).ToArray(), Is.EqualTo(payload));
        Assert.That(_rig.Group.Own!.NextNumber, Is.EqualTo(segments + 1));
        Assert.That(_rig.Core.ChargedBytes, Is.EqualTo(_rig.Group.Own.ChargeAbove(0)));
    }

    // Each segment's check is looked at by who gets it over a link; a keyed update has its key in the first.
    [TestCase("flood 300000 key one\n", 5)]
    [TestCase("flood 300000\n", 5)]
    [TestCase("flood\n", 5)]
    [TestCase("flood 65537\n", 2)]
    public void A_large_update_that_comes_in_pieces_is_sound_between_others(string request, int segments)
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.Take();
        ClientEnd client = _rig.Client();
        client.Ask("flood 5\nfirst");
        bool isDotted = request == "flood\n";
        int size = isDotted ? 300_000 : int.Parse(request.Split(' ')[1]);
        byte[] payload = [.. Enumerable.Range(0, size).Select(i => i == size - 1 || i % 80 == 79 ? (byte)'\n' : (byte)('a' + (i % 23)))];
        client.Say(request);
        foreach (byte[] chunk in payload.Chunk(9_999))
        {
            client.End.Say(chunk);
        }

        client.Say(isDotted ? ".\nflood 4\nlast" : "flood 4\nlast");
        Assert.That(client.Take(), Does.Match($"250 b/b1/2 .*, {size} bytes\n250 b/b1/{2 + segments} "));
        SegmentStream stream = _rig.Group.Own!;
        for (long number = 1; number <= 2 + segments; number++)
        {
            Assert.That(stream.TryFind(number, out Slab slab, out int index));
            Assert.That(SegmentRecord.IsSound(slab.Bytes(index), stream.Seed, number, out uint word), $"{number}");
            Assert.That(SegmentRecord.Begins(word), Is.EqualTo(number is 1 or 2 || number == 2 + segments), $"{number} begins");
            Assert.That(SegmentRecord.Ends(word), Is.EqualTo(number == 1 || number > segments), $"{number} ends");
        }

        Assert.That(_rig.Core.ChargedBytes, Is.EqualTo(stream.ChargeAbove(0)));
    }

    [Test]
    public void A_large_update_takes_no_more_room_than_it_is_charged([Values(65_537, 200_000, 1 << 20, (3 << 20) + 1)] int size, [Values(9_999, 65_000)] int chunk)
    {
        var rig = new Rig(l => l with { DataStorageMax = 64 << 20 }, g => g with { MaxUpdateSize = 32 << 20 });
        ClientEnd client = rig.Client();
        client.Say($"flood {size}\n");
        foreach (byte[] part in new byte[size].Chunk(chunk))
        {
            client.End.Say(part);
        }

        long room = 0;
        SegmentStream stream = rig.Group.Own!;
        for (long number = 1; stream.TryFind(number, out Slab slab, out _); number = slab.Last + 1)
        {
            room += slab.Room;
        }

        Assert.That(rig.Core.ChargedBytes, Is.GreaterThan(size));
        Assert.That(room, Is.Zero);
    }

    [Test]
    public void An_update_whose_client_vanished_half_way_leaves_no_trace()
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.Take();
        ClientEnd sized = _rig.Client(), dotted = _rig.Client();
        sized.Say("flood 100000\n" + new string('x', 99_999));
        dotted.Say("flood\nall but the dot\n");
        Assert.That(_rig.Core.ChargedBytes, Is.GreaterThan(100_000));
        sized.End.Vanish();
        dotted.End.Vanish();
        Assert.That(_rig.Core.ChargedBytes, Is.Zero);
        Assert.That(_rig.Exports, Is.Empty);
        Assert.That(link.Take().Select(f => f.Kind), Has.No.Member(FrameKind.Segments));
        Assert.That(_rig.Core.State.Counters.UpdatesVanished, Is.EqualTo(2));
        Assert.That(_rig.Client().Ask("flood 2\nhi"), Does.StartWith("250 b/b1/1 "));
    }

    [Test]
    public void A_size_that_somebody_only_says_allocates_nothing()
    {
        var rig = new Rig(group: g => g with { MaxUpdateSize = 1 << 30 });
        ClientEnd client = rig.Client();
        long before = GC.GetAllocatedBytesForCurrentThread();
        client.Say("flood 1073741824\nx");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(32 * 1024));
        Assert.That(rig.Core.ChargedBytes, Is.LessThan(200));
    }

    [TestCase("flood 12345678901\n")]
    [TestCase("flood -1\n")]
    [TestCase("flood 0x10\n")]
    [TestCase("flood mirror 1 1\n")]
    public void A_size_that_is_none_is_wrong_or_no_group(string request) => Assert.That(_rig.Client().Ask(request), Does.Match("\n?(501|550) "));

    [Test]
    public void An_update_over_the_group_s_bound_is_skipped_and_the_session_lives()
    {
        var rig = new Rig(group: g => g with { MaxUpdateSize = 10 });
        ClientEnd client = rig.Client();
        Assert.That(SessionTests.Codes(client.Ask("flood 11\nping\nping\n\nping\nflood 10\n0123456789ping\n")), Is.EqualTo("552 250 250 250"));
        Assert.That(SessionTests.Codes(client.Ask("flood\n0123456789\n.\nping\nflood\n012345678\n.\n")), Is.EqualTo("354 552 250 354 250"));
        Assert.That(rig.Core.ChargedBytes, Is.EqualTo(rig.Group.Own!.ChargeAbove(0)));
    }

    [Test]
    public void An_update_that_finds_no_room_is_refused_for_now()
    {
        // Nobody else is up, and the export is stuck: what is stored is owed to this site itself.
        var rig = new Rig(l => l with { DataStorageMax = 100_000 });
        ClientEnd client = rig.Client();
        for (int i = 0; i < 12; i++)
        {
            client.Say("flood 9000\n" + new string('x', 9000));
        }

        Assert.That(client.End.IsPaused, "first it is slowed");
        rig.Pass(13);
        for (int i = 0; i < 12; i++)
        {
            client.Say("flood 9000\n" + new string('x', 9000));
        }

        Assert.That(client.Take(), Does.EndWith("452 the store is full, try again later\n"));
        Assert.That(client.IsClosed, Is.False);
        Assert.That(rig.Core.ChargedBytes, Is.LessThanOrEqualTo(100_000));
        rig.EndRun(rig.Exports[0]);
        Assert.That(client.Ask("flood 2\nhi"), Does.StartWith("250 "));
    }

    [Test]
    public void Many_short_lines_are_charged_for_their_bytes_not_for_each_line()
    {
        var rig = new Rig(l => l with { DataStorageMax = 1 << 20 });
        ClientEnd client = rig.Client();
        client.Say("flood\r\n");
        for (int i = 0; i < 100; i++)
        {
            client.Say(string.Concat(Enumerable.Repeat("ab\r\n", 1000)));
        }

        Assert.That(rig.Core.ChargedBytes, Is.LessThan(310_000));
        Assert.That(client.Ask(".\r\n"), Does.EndWith("300000 bytes\n"));
    }

    [Test]
    public void A_client_that_says_a_size_and_then_next_to_nothing_is_let_go()
    {
        ClientEnd client = _rig.Client();
        client.Say("flood 100000\nx");
        _rig.Pass(4);
        Assert.That(client.IsClosed, Is.False);
        _rig.Pass(3);
        Assert.That(client.IsClosed);
        Assert.That(_rig.Core.ChargedBytes, Is.Zero);
    }

    [Test]
    public void The_age_of_a_session_does_not_count_against_its_update()
    {
        ClientEnd client = _rig.Client();
        for (int minute = 0; minute < 60; minute++)
        {
            client.Ask("ping\n");
            _rig.Pass(60);
        }

        client.Say("flood 100000\n" + new string('x', 50_000));
        _rig.Pass(31);
        Assert.That(client.IsClosed, Is.False, "1,600 bytes a second are enough");
    }

    [Test]
    public void A_pause_that_is_ours_does_not_count_against_an_update()
    {
        var rig = new Rig(l => l with { DataStorageMax = 100_000 });
        LinkEnd link = rig.Link(Rig.A);
        ClientEnd first = rig.Client(), second = rig.Client();
        first.Say("flood 60000\n" + new string('x', 60_000));
        second.Say("flood 20000\nx");
        Assert.That(second.End.IsPaused);
        for (int number = 0; number < 40; number++)
        {
            rig.Pass(1);
            link.AnswerPings();
            link.Run(number + 1, Piece.Whole("x"));
            link.Exported(link.Stream, number + 1);
        }

        rig.EndRun(rig.Exports[0]);
        link.Exported(rig.Group.Own!.Id, 1);
        rig.Pass(3);
        Assert.That(second.End.IsPaused, Is.False);
        Assert.That(second.IsClosed, Is.False);
        second.Say(new string('x', 19_999));
        Assert.That(second.Take(), Does.EndWith(" flooded to mirror, 20000 bytes\n"));
    }

    [Test]
    public void A_refused_update_that_comes_fast_enough_is_skipped_to_its_end()
    {
        var rig = new Rig(group: g => g with { MaxUpdateSize = 10 });
        ClientEnd client = rig.Client();
        client.Say("flood 50000\n");
        for (int i = 0; i < 50; i++)
        {
            client.Say(new string('x', 1000));
            rig.Pass(1);
        }

        Assert.That(SessionTests.Codes(client.Take() + client.Ask("ping\n")), Is.EqualTo("200 552 250"));
    }

    [Test]
    public void Without_a_command_updates_count_as_exported_and_are_counted()
    {
        var rig = new Rig(l => l with { Export = new ExportDefinition() });
        ClientEnd client = rig.Client();
        client.Ask($"flood 3\nonebinary 100000\n{new string('x', 100_000)}");
        Assert.That(client.Ask("where b/b1/2\n"), Does.Contain("(:member b (:state exported))"));
        Assert.That(rig.Core.State.Counters.UpdatesExported, Is.EqualTo(2));
    }
}
