// Segments that come in on a link: what is whole is handed out once and in order, and nothing else ever is.
using System.Buffers.Binary;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class IntakeTests
{
    [Test]
    public void A_whole_update_is_exported_however_its_bytes_are_cut()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        byte[] frame = Piece.Run(Rig.Mirror, link.Stream, 1, 1, Piece.Begin("one ", 8), Piece.End("half"));
        foreach (byte b in frame)
        {
            Assert.That(rig.Exports, Is.Empty);
            link.End.Say([b]);
        }

        Assert.That(rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "one half" }));
    }

    [Test]
    public void Half_an_update_is_never_exported()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        link.Run(1, Piece.Begin("half", length: 13));
        link.End.Vanish();
        rig.Pass(1);
        Assert.That(rig.Exports, Is.Empty);
        LinkEnd again = rig.Link(Rig.A);
        again.Run(2, Piece.End(" and half"));
        Assert.That(rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "half and half" }));
    }

    [Test]
    public void Of_a_run_that_is_larger_than_the_store_what_fits_is_taken()
    {
        var rig = new Rig(l => l with { DataStorageMax = 8192, Export = l.Export with { BundleMax = 8192 } });
        LinkEnd link = rig.Link(Rig.A);
        Piece[] pieces = [.. Enumerable.Range(0, 20).Select(_ => Piece.Whole(new string('x', 500)))];
        link.Run(1, pieces);
        long taken = rig.Group.Find(link.Stream)!.Received.Watermark;
        Assert.That(taken, Is.InRange(8, 19));
        rig.EndRun(rig.Exports[0]);
        link.Run(taken + 1, pieces[(int)taken..]);
        Assert.That(rig.Group.Find(link.Stream)!.Received.Watermark, Is.EqualTo(20));
    }

    [Test]
    public void Segments_that_overtook_others_wait_for_them()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        link.Run(3, Piece.Whole("3"));
        link.Run(2, Piece.Whole("2"));
        Assert.That(rig.Exports, Is.Empty);
        link.Run(1, Piece.Whole("1"));
        Assert.That(rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "123" }));
    }

    [Test]
    public void A_duplicate_is_counted_and_goes_nowhere()
    {
        var rig = new Rig();
        LinkEnd a = rig.Link(Rig.A), c = rig.Link(Rig.C);
        a.Run(1, Piece.Whole("once"));
        c.Take();
        a.Run(1, Piece.Whole("once"), Piece.Whole("new"));
        a.Run(1, Piece.Whole("once"), Piece.Whole("new"));
        rig.EndRun(rig.Exports[0]);
        Assert.That(rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "once", "new" }));
        Assert.That(rig.Core.State.Counters.SegmentsDuplicate, Is.EqualTo(3));
        Assert.That(c.Take().Count(f => f.Kind == FrameKind.Segments), Is.EqualTo(1));
    }

    [Test]
    public void What_is_new_is_forwarded_to_all_but_whom_it_came_from()
    {
        var rig = new Rig();
        LinkEnd a = rig.Link(Rig.A), c = rig.Link(Rig.C);
        a.Take();
        c.Take();
        a.Run(1, Piece.Whole("news"));
        Assert.That(a.Take().Select(f => f.Kind), Has.No.Member(FrameKind.Segments));
        Assert.That(c.Take().Select(f => f.Kind), Is.SupersetOf(new[] { FrameKind.Stream, FrameKind.Segments }));
    }

    [Test]
    public void A_damaged_segment_ends_the_link_and_is_asked_for_again()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        byte[] frame = Piece.Run(Rig.Mirror, link.Stream, 1, 1, Piece.Whole("damaged"));
        frame[^1] ^= 1;
        link.End.Say(frame);
        Assert.That(link.IsClosed);
        Assert.That(rig.NoteKinds, Does.Contain(NoteKind.LinkBroken));
        rig.Link(Rig.A).Run(1, Piece.Whole("sound"));
        Assert.That(rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "sound" }));
    }

    [Test]
    public void What_came_sound_before_a_damaged_segment_is_not_left_lying()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        link.Run(2, Piece.Whole("2"));
        byte[] frame = Piece.Run(Rig.Mirror, link.Stream, 1, 1, Piece.Whole("1"), Piece.Whole("2"), Piece.Whole("3"));
        frame[^1] ^= 1;
        link.End.Say(frame);
        Assert.That(link.IsClosed);
        Assert.That(rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "12" }));
    }

    [TestCase(true, TestName = "A_run_shorter_than_it_says_ends_the_link")]
    [TestCase(false, TestName = "A_run_of_duplicates_shorter_than_they_say_is_no_harm")]
    public void A_run_shorter_than_it_says(bool isNew)
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        if (!isNew)
        {
            link.Run(1, Piece.Whole("1"), Piece.Whole("2"));
        }

        byte[] frame = new byte[Frame.HeadSize + RunHead.Size + (2 * SegmentRecord.HeadSize)];
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(Frame.HeadSize + RunHead.Size), 0xC001FFFF);
        new RunHead(1, 1, 2, 0).WriteFrameStart(frame, 2 * SegmentRecord.HeadSize);
        link.End.Say(frame);
        Assert.That(link.IsClosed, Is.EqualTo(isNew));
    }

    [Test]
    public void A_run_of_a_stream_that_was_not_named_ends_the_link()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        link.End.Say(Piece.Run(Rig.Mirror, link.Stream, 2, 1, Piece.Whole("whose")));
        Assert.That(link.IsClosed);
    }

    [Test]
    public void A_stream_of_a_group_that_is_not_ours_is_passed_over()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        GroupName theirs = new("theirs");
        link.Send(w => SmallFrames.WriteStream(w, 2, theirs, link.Stream));
        link.End.Say(Piece.Run(theirs, link.Stream, 2, 1, Piece.Whole("not for us")));
        Assert.That(link.IsClosed, Is.False);
        Assert.That(rig.Exports, Is.Empty);
    }

    [Test]
    public void A_stream_named_out_of_turn_ends_the_link()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        link.Send(w => SmallFrames.WriteStream(w, 3, Rig.Mirror, link.Stream));
        Assert.That(link.IsClosed);
    }

    [Test]
    public void Nothing_is_allocated_for_what_was_only_announced()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        byte[] whole = Piece.Run(Rig.Mirror, link.Stream, 1, 1, Piece.Begin("a gigabyte to come", GroupDefinition.UpdateMax));
        byte[] head = [.. BitConverter.GetBytes(WireLimits.FrameMax), 4, 0, 0, 0, 0, 0, 0, 0];
        long before = GC.GetAllocatedBytesForCurrentThread();
        link.End.Say(whole);
        link.End.Say(head);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(32 * 1024));
        Assert.That(link.IsClosed, Is.False);
        Assert.That(rig.Core.ChargedBytes, Is.LessThan(200));
    }

    [Test]
    public void Two_members_whose_clients_asked_for_very_many_topologies_end_nothing()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        link.Send(w =>
        {
            w.BeginFrame();
            foreach (SiteName name in new[] { Rig.A, Rig.C })
            {
                new SiteRecord(new SiteDefinition(name), 1, 99, [new(Rig.Mirror, int.MaxValue)], [Rig.B]).Write(w);
            }

            w.EndFrame(FrameKind.Sites);
        });
        Assert.That(() => rig.Pass(2), Throws.Nothing);
    }

    [Test]
    public void Our_own_site_is_not_behind_while_its_exports_make_progress()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        link.Run(1, Piece.Whole("1"));
        for (int number = 2; number < 40; number++)
        {
            link.Run(number, Piece.Whole($"{number}"));
            rig.EndRun(rig.Exports[^1]);
            rig.Pass(0.5);
        }

        Assert.That(rig.Exports, Has.Count.EqualTo(39));
        Assert.That(rig.Group.Members[Rig.B].Behind, Is.False);
    }
}
