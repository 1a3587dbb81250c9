// The input of an export run: which updates go into it, and how they are laid out, byte for byte.
using System.Text;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BundleTests
{
    private readonly Group _group = new(new GroupDefinition(StreamRig.Name), new FloodKeys(16, 0));
    private readonly StreamRig _a;
    private readonly StreamRig _b;

    public BundleTests() => (_a, _b) = (new StreamRig(64, _group, "a"), new StreamRig(64, _group, "b"));

    [Test]
    public void Raw_is_the_updates_bytes_one_after_another()
    {
        _a.Put(1, Piece.Begin("he", 5), Piece.Middle("l"), Piece.End("lo"), Piece.Whole(""), Piece.Whole(", "));
        _b.Put(1, Piece.Whole("world"));
        Bundle bundle = Gather(ExportFormat.Raw);
        Assert.That(Text(bundle), Is.EqualTo("hello, world"));
        Assert.That((bundle.Count, bundle.PayloadBytes), Is.EqualTo((4, 12L)));
        Assert.That((bundle.First.ToString(), bundle.Last.ToString()), Is.EqualTo(("a/7/1", "b/7/1")));
        Assert.That(bundle.Ends.Select(e => e.Through), Is.EqualTo(new long[] { 5, 1 }));
    }

    [Test]
    public void Framed_has_a_line_before_and_a_line_end_behind_each_update()
    {
        _a.Put(1, Piece.Begin("he", 5), Piece.Middle("l"), Piece.End("lo"), Piece.Whole(""));
        _b.Put(1, Piece.Whole("w\n"));
        Assert.That(Text(Gather(ExportFormat.Framed)), Is.EqualTo("update g a/7/1 5\nhello\nupdate g a/7/4 0\n\nupdate g b/7/1 2\nw\n\n"));
    }

    [Test]
    public void Many_small_updates_make_few_pieces_and_none_is_larger_than_a_segment([Values] ExportFormat format)
    {
        int[] sizes = [.. Enumerable.Range(0, 300).Select(i => i % 50 == 49 ? 60_000 : i * 7)];
        foreach ((int size, int i) in sizes.Select((size, i) => (size, i)))
        {
            _a.Put(i + 1, Piece.Whole(new string((char)('a' + (i % 26)), size)));
        }

        string expected = string.Concat(sizes.Select((size, i) => format == ExportFormat.Framed
            ? $"update g a/7/{i + 1} {size}\n{new string((char)('a' + (i % 26)), size)}\n"
            : new string((char)('a' + (i % 26)), size)));
        Bundle bundle = Gather(format);
        int[] pieces = [.. bundle.Pieces().Select(p => p.Length)];
        Assert.That(Text(bundle), Is.EqualTo(expected));
        Assert.That(pieces, Has.Length.LessThan(30).And.All.InRange(1, 64 << 10));
    }

    [Test]
    public void Its_pieces_are_the_same_when_read_again()
    {
        _a.Put(1, Piece.Whole("twice"));
        Bundle bundle = Gather(ExportFormat.Framed);
        string once = Text(bundle);
        Assert.That(Text(bundle), Is.EqualTo(once));
    }

    [Test]
    public void What_is_not_whole_stays_out()
    {
        _a.Put(1, Piece.Whole("whole"), Piece.Begin("half"));
        Assert.That(Text(Gather(ExportFormat.Raw)), Is.EqualTo("whole"));
    }

    [Test]
    public void What_is_lost_is_passed_over()
    {
        _a.Put(1, Piece.Whole("1"), Piece.Begin("2"));
        _a.Put(4, Piece.End("4"), Piece.Whole("5"));
        _a.Stream.DeclareLost(3, 3);
        Bundle bundle = Gather(ExportFormat.Framed);
        Assert.That(Text(bundle), Is.EqualTo("update g a/7/1 1\n1\nupdate g a/7/5 1\n5\n"));
        Assert.That(bundle.Ends.Single().Through, Is.EqualTo(5));
    }

    [Test]
    public void Where_all_is_lost_the_bundle_is_empty_and_goes_past_it()
    {
        _a.Stream.DeclareLost(1, 9);
        Bundle bundle = Gather(ExportFormat.Raw);
        Assert.That((bundle.Count, bundle.Ends.Single().Through), Is.EqualTo((0, 9L)));
    }

    [Test]
    public void A_bundle_has_no_more_than_its_bound_unless_one_update_has()
    {
        _a.Put(1, Piece.Whole("12345"), Piece.Whole("678"), Piece.Begin("big", 13), Piece.End("and bigger"), Piece.Whole("x"));
        var texts = new List<string>();
        while (_a.Stream.ExportNext <= _a.Stream.Deliverable)
        {
            Bundle bundle = Gather(ExportFormat.Raw, max: 9);
            texts.Add(Text(bundle));
            _a.Stream.ExportNext = bundle.Ends.Single().Through + 1;
        }

        Assert.That(texts, Is.EqualTo(new[] { "12345678", "bigand bigger", "x" }));
    }

    [Test]
    public void A_bundle_that_is_full_leaves_the_other_streams_in_line()
    {
        _a.Put(1, Piece.Whole("12345"));
        _b.Put(1, Piece.Whole("67890"));
        var line = new Queue<SegmentStream>([_a.Stream, _b.Stream]);
        Assert.That(Text(Bundle.Gather(_group, line, 5, ExportFormat.Raw)), Is.EqualTo("12345"));
        Assert.That(line, Is.EqualTo(new[] { _b.Stream }));
    }

    private static string Text(Bundle bundle) => string.Concat(bundle.Pieces().Select(p => Encoding.UTF8.GetString(p.Span)));

    private Bundle Gather(ExportFormat format, long max = 1 << 20) =>
        Bundle.Gather(_group, new Queue<SegmentStream>(_group.Streams.Where(s => s.ExportNext <= s.Deliverable)), max, format);
}
