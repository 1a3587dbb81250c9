// Shows that the verdict of a campaign finds what it is there to find: without that a clean table says nothing.
using System.Diagnostics;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

[Parallelizable]
internal sealed class VerdictTests
{
    private static readonly int[] Sites = [0, 1, 2];

    [Test]
    public void What_is_everywhere_once_is_clean()
    {
        Verdict verdict = Judge([Accepted(0)], [At(0), At(1), At(2)]);
        Assert.That(verdict.IsClean, Is.True, verdict.ToString());
        Assert.That((verdict.Receipts, verdict.Deliveries), Is.EqualTo((1, 3L)));
    }

    [Test]
    public void What_a_site_lacks_is_lost() =>
        Assert.That(Judge([Accepted(0)], [At(0), At(2)]).Lost, Has.Count.EqualTo(1));

    [Test]
    public void What_a_site_has_twice_is_repeated() =>
        Assert.That(Judge([Accepted(0)], [At(0), At(1), At(1), At(2)]).Repeated, Has.Count.EqualTo(1));

    [Test]
    public void A_repeat_is_excused_by_a_kill_and_not_by_a_clean_restart()
    {
        Exported[] exports = [At(0), At(1), At(1) with { Life = 2 }, At(2)];
        Assert.That(Judge([Accepted(0)], exports).Repeated, Has.Count.EqualTo(1));
        Verdict killed = Judge([Accepted(0)], exports, (1, 1));
        Assert.That(killed.IsClean, Is.True, killed.ToString());
        Assert.That(killed.RepeatedAfterKill, Is.EqualTo(1));
    }

    [Test]
    public void One_kill_excuses_one_repeat() =>
        Assert.That(Judge([Accepted(0)], [At(0), At(1), At(1), At(1) with { Life = 2 }, At(2)], (1, 1)).Repeated, Has.Count.EqualTo(1));

    [Test]
    public void What_died_with_its_origin_is_not_lost_unless_somebody_has_it()
    {
        Verdict died = Judge([Accepted(0)], [At(0)], (0, 1));
        Assert.That(died.IsClean, Is.True, died.ToString());
        Assert.That(died.Died, Is.EqualTo(1));
        Assert.That(Judge([Accepted(0)], [At(0), At(1)], (0, 1)).Lost, Has.Count.EqualTo(1));
    }

    [Test]
    public void Who_was_killed_later_had_the_time_to_pass_it_on()
    {
        Assert.That(Judge([Accepted(0)], [At(0), At(1)], (0, 1), (1, 1)).Lost, Has.Count.EqualTo(1));
        var atOnce = new Dictionary<(int Site, int Life), int> { [(0, 1)] = 4, [(1, 1)] = 4 };
        Assert.That(Verdict.Of([Accepted(0)], [At(0), At(1)], Sites, atOnce, []).Died, Is.EqualTo(1));
    }

    [Test]
    public void What_has_no_receipt_is_everywhere_or_nowhere()
    {
        Assert.That(Judge([new Flood(0, 0, 1)], []).IsClean, Is.True);
        Assert.That(Judge([new Flood(0, 0, 1)], [At(1)]).Lost, Has.Count.EqualTo(2));
    }

    [Test]
    public void What_was_refused_or_has_another_id_is_wrong()
    {
        var refused = new Flood(0, 0, 1);
        refused.Refuse();
        Assert.That(Judge([refused], [At(1)]).Wrong, Has.Count.EqualTo(1));
        Assert.That(Judge([Accepted(0)], [At(0), At(1), At(2) with { Id = "s1/1/2" }]).Wrong, Has.Count.EqualTo(1));
    }

    [Test]
    public void Bytes_prove_their_number_and_nothing_else_does()
    {
        var ledger = new FaultLedger(7);
        Flood flood = ledger.Begin(0, 1);
        byte[] bytes = ledger.Bytes(flood.Number, 100);
        Assert.That(ledger.NumberOf(bytes), Is.Zero);
        Assert.That(new FaultLedger(8).NumberOf(bytes), Is.Null);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.That(ledger.NumberOf(bytes), Is.Null, $"byte {i}");
            bytes[i] ^= 1;
        }
    }

    [Test]
    public void A_pause_is_found_where_it_is_and_only_among_those_that_count()
    {
        long second = Stopwatch.Frequency;
        Exported[] exports = [At(1) with { At = second }, At(2) with { At = 2 * second }, At(1) with { At = 5 * second }, At(2) with { At = 5 * second }];
        var pause = Pause.Longest(exports, _ => 0, 0, 6 * second, (origin, site) => origin == 0 && site != 0, 3);
        Assert.That(pause, Is.EqualTo(new Pause(TimeSpan.FromSeconds(4), 0, 1)));
        Assert.That(Pause.Longest(exports, _ => 0, 0, 6 * second, (origin, site) => origin == 0 && site == 2, 3).Length, Is.EqualTo(TimeSpan.FromSeconds(3)));
        Assert.That(Pause.Longest([], _ => 0, 0, 6 * second, (origin, site) => origin == 0 && site == 2, 3).Length, Is.EqualTo(TimeSpan.FromSeconds(6)));
    }

    [Test]
    public void A_graph_falls_into_the_parts_that_its_cuts_leave()
    {
        var ring = new SeenGraph(5, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)]);
        Assert.That(ring.LargestPart([0, 1, 2, 3, 4]), Is.EqualTo(5));
        Assert.That(ring.Without([1]).LargestPart([0, 2, 3, 4]), Is.EqualTo(4));
        Assert.That(ring.Without([], [(2, 1), (4, 3)]).Parts(), Is.EqualTo(new[] { 0, 0, 2, 2, 0 }));
        Assert.That(KillChoice.Sites("neighbors", ring, 3, new Random(1)), Has.Count.EqualTo(1));
        Assert.That(KillChoice.Sites("around", ring, 2, new Random(1)), Has.Count.EqualTo(2));
    }

    private static Verdict Judge(Flood[] floods, Exported[] exports, params (int Site, int Life)[] killed) =>
        Verdict.Of(floods, exports, Sites, killed.Index().ToDictionary(each => each.Item, each => each.Index), []);

    private static Flood Accepted(int number)
    {
        var flood = new Flood(number, 0, 1);
        flood.Accept($"s1/1/{number + 1}");
        return flood;
    }

    private static Exported At(int site) => new(site, 1, 0, "s1/1/1", 0);
}
