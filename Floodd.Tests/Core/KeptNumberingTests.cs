// Updates that go on under the incarnation of an earlier life, ours and others': never one id twice, and no such stream is forgotten.
using Floodd.Core;
using Floodd.Model;
using Floodd.Spool;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class KeptNumberingTests
{
    private static readonly StreamId Ours = new(Rig.B, 0xb1);
    private static readonly StreamId Kept = new(Rig.A, 0xa0);
    private static readonly StreamId Over = new(Rig.A, 0x99);
    private readonly SpoolModel _disk = new();
    private Rig _rig = new(spooled: SpoolModel.New());
    private ulong _life = 0xb1;

    [Test]
    public void A_site_tells_its_neighbors_what_it_goes_on_with_before_its_record()
    {
        Restart();
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Pass(1);
        List<(FrameKind Kind, byte[] Payload)> told = link.Take();
        int kept = told.FindIndex(f => f.Kind == FrameKind.Kept);
        Assert.That(KeptNumbering.ReadAll(told[kept].Payload), Is.EqualTo(new[] { new KeptNumbering(Rig.B, 0xb2, 0xb1) }));
        Assert.That(told.FindIndex(f => f.Kind == FrameKind.Sites && SiteRecord.ReadAll(f.Payload)!.Exists(r => r.Name == Rig.B)), Is.GreaterThan(kept));
    }

    [Test]
    public void If_a_neighbor_holds_numbers_that_we_never_gave_we_number_anew_from_then_on()
    {
        FloodTwo();
        Restart();
        LinkEnd link = _rig.Link(Rig.A);
        Holds(link, 2);
        Assert.That(_rig.NoteKinds, Does.Not.Contain(NoteKind.SpoolDamaged), "as many as we gave");
        Holds(link, 5);
        Holds(link, 5);
        Assert.That(_rig.Notes.Single(n => n.Kind == NoteKind.SpoolDamaged).Text, Is.EqualTo("mirror: others hold more of b/b1 than the spool does, which must be an older copy; updates are numbered under b2 from now on"));
        ClientEnd client = _rig.Client();
        client.Ask("flood 3\nnew");
        _disk.Sync(_rig);
        Assert.That(client.Take(), Does.StartWith("250 b/b2/1 "));
    }

    [Test]
    public void What_was_numbered_before_still_goes_everywhere_once_it_lasts_and_what_we_lack_of_it_is_taken()
    {
        FloodTwo();
        Restart();
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Client().Ask("flood 5\nlater");
        link.End.Heard.Clear();
        Holds(link, 5, from: 4);
        Assert.That(Heard(link), Does.Not.Contain("later"), "it does not last yet");
        _disk.Sync(_rig);
        Assert.That(Heard(link), Does.Contain("later").And.Contain("one"));
        link.Send(w => SmallFrames.WriteStream(w, 2, Rig.Mirror, Ours));
        link.End.Say(Piece.Run(Rig.Mirror, Ours, 2, 4, Piece.Whole("4"), Piece.Whole("5")));
        _disk.Sync(_rig);
        while (_rig.Group.Find(Ours)!.ExportNext < 6)
        {
            _rig.EndRun(_rig.Exports[^1]);
            _disk.Sync(_rig);
        }

        Assert.That(string.Concat(_rig.Exports.Select(Rig.InputOf)), Is.EqualTo("onetwolater45"));
        Restart();
        ClientEnd client = _rig.Client();
        client.Ask("flood 3\nnew");
        _disk.Sync(_rig);
        Assert.That(client.Take(), Does.StartWith("250 b/b1/6 "), "all that was numbered is known now");
    }

    [Test]
    public void Without_a_spool_nothing_is_renumbered()
    {
        _rig = new Rig();
        _rig.Client().Ask("flood 1\n1");
        Holds(_rig.Link(Rig.A), 5);
        Assert.That(_rig.Group.OwnId, Is.EqualTo(Ours));
    }

    [Test]
    public void A_stream_that_its_origin_goes_on_with_is_not_forgotten_and_one_of_a_life_long_over_is()
    {
        LinkEnd link = Neighbor(life: 0xa2, kept: 0xa0);
        Take(link, 1, Kept);
        Take(link, 2, Over);
        _rig.Pass(47 * 3600);
        Assert.That((_rig.Group.Find(Over)!.Oldest, _rig.Group.Find(Kept)!.Oldest), Is.EqualTo((default(Slab), default(Slab))), "no payload of either is held");
        _rig.Pass(2 * 3600);
        Assert.That((_rig.Group.Find(Over), _rig.Group.Find(Kept)?.Id), Is.EqualTo((default(SegmentStream), Kept)));
        Assert.That(Ended(), Is.EqualTo(new[] { Over }));
    }

    [Test]
    public void When_its_origin_no_longer_goes_on_with_it_it_is_forgotten_too()
    {
        Take(Neighbor(life: 0xa2, kept: 0xa0), 1, Kept);
        _rig.Pass(49 * 3600);
        Assert.That(Ended(), Is.Empty);
        Neighbor(life: 0xa3, kept: 0, version: 9);
        _rig.Pass(2 * 3600);
        Assert.That(Ended(), Is.EqualTo(new[] { Kept }));
    }

    [Test]
    public void What_is_said_of_another_life_than_the_record_tells_counts_for_nothing()
    {
        Take(Neighbor(life: 0xa2, kept: 0xa0, saidOf: 0xa1), 1, Kept);
        _rig.Pass(49 * 3600);
        Assert.That(Ended(), Is.EqualTo(new[] { Kept }));
    }

    [Test]
    public void Our_own_stream_is_never_forgotten()
    {
        FloodTwo();
        _rig.EndRun(_rig.Exports[^1]);
        _disk.Sync(_rig);
        _rig.EndRun(_rig.Exports[^1]);
        _disk.Sync(_rig);
        _rig.Pass(60 * 3600);
        Assert.That((_rig.Group.Own?.Oldest, _rig.Group.Own?.NextNumber), Is.EqualTo((default(Slab), 3L)));
        Assert.That(Ended(), Is.Empty);
    }

    private static string Heard(LinkEnd link) => System.Text.Encoding.ASCII.GetString([.. link.End.Heard]);

    private static void Holds(LinkEnd link, long through, long from = 1) => link.Send(w =>
    {
        var received = new SegmentSet();
        received.Add(from, through);
        Digest.Begin(w, Rig.Mirror, closed: false, last: true, asks: false);
        Digest.Entry(w, new(Ours, InOrder: false, 0, received));
        w.EndFrame(FrameKind.Digest);
    });

    private StreamId[] Ended() => [.. _rig.Batches.SelectMany(b => b.Entries).OfType<SpoolEntry.Ended>().Select(e => e.Stream)];

    private LinkEnd Neighbor(ulong life, ulong kept, ulong version = 1, ulong saidOf = 0)
    {
        LinkEnd link = _rig.Connect(Rig.A);
        link.Greet(life);
        var record = new SiteRecord(new SiteDefinition(Rig.A), life, version, [new(Rig.Mirror, 0)], [Rig.B], kept);
        link.Send(w =>
        {
            KeptNumbering.WriteAll(w, [record with { Incarnation = saidOf == 0 ? life : saidOf }]);
            w.BeginFrame();
            record.Write(w);
            w.EndFrame(FrameKind.Sites);
            SmallFrames.WriteWant(w, Rig.Mirror, true);
            link.Marks(w, last: true);
            Digest.Begin(w, Rig.Mirror, closed: false, last: true, asks: false);
            w.EndFrame(FrameKind.Digest);
        });
        return link;
    }

    // An update of a stream comes and is exported.
    private void Take(LinkEnd link, uint alias, StreamId stream)
    {
        link.Send(w => SmallFrames.WriteStream(w, alias, Rig.Mirror, stream));
        link.End.Say(Piece.Run(Rig.Mirror, stream, alias, 1, Piece.Whole("x")));
        _disk.Sync(_rig);
        _rig.EndRun(_rig.Exports[^1]);
        _disk.Sync(_rig);
        Assert.That(_rig.Group.Find(stream)!.Exported, Is.EqualTo(1));
    }

    private void FloodTwo()
    {
        _rig.Client().Ask("flood 3\noneflood 3\ntwo");
        _disk.Sync(_rig);
    }

    private void Restart() => _rig = new Rig(incarnation: ++_life, spooled: _disk.Read());
}
