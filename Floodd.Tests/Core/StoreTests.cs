// What is given up for what: never a later class while an earlier one holds data, never what is to be exported here.
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StoreTests
{
    private const int Max = 100_000;
    private static readonly SiteName Down = new("down");
    private static readonly SiteName Up = new("up");

    private readonly SiteState _state;
    private readonly Group _group;

    public StoreTests()
    {
        _state = new SiteState(Rig.Configure(l => l with { DataStorageMax = Max }), 1, 1);
        _group = new Group(new GroupDefinition(StreamRig.Name), new FloodKeys(16, 0));
        _state.Groups.Add(_group.Name, _group);
        foreach (SiteName name in new[] { Rig.B, Down, Up })
        {
            _group.Add(new Member(new Site(name)) { Up = name != Down });
        }
    }

    [Test]
    public void Room_is_made_class_by_class()
    {
        SegmentStream delivered = Fill("delivered", exported: 10, up: 10, down: 10);
        SegmentStream waitsForDown = Fill("waits-for-down", exported: 10, up: 10, down: 0);
        SegmentStream waitsForUp = Fill("waits-for-up", exported: 10, up: 0, down: 0);
        SegmentStream own = Fill("b", exported: 10, up: 0, down: 0);
        SegmentStream toExport = Fill("to-export", exported: 0, up: 10, down: 10);
        _state.Store.Charge(Max - _state.Store.Charged);
        Counters c = _state.Counters;

        Assert.That(_state.Store.Admit(1), Is.True);
        Assert.That((c.GivenUpDelivered, c.GivenUpDown, c.GivenUpUp), Is.EqualTo((1L, 0L, 0L)), "one slab is enough");
        Admit(10 * delivered.ChargeAbove(0) / 9);
        Assert.That((delivered.Oldest, c.GivenUpDelivered, c.GivenUpUp), Is.EqualTo(((Slab?)null, 10L, 0L)));
        Admit(waitsForDown.ChargeAbove(0));
        Assert.That((waitsForDown.Oldest, c.GivenUpDown, c.GivenUpUp), Is.EqualTo(((Slab?)null, 10L, 0L)));
        Admit(waitsForUp.ChargeAbove(0));
        Assert.That((waitsForUp.Oldest, c.GivenUpUp), Is.EqualTo(((Slab?)null, 10L)));
        Assert.That(_state.Store.Admit(1), Is.False);
        Assert.That((own.FirstHeld(1), toExport.FirstHeld(1)), Is.EqualTo((1L, 1L)), "what this site answers for or has to export stays");
    }

    [Test]
    public void A_later_class_never_goes_while_an_earlier_one_holds_data([Range(1, 40)] int seed)
    {
        var random = new Prng((ulong)seed);
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 6; i++)
            {
                Fill($"s{round}-{i}", random.Next(11), random.Next(11), random.Next(11), Instant.Zero + TimeSpan.FromSeconds(random.Next(100)));
            }

            Fill("b", random.Next(11), random.Next(11), random.Next(11));
            _state.Store.Charge(Math.Max(0, Max - _state.Store.Charged - random.Next(2000)));
            Dictionary<SegmentStream, int[]> before = _group.Streams.ToDictionary(s => s, s => SlabsOf(s).Select(l => ClassOf(s, l)).ToArray());
            _state.Store.Admit(random.Next(20_000));
            int worst = before.SelectMany(b => b.Value[..^SlabsOf(b.Key).Count]).DefaultIfEmpty(0).Max();
            int left = before.SelectMany(b => b.Value[^SlabsOf(b.Key).Count..]).DefaultIfEmpty(9).Min();
            Assert.That(worst, Is.LessThanOrEqualTo(Math.Min(3, left)), $"round {round}");
            Assert.That(_state.Store.Charged, Is.LessThanOrEqualTo(Max));
            Empty();
        }
    }

    [Test]
    public void More_than_the_whole_store_is_never_admitted_and_costs_nothing()
    {
        SegmentStream delivered = Fill("delivered", 10, 10, 10);
        Assert.That(_state.Store.Admit(Max + 1), Is.False);
        Assert.That(delivered.FirstHeld(1), Is.EqualTo(1));
        Assert.That(_state.Store.Admit(Max), Is.True);
    }

    [Test]
    public void The_oldest_goes_first_within_a_class()
    {
        SegmentStream young = Fill("young", 10, 10, 10, Instant.Zero + TimeSpan.FromSeconds(9));
        SegmentStream old = Fill("old", 10, 10, 10, Instant.Zero + TimeSpan.FromSeconds(1));
        _state.Store.Charge(Max - _state.Store.Charged);
        _state.Store.Admit(1);
        Assert.That((old.FirstHeld(1), young.FirstHeld(1)), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public void The_charge_never_passes_the_bound_nor_falls_below_nothing()
    {
        Assert.That(() => _state.Store.Charge(Max + 1), Throws.TypeOf<InvariantException>());
        Empty();
        Assert.That(() => _state.Store.Release(Max + 2), Throws.TypeOf<InvariantException>());
    }

    [Test]
    public void Age_takes_what_is_exported_here_and_nothing_else()
    {
        SegmentStream exported = Fill("exported", 10, 0, 0), toExport = Fill("to-export", 0, 0, 0);
        _state.Now = Instant.Zero + TimeSpan.FromHours(23);
        _state.Store.PurgeAged();
        Assert.That(exported.FirstHeld(1), Is.EqualTo(1));
        _state.Now = Instant.Zero + TimeSpan.FromHours(25);
        _state.Store.PurgeAged();
        Assert.That((exported.Oldest, toExport.FirstHeld(1)), Is.EqualTo(((Slab?)null, 1L)));
        Assert.That(_state.Counters.GivenUpAged, Is.EqualTo(10));
        Assert.That(_state.Store.Charged, Is.EqualTo(toExport.ChargeAbove(0)));
    }

    [Test]
    public void What_comes_seldom_grows_old_one_by_one()
    {
        var rig = new Rig(l => l with { LogPurgePeriod = TimeSpan.FromMinutes(16), Export = new ExportDefinition() });
        ClientEnd client = rig.Client();
        const int Each = 10, Floods = 120;
        for (int i = 0; i < Floods; i++)
        {
            client.Ask("flood 1\nx");
            rig.Pass(Each);
        }

        long oldest = (Floods - rig.Group.Own!.FirstHeld(1) + 1) * Each;
        Assert.That(oldest, Is.InRange(15 * 60 - Each, (16 * 60) + Each + 60), "seconds");
    }

    [Test]
    public void For_the_next_in_order_what_cannot_be_handed_out_goes_last_stream_first()
    {
        StreamRig[] streams = [.. new[] { "x", "y", "z" }.Select(n => new StreamRig(1, _group, n))];
        foreach (StreamRig stream in streams)
        {
            stream.Put(1, Piece.Begin(new string('x', 1000)));
            _state.Store.Charge(stream.Charged);
        }

        _state.Store.Charge(Max - _state.Store.Charged);
        Assert.That(_state.Store.Admit(500), Is.False);
        Assert.That(_state.Store.AdmitNext(streams[2].Stream, 500), Is.False, "nothing comes behind the last");
        Assert.That(_state.Store.AdmitNext(streams[0].Stream, 500), Is.True);
        Assert.That(streams.Select(s => s.Stream.HoldsUndeliverable), Is.EqualTo(new[] { true, true, false }));
        Assert.That(_state.Counters.GivenUpIncomplete, Is.EqualTo(1));
    }

    [Test]
    public void Floors_follow_those_that_count()
    {
        SegmentStream stream = Fill("s", exported: 7, up: 5, down: 3);
        Assert.That((stream.Marks.AllFloor, stream.Marks.UpFloor, stream.Marks.ReleasedFloor), Is.EqualTo((3L, 5L, 5L)));
        Assert.That(stream.Marks.Raise(Down, new(2, 2, false)), Is.False, "marks only grow");
        stream.Marks.Raise(Down, new(9, 1, false));
        Assert.That(stream.Marks.AllFloor, Is.EqualTo(5));
        stream.Marks.Raise(Up, new(8, 5, false));
        Assert.That((stream.Marks.AllFloor, stream.Marks.UpFloor, stream.Marks.ReleasedFloor), Is.EqualTo((7L, 7L, 5L)));
        _group.Members[Up].Behind = true;
        Assert.That(stream.Marks.ReleasedFloor, Is.EqualTo(5), "until somebody says so");
        _group.InvalidateFloors();
        Assert.That(stream.Marks.ReleasedFloor, Is.EqualTo(7));
        Member down = _group.Members[Down];
        _group.Remove(down);
        Assert.That(stream.Marks.AllFloor, Is.EqualTo(7));
        _group.Add(down);
        Assert.That(stream.Marks.AllFloor, Is.Zero, "a member that said nothing has nothing");
    }

    [Test]
    public void A_start_that_was_given_becomes_a_mark_when_it_is_reported()
    {
        var marks = new MarkTable(_group);
        bool? Raised(long to, bool start) => marks.Raise(Up, new(to, to, start)) ? marks.Of(Up)?.Start : null;
        Assert.That(Raised(5, start: true), Is.True);
        Assert.That(Raised(5, start: true), Is.Null);
        Assert.That(Raised(5, start: false), Is.False);
        Assert.That(Raised(7, start: true), Is.True);
        Assert.That(Raised(6, start: false), Is.Null, "between the two it may have exported nothing");
        Assert.That(marks.Of(Up)?.Start, Is.True);
        Assert.That(Raised(8, start: false), Is.False);
        Assert.That(marks.Of(Up)?.Exported, Is.EqualTo(8));
        Assert.That(marks.Of(Down), Is.Null);
    }

    // Ten slabs of one segment each.
    private SegmentStream Fill(string origin, int exported, int up, int down, Instant born = default)
    {
        var rig = new StreamRig(1, _group, origin);
        for (int n = 1; n <= 10; n++)
        {
            rig.Put(n, born, Piece.Whole(new string('x', 1000)));
        }

        _state.Store.Charge(rig.Charged);
        SegmentStream stream = rig.Stream;
        stream.ExportNext = exported + 1;
        stream.Marks.Raise(Rig.B, new(exported, exported, false));
        stream.Marks.Raise(Up, new(up, up, false));
        stream.Marks.Raise(Down, new(down, down, false));
        return stream;
    }

    private void Admit(long bytes)
    {
        Assert.That(_state.Store.Admit(bytes), Is.True);
        _state.Store.Charge(Max - _state.Store.Charged);
    }

    private static List<Slab> SlabsOf(SegmentStream stream)
    {
        var slabs = new List<Slab>();
        for (long n = 1; stream.TryFind(n, out Slab slab, out _); n = slab.Last + 1)
        {
            slabs.Add(slab);
        }

        return slabs;
    }

    private int ClassOf(SegmentStream stream, Slab slab) =>
        slab.Last >= stream.ExportNext ? 4
        : slab.Last <= stream.Marks.AllFloor ? 1
        : slab.Last <= stream.Marks.UpFloor ? 2
        : stream.Id.Origin == Rig.B ? 4 : 3;

    private void Empty()
    {
        _group.Streams.ToList().ForEach(_group.Remove);
        _state.Store.Release(_state.Store.Charged);
    }
}
