// Numbers for names on links, and places for sites in tables of marks: who has one, who must leave it, and what numbers nobody gave.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MarkPlaceTests
{
    private static readonly StreamId Stream = new(Rig.A, 1);
    private readonly Rig _rig = new();
    private readonly LinkEnd _a, _c;

    public MarkPlaceTests()
    {
        (_a, _c) = _rig.LinkBoth();
        _rig.Pass(0.2);
        _c.Take();
    }

    private Group Group => _rig.Group;

    private MarkTable Marks => Group.Find(Stream)!.Marks;

    [Test]
    public void A_site_is_named_once_on_a_link()
    {
        Tell(new NamedMark(Name(0), 4, 4, false));
        Assert.That((Names(out NamedMark[] marks), marks), Is.EqualTo(((string[])["a", "b", "c", "site-0"], (NamedMark[])[new(Name(0), 4, 4, false)])));
        Tell(new NamedMark(Name(0), 5, 5, false), new NamedMark(Name(1), 5, 5, false));
        Assert.That((Names(out marks), marks), Is.EqualTo(((string[])["site-1"], (NamedMark[])[new(Name(0), 5, 5, false), new(Name(1), 5, 5, false)])));
    }

    [Test]
    public void However_many_have_come_equally_far_they_take_no_more_bytes()
    {
        int[] sizes = [.. new[] { 2, 200 }.Select(count =>
        {
            Tell([.. Enumerable.Range(0, count).Select(n => new NamedMark(Name(n), count, count, false))]);
            List<(FrameKind Kind, byte[] Payload)> heard = _c.Take();
            Assert.That(_c.MarksIn(heard).Count(), Is.EqualTo(count));
            return heard.Single(f => f.Kind == FrameKind.Delivery).Payload.Length;
        })];
        Assert.That(sizes[1], Is.InRange(sizes[0], sizes[0] + 2));
    }

    [Test]
    public void Of_too_many_strangers_one_that_has_long_been_one_makes_room_and_its_place_begins_anew()
    {
        Tell([.. Enumerable.Range(0, 300).Select(n => new NamedMark(Name(n), 5, 5, false))]);
        Assert.That(Enumerable.Range(0, 300).Where(n => Marks.Of(Name(n)) is not null), Is.EqualTo(Enumerable.Range(0, 256)));
        Tell(new NamedMark(Name(300), 1, 1, false));
        Assert.That((Group.Places.Count, Marks.Of(Name(300))), Is.EqualTo((3 + 256, (Mark?)null)));
        for (int second = 0; second < 60 * 11; second++)
        {
            _rig.Pass(1);
            _a.AnswerPings();
            _c.AnswerPings();
        }

        Tell(new NamedMark(Name(301), 1, 1, false));
        Assert.That((Marks.Of(Name(301))?.Exported, Marks.Of(Name(0)), Marks.Of(Name(1))?.Exported), Is.EqualTo((1L, (Mark?)null, 5L)));
        Assert.That((Names(out NamedMark[] marks), marks), Is.EqualTo(((string[])["site-301"], (NamedMark[])[new(Name(301), 1, 1, false)])));
    }

    [Test]
    public void A_name_that_was_given_before_ends_the_link()
    {
        _a.Send(w => DeliveryFrames.WriteNames(w, [Name(0), Name(1)]));
        Assert.That(_a.IsClosed, Is.False);
        _a.Send(w => DeliveryFrames.WriteNames(w, [Name(0)]));
        Assert.That(_a.IsClosed);
    }

    [Test]
    public void Of_a_stream_that_is_forgotten_nothing_is_told()
    {
        var group = new Group(new GroupDefinition(Rig.Mirror), new FloodKeys(16, 0));
        SegmentStream stream = group.FindOrAdd(Stream);
        group.Untold(MarkHearers.All).Add(stream);
        group.Remove(stream);
        Assert.That(group.Untold(MarkHearers.All), Is.Empty);
    }

    [Test]
    public void A_stranger_that_becomes_a_member_keeps_its_place_until_it_leaves()
    {
        var group = new Group(new GroupDefinition(Rig.Mirror), new FloodKeys(16, 0));
        MarkTable marks = group.FindOrAdd(Stream).Marks;
        marks.Raise(Name(0), new(3, 3, false));
        var member = new Member(new Site(Name(0)));
        group.Add(member);
        for (int n = 1; n <= 300; n++)
        {
            marks.Raise(Name(n), new(5, 5, false));
        }

        Assert.That((marks.ExportedAt(member), marks.AllFloor), Is.EqualTo((3, 3)));
        group.Remove(member);
        Assert.That((group.Places.Of(Name(0)), marks.Of(Name(0))), Is.EqualTo((-1, (Mark?)null)));
    }

    [TestCase(0, 0, 1, 1)]
    [TestCase(1, 0, 2, 1)]
    [TestCase(1, -1, 1, 1)]
    [TestCase(1, 0, 1, 2)]
    public void A_run_of_numbers_that_nobody_gave_ends_the_link(int named, int first, int length, int runs)
    {
        _a.Send(w =>
        {
            DeliveryFrames.WriteNames(w, Enumerable.Range(0, named).Select(Name));
            DeliveryFrames.Begin(w, Rig.Mirror, last: false);
            w.Stream(Stream);
            var writer = new MarkRunWriter(w);
            for (int n = 0; n < runs * length; n++)
            {
                writer.Add(first + (n % length), new DeliveryMark(1 + (n / length), 1, false));
            }

            writer.End();
            w.EndFrame(FrameKind.Delivery);
        });
        Assert.That(_a.IsClosed);
    }

    [Test]
    public void A_run_that_is_like_none_before_it_ends_the_link()
    {
        _a.Send(w =>
        {
            DeliveryFrames.WriteNames(w, [Rig.A]);
            DeliveryFrames.Begin(w, Rig.Mirror, last: false);
            w.Stream(Stream);
            w.Raw([1, 0, 0, 0]);
            w.EndFrame(FrameKind.Delivery);
        });
        Assert.That(_a.IsClosed);
    }

    [Test]
    public void Names_without_end_end_the_link()
    {
        for (int n = 0; n <= WireLimits.NamesPerLinkMax && !_a.IsClosed; n += 1000)
        {
            _a.Send(w => DeliveryFrames.WriteNames(w, Enumerable.Range(n, 1000).Select(Name)));
        }

        Assert.That(_a.IsClosed);
    }

    private static SiteName Name(int n) => new($"site-{n}");

    private void Tell(params NamedMark[] marks)
    {
        _a.Send(w => _a.Marks(w, last: false, Stream, marks));
        _rig.Pass(0.2);
    }

    // The names that c heard since the last time, and the marks.
    private string[] Names(out NamedMark[] marks)
    {
        List<(FrameKind Kind, byte[] Payload)> heard = _c.Take();
        marks = [.. _c.MarksIn(heard).Select(m => m.Mark)];
        return [.. heard.Where(f => f.Kind == FrameKind.Names).SelectMany(f => NamesIn(f.Payload))];
    }

    private static List<string> NamesIn(byte[] payload)
    {
        var names = new NumberedSites();
        names.Learn(payload);
        return [.. Enumerable.Range(0, names.TheirCount).Select(n => names.SiteOf(n).Value)];
    }
}
