// Export runs: what they are given, what their ends mean, and when they are tried again. No process is ever started.
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ExportTests
{
    private readonly Rig _rig = new();

    [Test]
    public void A_run_is_told_what_it_gets()
    {
        _rig.Client().Ask("flood 2\nhi");
        ExportRun run = _rig.Exports.Single();
        Assert.That(run.Environment.ToDictionary(), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["FLOODD_SITE"] = "b",
            ["FLOODD_GROUP"] = "mirror",
            ["FLOODD_COUNT"] = "1",
            ["FLOODD_FIRST_ID"] = "b/b1/1",
            ["FLOODD_LAST_ID"] = "b/b1/1",
            ["FLOODD_BYTES"] = "2",
            ["FLOODD_ID"] = "b/b1/1",
            ["FLOODD_ORIGIN"] = "b",
        }));
        Assert.That((run.Command, run.Directory), Is.EqualTo(("export", "/")));
    }

    [TestCase(0.02, 0.02)]
    [TestCase(60, 0.1)]
    public void The_next_run_gathers_for_as_long_as_the_last_one_took_and_not_longer_than_a_tenth_of_a_second(double took, double gathers)
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 1\n1flood 1\n2");
        _rig.Pass(took);
        _rig.EndRun(_rig.Exports[0]);
        _rig.Pass(gathers * 0.9);
        client.Ask("flood 1\n3");
        Assert.That(_rig.Exports, Has.Count.EqualTo(1));
        _rig.Pass(gathers * 0.2);
        Assert.That(_rig.Exports.Skip(1).Select(Rig.InputOf), Is.EqualTo(new[] { "3" }));
    }

    [Test]
    public void Who_comes_later_than_that_is_not_kept_waiting()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 1\n1");
        _rig.Pass(60);
        _rig.EndRun(_rig.Exports[0]);
        _rig.Pass(0.2);
        client.Ask("flood 1\n2");
        Assert.That(_rig.Exports, Has.Count.EqualTo(2));
    }

    [Test]
    public void The_next_run_does_not_wait_for_other_news_if_its_time_comes_after_the_end_of_a_turn()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 1\n1flood 1\n2");
        _rig.Pass(60);
        _rig.EndRun(_rig.Exports[0]);
        _rig.Drains = false;
        client.Ask("flood 1\n3");
        _rig.Oversleep(0.2);
        _rig.Drain(client.End);
        Assert.That(_rig.Core.NextWake, Is.LessThanOrEqualTo(_rig.Now));
        _rig.Do(Event.Wake.Instance);
        Assert.That(_rig.Exports, Has.Count.EqualTo(2));
    }

    [TestCase(4000, 64 << 20)]
    [TestCase(4 << 20, 16000)]
    public void A_full_bundle_is_not_kept_waiting_nor_a_quarter_of_the_store(int bundleMax, long store)
    {
        var rig = new Rig(l => l with { DataStorageMax = store, Export = l.Export with { BundleMax = bundleMax } });
        ClientEnd client = rig.Client();
        client.Ask("flood 1\n1");
        rig.Pass(60);
        rig.EndRun(rig.Exports[0]);
        for (int i = 0; i < 4; i++)
        {
            Assert.That(rig.Exports, Has.Count.EqualTo(1));
            client.Ask($"flood 1000\n{new string('x', 1000)}");
        }

        Assert.That(rig.Exports.Skip(1).Select(r => r.Input.Sum(p => p.Length)), Is.EqualTo(new[] { 4000 }));
    }

    [TestCase(null, 4)]
    [TestCase(2500L, 2)]
    public void A_bundle_is_at_most_as_large_as_was_said_or_a_quarter_of_the_store(long? bundleMax, int together)
    {
        var rig = new Rig(l => l with { DataStorageMax = 16_500, Export = l.Export with { BundleMax = bundleMax } });
        ClientEnd client = rig.Client();
        client.Ask("flood 1\n1");
        for (int i = 0; i < 6; i++)
        {
            client.Ask($"flood 1000\n{new string('x', 1000)}");
        }

        rig.Pass(1);
        rig.EndRun(rig.Exports[0]);
        Assert.That(rig.Exports[1].Input.Sum(p => p.Length), Is.EqualTo(together * 1000));
    }

    [Test]
    public void What_arrives_during_a_run_goes_into_the_next_together()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 1\n1flood 1\n2");
        client.Ask("flood 1\n3");
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "12" }));
        _rig.EndRun(_rig.Exports[0]);
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "12", "3" }));
        Assert.That(_rig.Exports[0].Environment.ToDictionary(), Does.Not.ContainKey("FLOODD_ID").And.ContainKey("FLOODD_LAST_ID").WithValue("b/b1/2"));
    }

    [TestCase(RunEnd.Exited, 75)]
    [TestCase(RunEnd.Signaled, 9)]
    [TestCase(RunEnd.TimedOut, 0)]
    [TestCase(RunEnd.NotStarted, 0)]
    public void A_run_that_could_not_is_tried_again_for_ever_with_longer_pauses(RunEnd kind, int code)
    {
        _rig.Client().Ask("flood 2\nhi");
        var pauses = new List<double>();
        for (int i = 0; i < 12; i++)
        {
            Instant failed = _rig.Now;
            _rig.EndRun(_rig.Exports[^1], kind, code);
            int runs = _rig.Exports.Count;
            while (_rig.Exports.Count == runs)
            {
                _rig.Pass(0.5);
            }

            Assert.That(Rig.InputOf(_rig.Exports[^1]), Is.EqualTo("hi"));
            pauses.Add((_rig.Now - failed).TotalSeconds);
        }

        Assert.That(pauses, Is.EqualTo(new[] { 1.0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300 }).Within(0.6));
        Assert.That(_rig.Core.State.Counters.UpdatesSetAside, Is.Zero);
        _rig.EndRun(_rig.Exports[^1]);
        Assert.That(_rig.Core.State.Counters.UpdatesExported, Is.EqualTo(1));
    }

    [Test]
    public void A_run_that_will_not_is_tried_five_times_and_set_aside()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 3\nbad");
        client.Ask("flood 4\ngood");
        for (int tries = 1; tries <= 5; tries++)
        {
            Assert.That(_rig.Exports, Has.Count.EqualTo(tries));
            Assert.That(Rig.InputOf(_rig.Exports[^1]), Is.EqualTo("bad"));
            _rig.EndRun(_rig.Exports[^1], code: 65);
            _rig.Pass(20);
        }

        Assert.That(Rig.InputOf(_rig.Exports[^1]), Is.EqualTo("good"), "the next is not held up");
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.ExportSetAside), Is.EqualTo(1));
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.ExportRetry), Is.EqualTo(4));
        Assert.That(client.Ask("stats\n"), Does.Contain("(:updates-set-aside 1)").And.Contain("(:set-aside (:group-name mirror) (:first b/b1/1) (:last b/b1/1) (:count 1) "));
    }

    [Test]
    public void The_end_of_another_run_is_not_this_one_s()
    {
        _rig.Client().Ask("flood 2\nhi");
        _rig.EndRun(_rig.Exports[0] with { Number = 99 });
        _rig.EndRun(_rig.Exports[0] with { Group = new GroupName("other") });
        Assert.That(_rig.Core.State.Counters.UpdatesExported, Is.Zero);
    }

    [Test]
    public void Marks_are_told_to_the_neighbors()
    {
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Client().Ask("flood 2\nhi");
        _rig.Pass(1);
        link.Take();
        _rig.EndRun(_rig.Exports[0]);
        Assert.That(link.Take().Select(f => f.Kind), Does.Contain(Floodd.Wire.FrameKind.Delivery));
    }

    [Test]
    public void A_site_that_is_new_to_a_group_resyncs_first_and_exports_wait()
    {
        var rig = Resyncing();
        LinkEnd link = rig.Connect(Rig.A);
        link.Greet();
        StreamId stream = new(Rig.A, 1);
        link.Send(w => link.Marks(w, last: false, stream, new NamedMark(Rig.A, 7, 7, false)));
        link.Join();
        ExportRun run = rig.Resyncs.Single();
        Assert.That(run.Environment.ToDictionary(), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["FLOODD_SITE"] = "b",
            ["FLOODD_REASON"] = "new",
            ["FLOODD_GROUP"] = "mirror",
            ["FLOODD_ORIGIN"] = "a",
            ["FLOODD_FROM"] = "0",
            ["FLOODD_TO"] = "0",
            ["FLOODD_SITES"] = "a=10.0.0.97:2000",
        }));
        Assert.That(run.Input, Is.Empty);
        rig.Client().Ask("flood 2\nhi");
        Assert.That(rig.Exports, Is.Empty);
        rig.EndRun(run, code: 75);
        Assert.That(rig.Exports, Is.Empty, "it is to be run again");
        rig.Pass(1.1);
        rig.EndRun(rig.Resyncs[^1]);
        Assert.That(rig.Resyncs, Has.Count.EqualTo(2));
        Assert.That(rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "hi" }));
    }

    [Test]
    public void A_gap_that_nobody_can_fill_is_told_to_resync()
    {
        var rig = Resyncing();
        LinkEnd link = rig.Link(Rig.A);
        var has = new SegmentSet();
        has.Add(1, 5);
        void Tell() => link.Send(w =>
        {
            Floodd.Wire.Digest.Begin(w, Rig.Mirror, closed: false, last: true, asks: false);
            Floodd.Wire.Digest.Entry(w, new(link.Stream, InOrder: false, Floor: 4, has));
            w.EndFrame(Floodd.Wire.FrameKind.Digest);
        });
        Tell();
        link.Exported(link.Stream, 5);
        link.Run(4, Piece.Whole("4"), Piece.Whole("5"));
        for (int second = 0; second < 45; second++)
        {
            rig.Pass(1);
            link.AnswerPings();
            Tell();
        }

        Assert.That(rig.NoteKinds.Count(k => k == NoteKind.Gap), Is.EqualTo(1));
        Assert.That(rig.Core.State.Counters.SegmentsLost, Is.EqualTo(3));
        Assert.That(rig.Resyncs.Single().Environment.ToDictionary(), Is.SupersetOf(new Dictionary<string, string>
        {
            ["FLOODD_REASON"] = "gap",
            ["FLOODD_ORIGIN"] = "a",
            ["FLOODD_FROM"] = "1",
            ["FLOODD_TO"] = "3",
            ["FLOODD_SITES"] = "a=10.0.0.97:2000",
        }));
        Assert.That(rig.Exports, Is.Empty);
        rig.EndRun(rig.Resyncs[0]);
        Assert.That(rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "45" }));
    }

    private static Rig Resyncing() => new(l => l with { Export = new ExportDefinition { Command = "export", ResyncCommand = "resync" } });
}
