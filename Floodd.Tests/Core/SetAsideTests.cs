// What becomes of updates that were set aside, and what clients may say to that. No process is ever started.
using System.Collections.Immutable;
using Floodd.Config;
using Floodd.Core;
using Floodd.Spool;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SetAsideTests
{
    private RefusingRig _rig = new();

    [Test]
    public void Exports_shows_what_is_going_on()
    {
        ClientEnd client = _rig.Site.Client();
        Assert.That(client.Ask("exports\n"), Is.EqualTo("220 exports of mirror follows\n(:export (:group-name mirror) (:state idle) (:waiting 0) (:waiting-bytes 0) (:runs 0) (:retries 0) (:set-aside 0) (:set-aside-bytes 0))\n.\n"));
        _rig.Flood(3);
        Assert.That(client.Ask("exports mirror\n"), Does.Contain("(:state running) (:waiting 3) (:waiting-bytes 9) (:runs 2) (:retries 0)"));
        _rig.End(1);
        Assert.That(client.Ask("exports\n"), Does.Contain("(:state waiting) (:waiting 3) (:waiting-bytes 9) (:runs 2) (:retries 1) (:set-aside 0) (:set-aside-bytes 0) (:again-in 0.1) (:at-most 1) (:last-end \"Exited 1\"))"));
        _rig.RunAll("<0>");
        _rig.Site.Pass(60);
        string listing = client.Ask("exports\n");
        Assert.That(listing, Does.Contain("(:state idle) (:waiting 0)").And.Contain("(:set-aside 1)"));
        Assert.That(listing, Does.Match(@"\n\(:set-aside b/b1/2 \(:group-name mirror\) \(:state kept\) \(:size 3\) \(:tries 5\) \(:age 6\d\) \(:reason ""Exited 1""\)\)\n"));
    }

    [Test]
    public void What_was_set_aside_is_tried_again_alone_and_settled_when_it_is_taken()
    {
        ClientEnd client = _rig.Flood(3);
        _rig.RunAll("<1>");
        _rig.Site.Client().Ask("flood 4\nbusy");
        Assert.That(client.Ask("retry b/b1/3\n"), Is.EqualTo("250 1 updates of mirror are exported again\n"));
        Assert.That(client.Ask("retry b/b1/3 mirror\n"), Does.StartWith("250 1 "), "once more means the same");
        Assert.That(_rig.Next(), Is.EqualTo("busy"), "one run at a time");
        _rig.End(0);
        Assert.That((_rig.Next(), _rig.Value("FLOODD_REDELIVERED"), _rig.Value("FLOODD_ID"), _rig.Value("FLOODD_COUNT")), Is.EqualTo(("<1>", "1", "b/b1/3", "1")));
        Assert.That(client.Ask("skip b/b1/3\n"), Does.StartWith("450 "));
        Assert.That(client.Ask("exports\n"), Does.Contain("(:state retrying)"));
        _rig.End(65);
        Assert.That(_rig.Ended, Is.EqualTo(_rig.Site.Exports.Count), "it is not tried again by itself");
        Assert.That(client.Ask("exports\n"), Does.Contain("(:tries 6)").And.Contain("\"Exited 65\"").And.Contain("(:state kept)"));
        _rig.CheckConservation();
        client.Ask("retry ALL\n");
        Assert.That(_rig.Next(), Is.EqualTo("<1>"));
        _rig.End(0);
        Assert.That((_rig.Aside.All.Count, _rig.Aside.Charged, _rig.Counters.SetAsideExported, _rig.Counters.UpdatesExported), Is.EqualTo((0, 0L, 1L, 5L)));
        Assert.That(client.Ask("retry b/b1/3\n"), Is.EqualTo("550 no update b/b1/3 of mirror is set aside here\n"));
        _rig.CheckConservation();
    }

    [Test]
    public void What_is_tried_again_and_what_comes_new_take_turns()
    {
        _rig.Flood(6);
        _rig.RunAll("<");
        _rig.Site.Client().Ask("retry all\n");
        var seen = new List<string>();
        for (int i = 0; i < 8; i++)
        {
            seen.Add(_rig.Next());
            _rig.Site.Client().Ask("flood 1\nn");
            _rig.End(0);
        }

        Assert.That(seen, Is.EqualTo(new[] { "<0>", "n", "<1>", "nn", "<2>", "nn", "<3>", "nn" }));
    }

    [Test]
    public void Retry_all_ends_the_pause_as_well()
    {
        _rig.Flood(1);
        for (int i = 0; i < 8; i++)
        {
            _rig.Next();
            _rig.End(75);
        }

        int runs = _rig.Site.Exports.Count;
        _rig.Site.Client().Ask("retry b/b1/2\n");
        Assert.That(_rig.Site.Exports, Has.Count.EqualTo(runs));
        Assert.That(_rig.Site.Client().Ask("retry all\n"), Does.StartWith("250 0 "));
        Assert.That(_rig.Site.Exports, Has.Count.EqualTo(runs + 1));
    }

    [Test]
    public void What_is_skipped_is_gone_and_counted()
    {
        ClientEnd client = _rig.Flood(3);
        _rig.RunAll("<");
        long before = _rig.Site.Core.State.Store.Charged;
        Assert.That(client.Ask("skip b/b1/3\n"), Is.EqualTo("250 1 updates of mirror are skipped\n"));
        Assert.That(_rig.Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(new[] { 2, 4 }));
        Assert.That(client.Ask("retry b/b1/4\nskip all\n"), Is.EqualTo("250 1 updates of mirror are exported again\n250 2 updates of mirror are skipped\n"), "what only waits to be tried again can be skipped");
        Assert.That(_rig.Site.Exports, Has.Count.EqualTo(_rig.Ended));
        Assert.That((_rig.Counters.SetAsideSkipped, _rig.Aside.Charged), Is.EqualTo((3L, 0L)));
        Assert.That(_rig.Site.Core.State.Store.Charged, Is.LessThan(before));
        Assert.That(_rig.Site.NoteKinds.Count(k => k == NoteKind.SetAsideSettled), Is.EqualTo(2));
        _rig.CheckConservation();
    }

    [Test]
    public void Nobody_elsewhere_may_retry_or_skip()
    {
        _rig.Flood(1);
        _rig.RunAll("<");
        ClientEnd elsewhere = _rig.Site.Client("192.0.2.1");
        Assert.That(elsewhere.Ask("exports\n"), Does.StartWith("220 "));
        Assert.That(elsewhere.Ask("retry all\nskip all\nskip b/b1/2\n").Split('\n')[..3], Is.All.StartWith("502 "));
        Assert.That(_rig.Aside.All, Has.Count.EqualTo(1));
        var open = new Rig(l => l with { Access = new AccessDefinition { Insecure = true, AllowClients = ["192.0.2.1"], AllowShutdown = ["192.0.2.1"] } });
        Assert.That(open.Client("192.0.2.1").Ask("skip all\n"), Does.StartWith("502 "), "in no posture");
    }

    [Test]
    public void The_slab_of_what_was_set_aside_can_go()
    {
        _rig = new RefusingRig(l => l with { LogPurgePeriod = TimeSpan.FromSeconds(1) });
        _rig.Flood(3);
        _rig.RunAll("<1>");
        _rig.Site.Pass(60);
        Assert.That(_rig.Site.Group.Own!.Oldest, Is.Null);
        Assert.That(_rig.Site.Core.State.Store.Charged, Is.EqualTo(_rig.Aside.Charged).And.GreaterThan(0));
        _rig.Site.Client().Ask("retry all\n");
        Assert.That(_rig.Next(), Is.EqualTo("<1>"));
    }

    [Test]
    public void The_oldest_is_given_up_when_newer_ones_need_its_room()
    {
        _rig = new RefusingRig(l => l with { SetAsideMax = 200 });
        ClientEnd client = _rig.Flood(5);
        _rig.RunAll("<");
        Assert.That(_rig.Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(new[] { 5, 6 }), "75 bytes and more for each");
        Assert.That(_rig.Aside.Charged, Is.LessThanOrEqualTo(200));
        Assert.That((_rig.Counters.UpdatesSetAside, _rig.Counters.SetAsideGivenUp), Is.EqualTo((5L, 3L)));
        Assert.That(_rig.Site.NoteKinds.Count(k => k == NoteKind.SetAsideGivenUp), Is.EqualTo(3));
        _rig.CheckConservation();
    }

    [Test]
    public void What_is_larger_than_all_that_may_be_set_aside_is_given_up_alone()
    {
        _rig = new RefusingRig(l => l with { SetAsideMax = 200 });
        _rig.Flood(1);
        _rig.RunAll("<");
        ClientEnd client = _rig.Site.Client();
        client.Ask($"flood 201\n<{new string('x', 200)}");
        _rig.RunAll("<x");
        Assert.That(_rig.Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(new[] { 2 }));
        Assert.That((_rig.Counters.UpdatesSetAside, _rig.Counters.SetAsideGivenUp), Is.EqualTo((2L, 1L)));
        _rig.CheckConservation();
    }

    [Test]
    public void A_full_store_gives_up_what_is_set_aside_last_but_before_it_refuses_an_update()
    {
        _rig = new RefusingRig(l => l with { DataStorageMax = 20_000, SetAsideMax = 10_000 }, g => g with { MaxUpdateSize = 10_000 });
        ClientEnd client = _rig.Site.Client();
        client.Ask($"flood 5001\n<{new string('x', 5000)}");
        _rig.RunAll("<");
        Assert.That(_rig.Aside.All, Has.Count.EqualTo(1));

        // The update itself is kept for the neighbor, which has not got it yet; what comes from there is to be exported here.
        LinkEnd link = _rig.Site.Link(Rig.A);
        link.Run(1, Piece.Whole(new string('y', 5000)));
        Assert.That((_rig.Aside.All.Count, _rig.Site.Group.WholeCount), Is.EqualTo((1, 2L)));
        link.Run(2, Piece.Whole(new string('y', 5000)));
        Assert.That((_rig.Aside.All.Count, _rig.Site.Group.WholeCount), Is.EqualTo((0, 3L)));
        Assert.That((_rig.Counters.SetAsideGivenUp, _rig.Counters.GivenUpUp), Is.EqualTo((1L, 0L)));
        _rig.CheckConservation();
    }

    [Test]
    public void What_an_earlier_life_had_set_aside_is_there_again()
    {
        _rig.Flood(2);
        _rig.RunAll("<");
        ImmutableArray<SpoolEntry.SetAside> kept =
            [.. _rig.Aside.All.Select(u => new SpoolEntry.SetAside(u.Group, u.Id.Stream, u.Id.Sequence, u.Records.Count, u.Records.Records(0, u.Records.Count), u.Why))];
        _rig = new RefusingRig(incarnation: 0xb2);
        _rig.Aside.Restore(kept);
        ClientEnd client = _rig.Site.Client();
        Assert.That(client.Ask("exports\n"), Does.Contain("(:set-aside b/b1/2 (:group-name mirror) (:state kept) (:size 3) (:tries 5) (:age 0) (:reason \"Exited 1\"))").And.Contain("(:set-aside b/b1/3 "));
        client.Ask("retry b/b1/3\n");
        Assert.That((Rig.InputOf(_rig.Site.Exports[^1]), _rig.Site.Exports[^1].Environment.ToDictionary()["FLOODD_REDELIVERED"]), Is.EqualTo(("<1>", "1")));
        _rig.Site.EndRun(_rig.Site.Exports[^1]);
        Assert.That((_rig.Aside.All.Count, _rig.Counters.SetAsideExported), Is.EqualTo((1, 1L)));
        _rig.CheckConservation();
    }
}
