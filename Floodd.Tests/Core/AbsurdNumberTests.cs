// What a neighbor may say once too often or too high: nobody else's link breaks for it, and no answer grows without end.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AbsurdNumberTests
{
    private readonly Rig _rig = new(group: g => g with { MasterSite = Rig.B, MaxUpdateSize = 5 });

    [Test]
    public void A_run_ends_where_numbers_do()
    {
        LinkEnd a = _rig.Link(Rig.A);
        a.Run(WireLimits.NumberMax, Piece.Whole("1"), Piece.Whole("2"));
        Assert.That(a.Goodbye(), Is.EqualTo(GoodbyeReason.Broken));
    }

    [TestCase(WireLimits.VersionMax + 1)]
    [TestCase(WireLimits.NumberMax)]
    public void A_version_without_a_successor_is_passed_over(long version)
    {
        LinkEnd a = _rig.Link(Rig.A), c = _rig.Link(Rig.C);
        c.Take();
        a.Send(w => WriteRecord(w, Rig.B, (ulong)version));
        a.Send(w => WriteRecord(w, Rig.C, (ulong)version));
        a.Send(new GroupRecord(new GroupDefinition(Rig.Mirror) { MasterSite = Rig.B, MaxUpdateSize = 1 }, (ulong)version).Write);
        a.Send(w => TopologyRecord.Write(w, new Topology(Rig.Mirror, version, Rig.A, 1, [Edge.Between(Rig.A, Rig.B), Edge.Between(Rig.A, Rig.C)])));
        _rig.Pass(2);
        List<(FrameKind Kind, byte[] Payload)> told = c.Take();
        Assert.That(told.Where(f => f.Kind == FrameKind.Sites).SelectMany(f => SiteRecord.ReadAll(f.Payload)!).Select(r => r.Version), Has.All.LessThan(100));
        Assert.That(told.Select(f => f.Kind), Has.None.EqualTo(FrameKind.Group).And.None.EqualTo(FrameKind.Topology));
        Assert.That((a.IsClosed, c.IsClosed), Is.EqualTo((false, false)));
    }

    [Test]
    public void A_record_that_would_fit_into_no_frame_behind_others_breaks_the_link_that_it_came_on()
    {
        LinkEnd a = _rig.Link(Rig.A);
        SiteName[] links = [.. Enumerable.Range(0, 4000).Select(i => new SiteName($"a-site-with-a-longer-name-{i:0000}"))];
        a.Send(w =>
        {
            w.BeginFrame();
            new SiteRecord(new(Rig.C), 1, 2, [new(Rig.Mirror, 0)], [.. links]).Write(w);
            w.EndFrame(FrameKind.Sites);
        });
        Assert.That(a.Goodbye(), Is.EqualTo(GoodbyeReason.Broken));
    }

    [TestCase("flood 1\n1", "12")]
    [TestCase("", "2", Description = "before the first of this life")]
    public void Updates_of_ours_that_we_never_numbered_are_not_taken(string before, string exported)
    {
        LinkEnd a = _rig.Link(Rig.A);
        ClientEnd client = _rig.Client();
        client.Ask(before);
        a.Send(w => SmallFrames.WriteStream(w, 2, Rig.Mirror, _rig.Group.OwnId));
        a.End.Say(Piece.Run(Rig.Mirror, _rig.Group.OwnId, 2, 3, Piece.Whole("3")));
        client.Ask("flood 1\n2");
        _rig.EndRun(_rig.Exports[0]);
        _rig.Pass(1);
        Assert.That(string.Concat(_rig.Exports.Select(Rig.InputOf)), Is.EqualTo(exported));
        Assert.That((_rig.Group.Own!.Received.Highest, a.IsClosed), Is.EqualTo(((long)exported.Length, false)));
    }

    [Test]
    public void Two_masters_do_not_contradict_each_other_at_the_pace_of_their_link()
    {
        LinkEnd a = _rig.Link(Rig.A);
        a.Take();
        int told = 0;
        for (ulong version = 10; version < 200; version++)
        {
            a.Send(new GroupRecord(new GroupDefinition(Rig.Mirror) { MasterSite = Rig.A, Sites = [Rig.A] }, version).Write);
            told += a.Take().Count(f => f.Kind == FrameKind.Group);
        }

        Assert.That(told, Is.EqualTo(1));
        _rig.Pass(2);
        GroupRecord last = a.Take().Where(f => f.Kind == FrameKind.Group).Select(f => GroupRecord.Read(f.Payload)!).Single();
        Assert.That((last.Version, last.Definition.MasterSite), Is.EqualTo((200UL, Rig.B)));
    }

    [Test]
    public void The_masters_word_comes_back_as_it_was_said_whatever_its_periods()
    {
        var rig = new Rig(group: g => g with { MasterSite = Rig.B, PingPeriod = TimeSpan.FromMilliseconds(1) });
        LinkEnd a = rig.Link(Rig.A);
        GroupRecord word = a.Take().Where(f => f.Kind == FrameKind.Group).Select(f => GroupRecord.Read(f.Payload)!).Last();
        a.Send(word.Write);
        Assert.That(a.Take().Select(f => f.Kind), Has.None.EqualTo(FrameKind.Group));
    }

    [Test]
    public void Small_questions_that_come_at_once_make_no_answer_without_end()
    {
        LinkEnd a = _rig.Link(Rig.A);
        var questions = new FieldWriter();
        for (int i = 0; i < 1_000_000; i++)
        {
            Digest.Begin(questions, Rig.Mirror, closed: false, last: false, asks: true);
            questions.EndFrame(FrameKind.Digest);
        }

        _rig.Client().Ask("flood 1\n1");
        byte[] input = questions.Written.ToArray();
        _rig.Drains = false;
        long before = GC.GetAllocatedBytesForCurrentThread();
        a.End.Say(input);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(150e6), "a quarter of it is answered, and no more");
        Assert.That(a.IsClosed, Is.True);
    }

    private static void WriteRecord(FieldWriter writer, SiteName name, ulong version)
    {
        writer.BeginFrame();
        new SiteRecord(new(name), 7, version, [new(Rig.Mirror, 0)], [Rig.A]).Write(writer);
        writer.EndFrame(FrameKind.Sites);
    }
}
