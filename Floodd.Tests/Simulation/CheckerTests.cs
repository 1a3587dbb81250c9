// Each checker is given a world that does wrong in one way: it must say so. A checker that cannot fail checks nothing.
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Simulation;

internal sealed class CheckerTests
{
    [TestCase(Sin.ExportsTwice, "twice")]
    [TestCase(Sin.AltersExports, "was not flooded, or not with these bytes")]
    [TestCase(Sin.SwapsOrder, "behind a later one")]
    [TestCase(Sin.InventsUpdates, "was not flooded")]
    [TestCase(Sin.EchoesBack, "back on")]
    [TestCase(Sin.ForgetsNeighbors, "never exported")]
    [TestCase(Sin.OverfillsStore, "charges its store")]
    [TestCase(Sin.KeepsLentBytes, "not with these bytes")]
    [TestCase(Sin.WakesForever, "for ever")]
    [TestCase(Sin.RunsTwoExports, "was not over")]
    [TestCase(Sin.MiscountsExports, "FLOODD_COUNT")]
    public void A_world_that_does_wrong_is_caught(Sin sin, string sentence) =>
        Assert.That(() => Flood(sin, 1), Throws.TypeOf<ViolationException>().With.Message.Contains(sentence));

    [Test]
    public void A_world_that_does_right_is_not_accused() =>
        Assert.That(() => Flood(Sin.None, 1), Throws.Nothing);

    [Test]
    public void A_failure_tells_its_seed_and_how_to_replay_it() =>
        Assert.That(
            () => Flood(Sin.ExportsTwice, 4711),
            Throws.TypeOf<ViolationException>().With.Message.Contains("FLOODD_SEED=4711 dotnet test")
                .And.Message.Contains(nameof(A_failure_tells_its_seed_and_how_to_replay_it)).And.Message.Contains("s02 up, life 1"));

    [Test]
    public void Equal_seeds_give_equal_traces_and_other_seeds_others()
    {
        ulong hash = Flood(Sin.None, 5).Trace.Hash;
        Assert.That(Flood(Sin.None, 5).Trace.Hash, Is.EqualTo(hash));
        Assert.That(Flood(Sin.None, 6).Trace.Hash, Is.Not.EqualTo(hash));
    }

    [Test]
    public void A_core_that_depends_on_more_than_its_seed_changes_the_trace()
    {
        ulong hash = Flood(Sin.DependsOnTheRun, 5).Trace.Hash;
        Assert.That(Flood(Sin.DependsOnTheRun, 5).Trace.Hash, Is.Not.EqualTo(hash));
    }

    [Test]
    public void Lasting_bytes_that_change_on_their_way_are_caught()
    {
        var world = new World(3, 2, w => w.Core = StandIn.Factory());
        world.Run(TimeSpan.FromSeconds(1));
        byte[] bytes = "flood g s01/1/1 1000\n"u8.ToArray();
        world.Wires.Send(world.Site(0).Connections.Values.First(), bytes, true);
        bytes[0] ^= 1;
        Assert.That(() => world.Run(TimeSpan.FromSeconds(1)), Throws.TypeOf<ViolationException>().With.Message.Contains("changed on their way"));
    }

    [Test]
    public void A_raw_export_is_split_by_its_marks_and_an_altered_one_is_refused()
    {
        var world = new World(3, 1, w => w.Core = StandIn.Factory());
        world.Run(TimeSpan.FromSeconds(1));
        Flooded flooded = world.Flood(0, 100);
        byte[] bytes = Payload.Make(flooded.Number, 100);
        var run = new Floodd.Core.ExportRun(new GroupName("g"), 1, "", "/", TimeSpan.Zero, [], []);

        Assert.That(world.Exports.Inspect(world.Site(0), run, bytes, false)[0].Flooded, Is.SameAs(flooded));
        bytes[99] ^= 1;
        Assert.That(() => world.Exports.Inspect(world.Site(0), run, bytes, false), Throws.TypeOf<ViolationException>());
        Assert.That(() => world.Exports.Inspect(world.Site(0), run, new byte[100], false), Throws.TypeOf<ViolationException>());
    }

    [Test]
    public void A_run_that_is_not_told_of_an_earlier_one_or_told_for_nothing_is_caught()
    {
        var world = new World(3, 1, w => w.Core = StandIn.Factory());
        world.Run(TimeSpan.FromSeconds(1));
        Flooded flooded = world.Flood(0, 100);
        byte[] bytes = Payload.Make(flooded.Number, 100);
        var run = new Floodd.Core.ExportRun(new GroupName("g"), 1, "", "/", TimeSpan.Zero, [], []);
        Floodd.Core.ExportRun told = run with { Environment = [new("FLOODD_REDELIVERED", "1")] };

        Assert.That(() => world.Exports.Inspect(world.Site(0), told, bytes, false), Throws.TypeOf<ViolationException>().With.Message.Contains("is told"));
        world.Exports.Inspect(world.Site(0), run, bytes, false);
        Assert.That(() => world.Exports.Inspect(world.Site(0), run, bytes, false), Throws.TypeOf<ViolationException>().With.Message.Contains("not told"));
        world.Exports.Inspect(world.Site(0), told, bytes, false);
    }

    [Test]
    public void Counters_that_do_not_add_up_are_caught()
    {
        var world = new World(3, 1, w => w.Core = StandIn.Factory());
        var told = new Dictionary<string, long>
        {
            ["updates-whole"] = 10,
            ["updates-exported-before"] = 1,
            ["updates-exported"] = 3,
            ["updates-waiting-for-export"] = 1,
            ["updates-set-aside"] = 6,
            ["set-aside-kept"] = 1,
            ["set-aside-skipped"] = 2,
            ["set-aside-given-up"] = 2,
            ["set-aside-exported"] = 1,
        };
        StatisticsChecker.Conserve(world.Site(0), told);
        foreach (string name in told.Keys)
        {
            var wrong = new Dictionary<string, long>(told);
            wrong[name]++;
            Assert.That(() => StatisticsChecker.Conserve(world.Site(0), wrong), Throws.TypeOf<ViolationException>(), name);
        }
    }

    [Test]
    public void Two_updates_with_one_id_are_caught()
    {
        var world = new World(3, 1, w => w.Core = StandIn.Factory());
        Flooded first = world.Flood(0, 100);
        Flooded second = world.Flood(0, 100);
        var key = new UpdateKey(0, 0, 1, 1);
        world.Ledger.Accept(first, key, 1);
        Assert.That(() => world.Ledger.Accept(second, key, 1), Throws.TypeOf<ViolationException>());
    }

    [Test]
    public void An_update_whose_client_vanished_or_was_refused_must_not_be_exported()
    {
        var world = new World(3, 1, w => w.Core = StandIn.Factory());
        Flooded halved = world.FloodHalf(0, 100);
        byte[] bytes = Payload.Make(halved.Number, 100);
        Assert.That(world.Ledger.Find(new UpdateKey(0, 0, 1, 1), bytes), Is.Null);
        Flooded refused = world.Flood(0, 100);
        refused.RefusedWith = 452;
        Assert.That(world.Ledger.Find(new UpdateKey(0, 0, 1, 2), Payload.Make(refused.Number, 100)), Is.Null);
    }

    [Test]
    public void A_key_that_is_flooded_or_exported_twice_is_caught()
    {
        var world = new World(3, 1, w => w.Core = StandIn.Factory());
        world.Run(TimeSpan.FromSeconds(1));
        SimulatedSite site = world.Site(0);
        Flooded first = world.Flood(0, 100, key: "K");
        KeyChecker.Answered(world, site, first, "s01/1/1 flooded to g, 100 bytes");
        world.Run(TimeSpan.FromTicks(1));
        Flooded second = world.Flood(0, 101, key: "K");
        Assert.That(() => KeyChecker.Answered(world, site, second, "s01/1/2 flooded to g, 101 bytes"), Throws.TypeOf<ViolationException>().With.Message.Contains("which it knew"));
        Assert.That(() => KeyChecker.Answered(world, site, second, "s01/1/2 flooded to g, 100 bytes"), Throws.TypeOf<ViolationException>().With.Message.Contains("which is none"));
        Assert.That(() => KeyChecker.Answered(world, site, second, "s01/1/1 flooded to g, 99 bytes"), Throws.TypeOf<ViolationException>().With.Message.Contains("no receipt"));
        world.Exports.Commit(site, [new(first, (0, 0, 1), 1)]);
        Assert.That(() => world.Exports.Commit(site, [new(second, (0, 0, 1), 2)]), Throws.TypeOf<ViolationException>().With.Message.Contains("under the same key"));
        KeyChecker.Answered(world, site, second, "s01/1/1 flooded to g, 100 bytes");
        Assert.That(second.RepeatOf, Is.SameAs(first));
        Assert.That(world.Ledger.Find(new UpdateKey(0, 0, 1, 2), Payload.Make(second.Number, 101)), Is.Null, "it must not be exported");
    }

    [Test]
    public void Updates_of_equal_bytes_are_told_apart_by_their_receipts()
    {
        var world = new World(3, 1, w => w.Core = StandIn.Factory());
        Flooded first = world.Flood(0, [1]);
        Flooded second = world.Flood(0, [1]);
        UpdateKey one = new(0, 0, 1, 1);
        UpdateKey two = new(0, 0, 1, 2);

        // The second is exported first, and taken for the first until the receipts come.
        Assert.That(world.Ledger.Find(two, [1]), Is.SameAs(first));
        first.ExportAt(0, 1);
        world.Ledger.Accept(second, two, 1);
        world.Ledger.Accept(first, one, 1);
        Assert.That(world.Ledger.Find(one, [1]), Is.SameAs(first));
        Assert.That(second.IsExportedAt(0) && !first.IsExportedAt(0));
    }

    [Test]
    public void Which_of_two_equal_updates_a_run_holds_may_show_while_it_goes_on()
    {
        var world = new World(3, 1, w => w.Core = StandIn.Factory());
        Flooded lost = world.Flood(0, [1]);
        Flooded kept = world.Flood(0, [1]);
        UpdateKey one = new(0, 0, 1, 1);
        var exported = new ExportedUpdate(world.Ledger.Find(one, [1])!, (0, 0, 1), 1);
        Assert.That(exported.Flooded, Is.SameAs(lost));
        world.Ledger.Accept(kept, one, 1);
        Assert.That(exported.LookedUpIn(world.Ledger).Flooded, Is.SameAs(kept));
    }

    [Test]
    public void A_gap_is_an_excuse_only_where_nobody_at_hand_holds_the_update()
    {
        var world = new World(3, 3, w => w.Core = StandIn.Factory());
        world.Run(TimeSpan.FromSeconds(1));
        world.Site(2).Export = Personalities.HangsAtFirst(100, world.Options.Export);
        Flooded flooded = world.Flood(0, 100);
        world.Run(TimeSpan.FromSeconds(25));
        UpdateKey key = flooded.Key!.Value;
        string text = $"no member that can be reached holds s01/{key.Incarnation:x}/{key.Sequence} to {key.Sequence} in g";
        Assert.That(() => world.Gaps.Declared(world.Site(2), text), Throws.TypeOf<ViolationException>().With.Message.Contains("could have been asked"));
        world.Cut(0, 2);
        world.Cut(1, 2);
        Assert.That(() => world.Gaps.Declared(world.Site(2), text), Throws.Nothing);
        Assert.That((world.Gaps.Excuses(world.Site(2), flooded), world.Gaps.Excuses(world.Site(1), flooded)), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_subscriber_that_is_given_nothing_of_a_key_is_noticed_unless_a_gap_was_told()
    {
        var world = new World(Seeds.One(9), 2);
        world.Run(TimeSpan.FromSeconds(5));
        var wanderer = new Wanderer(world);
        wanderer.MoveTo(0);
        world.Flood(0, 100, key: "K");
        world.RunUntilDelivered(TimeSpan.FromSeconds(10));
        wanderer.MoveTo(1);
        wanderer.MoveTo(0);
        world.Run(TimeSpan.FromSeconds(1));
        wanderer.Check();
        Assert.That((wanderer.Stays, wanderer.Repeats), Is.EqualTo((3, 0)));

        // One that no site was ever given, as if the site had exported it.
        var missed = new Flooded { Number = world.Ledger.NextNumber, Group = 0, Origin = 1, OriginLife = 1, Length = 50, Digest = 1, SentAt = world.Now, ClientKey = "L" };
        missed.ExportAt(0, world.Site(0).Life, world.Now);
        world.Ledger.Add(missed);
        Assert.That(wanderer.Check, Throws.TypeOf<ViolationException>().With.Message.Contains("told no gap"));
    }

    [Test]
    public void Statistics_that_do_not_add_up_are_caught()
    {
        var world = new World(3, 2);
        world.Run(TimeSpan.FromSeconds(3));
        Flooded flooded = world.Flood(0, 100);
        world.RunUntilDelivered(TimeSpan.FromSeconds(10));
        Assert.That(world.CheckStatistics, Throws.Nothing);
        flooded.ExportAt(1, 0);
        Assert.That(world.CheckStatistics, Throws.TypeOf<ViolationException>().With.Message.Contains("s02 counts 1 updates exported, the world 0"));
    }

    [Test]
    public void Marks_that_say_too_little_or_too_much_are_caught()
    {
        var world = new World(3, 3);
        world.Run(TimeSpan.FromSeconds(3));
        world.Flood(0, 100);
        world.RunUntilDelivered(TimeSpan.FromSeconds(10));
        Assert.That(() => MarkChecker.Require(world, TimeSpan.FromSeconds(1)), Throws.Nothing);

        // A mark of its own that nobody else was told of.
        StreamOf(1).Marks.Raise(world.Site(1).Name, new(2, 2, false));
        Assert.That(() => MarkChecker.Require(world, TimeSpan.FromSeconds(1)), Throws.TypeOf<ViolationException>().With.Message.Contains("believes that s02 exported"));

        // All believe it, of an update that only one of them has exported.
        var missed = new Flooded { Number = world.Ledger.NextNumber, Group = 0, Origin = 0, OriginLife = 1, Length = 50, Digest = 1, SentAt = world.Now, Key = new UpdateKey(0, 0, StreamOf(0).Id.Incarnation, 2) };
        world.Ledger.Add(missed);
        missed.ExportAt(2, world.Site(2).Life, world.Now);
        StreamOf(0).Marks.Raise(world.Site(1).Name, new(2, 2, false));
        StreamOf(2).Marks.Raise(world.Site(1).Name, new(2, 2, false));
        Assert.That(() => MarkChecker.Require(world, TimeSpan.FromSeconds(1)), Throws.TypeOf<ViolationException>().With.Message.Contains("and it did not export update 1"));

        Floodd.Core.SegmentStream StreamOf(int site) => world.Site(site).Core!.Core!.State.AllStreams.Single();
    }

    private static World Flood(Sin sin, ulong seed)
    {
        var world = new World(seed, 3, w =>
        {
            w.Core = StandIn.Factory(sin);
            w.Drift = 0;
        });
        world.Run(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 8; i++)
        {
            world.Flood(i % 3, i == 0 ? 200_000 : 100 + i);
            world.Flood(i % 3, i == 0 ? 20_000 : 0);
        }

        world.RunUntilDelivered(TimeSpan.FromSeconds(20));
        return world;
    }
}
