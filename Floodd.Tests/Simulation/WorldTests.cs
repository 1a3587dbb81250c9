// What the world itself promises, with stand-ins for cores: streams, faults, exports, clients.
using Floodd.Core;
using NUnit.Framework;

namespace Floodd.Tests.Simulation;

internal sealed class WorldTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void Every_update_reaches_every_site_even_when_reads_bring_single_bytes()
    {
        World world = Begin(w => w.ReadMax = 1);
        world.Flood(0, 300);
        world.Flood(1, 0);
        world.RunUntilDelivered(20 * Second);
        Assert.That(world.Exports.Count, Is.EqualTo(6));
    }

    [Test]
    public void What_a_cut_holds_back_arrives_when_it_heals()
    {
        World world = Begin();
        world.Cut(0, 1);
        Flooded flooded = world.Flood(0, 100);
        world.Run(30 * Second);
        Assert.That((flooded.IsAccepted, flooded.IsExportedAt(2), flooded.IsExportedAt(1)), Is.EqualTo((true, true, false)));
        world.Heal();
        world.RunUntilDelivered(5 * Second);
    }

    [Test]
    public void A_cut_one_way_lets_the_other_way_pass()
    {
        World world = Begin();
        world.CutOneWay(0, 1);
        Flooded back = world.Flood(1, 100);
        Flooded forth = world.Flood(0, 100);
        world.Run(10 * Second);
        Assert.That((back.IsExportedAt(0), forth.IsExportedAt(1)), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_sender_gets_credit_only_for_what_the_systems_hold()
    {
        World world = Begin(w => w.KernelBytes = 10_000);
        world.Cut(0, 1);
        world.Flood(0, 100_000);
        world.Run(5 * Second);
        End link = world.Site(0).Connections.Values.First(e => e.IsLink && e.Other.Site!.Index == 1);
        Assert.That(link.Out.Taken, Is.EqualTo(10_000));
        Assert.That(link.Out.Sent, Is.GreaterThan(100_000));
    }

    [Test]
    public void A_bounded_road_takes_its_time()
    {
        World world = Begin(w => w.Bandwidth = 100_000);
        Flooded flooded = world.Flood(0, 500_000);
        world.Run(4 * Second);
        Assert.That((flooded.IsExportedAt(0), flooded.IsExportedAt(1)), Is.EqualTo((true, false)));
        world.RunUntilDelivered(2 * Second);
    }

    [Test]
    public void A_severed_connection_is_told_to_both_ends()
    {
        World world = Begin();
        world.Sever(0, 1);
        world.Run(Second);
        Assert.That(world.Sites.Select(s => s.Connections.Count), Is.EqualTo(new[] { 1, 1, 2 }));
    }

    [TestCase(false, 1, TestName = "A_crash_is_told_to_the_other_ends")]
    [TestCase(true, 2, TestName = "A_machine_that_is_gone_tells_nobody")]
    public void A_crash(bool silently, int connections)
    {
        World world = Begin();
        world.Crash(0, silently);
        world.Run(Second);
        Assert.That(world.Site(1).Connections, Has.Count.EqualTo(connections));
        Assert.That(world.Flood(0, 10).RefusedWith, Is.EqualTo(-1));
        world.Restart(0);
        world.Run(Second);
        Assert.That(world.Site(0).Connections, Has.Count.EqualTo(2));
        Assert.That(world.Site(0).Life, Is.EqualTo(2));
    }

    [Test]
    public void Bytes_for_an_end_that_has_died_with_its_machine_are_answered_by_a_reset_once_it_is_back()
    {
        World world = Begin();
        world.Crash(0, silently: true);
        world.Run(Second);
        world.Restart(0);
        world.Run(Second);
        Assert.That(world.Site(1).Connections, Has.Count.EqualTo(3));
        world.Flood(1, 100);
        world.Run(Second);
        Assert.That(world.Site(1).Connections.Values.Count(e => e.IsLink), Is.EqualTo(2));
    }

    [Test]
    public void A_paused_site_takes_no_step_and_then_all_that_waited()
    {
        World world = Begin();
        world.Pause(1);
        Flooded flooded = world.Flood(0, 1000);
        world.Run(60 * Second);
        Assert.That((flooded.IsExportedAt(2), flooded.IsExportedAt(1)), Is.EqualTo((true, false)));
        world.Resume(1);
        world.RunUntilDelivered(Second);
    }

    [Test]
    public void A_dial_to_nowhere_fails_and_one_behind_a_cut_times_out()
    {
        List<string> heard = [];
        World world = Begin(w => w.Core = (configuration, _, _) => new CoreDriver(
            (now, e, effects) =>
            {
                if (configuration.Self.Value != "s01")
                {
                    return;
                }

                if (e is Event.Started)
                {
                    effects.Add(new Effect.Dial(Configurations.NameOf(1), "10.9.9.9", 2001));
                    effects.Add(new Effect.Dial(Configurations.NameOf(1), "s02", 2001));
                    effects.Add(new Effect.Dial(Configurations.NameOf(2), "s03", 99));
                    effects.Add(new Effect.Resolve("s02"));
                }
                else if (e is Event.DialFailed failed)
                {
                    heard.Add($"{failed.Site} {failed.Reason} after {now.Ticks / TimeSpan.TicksPerSecond}s");
                }
                else if (e is Event.Resolved resolved)
                {
                    heard.Add($"{resolved.Host} is {resolved.Addresses[0]}");
                }
            },
            () => Floodd.Model.Instant.Never,
            () => 0), 3, TimeSpan.Zero, world => world.Cut(0, 1));
        world.Run(10 * Second);
        Assert.That(heard, Is.EquivalentTo(new[] { "s02 no such host after 0s", "s02 connect timed out after 5s", "s03 connection refused after 0s", "s02 is 10.0.0.2" }));
    }

    [Test]
    public void Exports_that_fail_or_hang_are_not_exported()
    {
        World world = Begin();
        world.Site(1).Export = Personalities.FailsAtFirst(75, 1, Personalities.TakesAll(Second));
        world.Site(2).Export = Personalities.HangsAtFirst(1, Personalities.TakesAll(Second));
        Flooded flooded = world.Flood(0, 100);
        world.Run(40 * Second);
        Assert.That((flooded.IsExportedAt(0), flooded.IsExportedAt(1), flooded.IsExportedAt(2)), Is.EqualTo((true, false, false)));
        Assert.That(() => world.Check(), Throws.TypeOf<ViolationException>());
    }

    [Test]
    public void A_client_that_vanishes_leaves_nothing_behind()
    {
        World world = Begin();
        world.FloodHalf(0, 100_000);
        world.RunUntilDelivered(Second);
        Assert.That(world.Exports.Count, Is.Zero);
        Assert.That(world.Site(0).Connections.Values.Count(e => !e.IsLink), Is.Zero);
    }

    [Test]
    public void A_world_under_random_faults_does_not_break_and_replays_exactly()
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            ulong hash = Suffer(seed).Trace.Hash;
            Assert.That(Suffer(seed).Trace.Hash, Is.EqualTo(hash), $"seed {seed}");
        }
    }

    private static World Suffer(ulong seed)
    {
        var world = new World(seed, 5, w => w.Core = StandIn.Factory());
        var faults = new FaultDeck(world, world.Faults);
        while (world.Elapsed < 60 * Second)
        {
            world.Run(Second / 5);
            world.Flood(world.Work.Next(5), world.Work.Next(20_000));
            faults.Draw();
        }

        faults.End();
        world.Run(10 * Second);
        return world;
    }

    private static World Begin(Action<WorldOptions>? shape = null, int sites = 3, TimeSpan? warm = null, Action<World>? first = null)
    {
        var world = new World(Seeds.One(11), sites, w =>
        {
            w.Core = StandIn.Factory();
            w.StartSpread = TimeSpan.Zero;
            shape?.Invoke(w);
        });
        first?.Invoke(world);
        world.Run(warm ?? Second);
        return world;
    }
}
