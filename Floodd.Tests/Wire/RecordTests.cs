// What sites tell each other, written and read a few thousand times with everything in it chosen at random.
using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Wire;

internal sealed class RecordTests
{
    private readonly Prng _random = new(4711);
    private readonly FieldWriter _writer = new();

    [Test]
    public void Site_records_are_read_as_written() => Repeat(() =>
    {
        SiteRecord[] records = [.. Some(4, () => new SiteRecord(
            Definition(), _random.NextUInt64(), _random.NextUInt64() >> 16,
            [.. Some(5, () => KeyValuePair.Create(new GroupName(Name()), (long)_random.Next(int.MaxValue)))], [.. Some(9, () => new SiteName(Name()))]))];
        foreach (SiteRecord record in records)
        {
            record.Write(_writer);
        }

        Assert.That(SiteRecord.ReadAll(_writer.Written.Span)?.Select(Samples.Told), Is.EqualTo(records.Select(Samples.Told)));
    });

    [Test]
    public void Old_site_records_are_passed_over_and_the_others_read() => Repeat(() =>
    {
        SiteRecord[] records = [.. Some(6, () => new SiteRecord(
            Definition(), _random.NextUInt64(), (ulong)_random.Next(10),
            [.. Some(5, () => KeyValuePair.Create(new GroupName(Name()), (long)_random.Next(int.MaxValue)))], [.. Some(9, () => new SiteName(Name()))]))];
        foreach (SiteRecord record in records)
        {
            record.Write(_writer);
        }

        Assert.That(
            SiteRecord.ReadAll(_writer.Written.Span, (_, version) => version < 5)?.Select(Samples.Told),
            Is.EqualTo(records.Where(r => r.Version >= 5).Select(Samples.Told)));
    });

    [Test]
    public void Group_records_are_read_as_written_but_for_the_generator() => Repeat(() =>
    {
        int connectivity = 1 + _random.Next(16);
        var record = new GroupRecord(
            new GroupDefinition(new GroupName(Name()))
            {
                MasterSite = _random.Chance(0.5) ? new SiteName(Name()) : null,
                Sites = [.. Some(9, () => new SiteName(Name()))],
                AllowSites = [.. Some(4, Name)],
                DenySites = [.. Some(4, Name)],
                PingPeriod = Period(),
                BandwidthPeriod = Period(),
                EstimatesPeriod = Period(),
                JoinPeriod = Period(),
                UpdatePeriod = Period(),
                Connectivity = connectivity,
                MaxDegree = connectivity + _random.Next(16),
                MaxUpdateSize = 1 + (long)(_random.NextUInt64() % (ulong)GroupDefinition.UpdateMax),
                TopologyGenerator = "rm -rf /",
            },
            _random.NextUInt64() >> 16);
        record.Write(_writer);
        GroupRecord? read = GroupRecord.Read(Payload());
        Assert.That(read?.Version, Is.EqualTo(record.Version));
        Assert.That(JsonSerializer.Serialize(read?.Definition), Is.EqualTo(JsonSerializer.Serialize(record.Definition with { TopologyGenerator = null })));
    });

    [Test]
    public void A_period_shorter_than_any_site_should_keep_is_lengthened_not_refused()
    {
        // The configuration allows a millisecond: the master's links must not break for it.
        new GroupRecord(Samples.Group.Definition with { PingPeriod = TimeSpan.FromMilliseconds(1) }, 1).Write(_writer);
        Assert.That(GroupRecord.Read(Payload())?.Definition.PingPeriod, Is.EqualTo(TimeSpan.FromMilliseconds(10)));
    }

    [Test]
    public void Topologies_are_read_as_written() => Repeat(() =>
    {
        SiteName[] sites = [.. Enumerable.Range(0, 2 + _random.Next(12)).Select(_ => new SiteName(Name())).Distinct().Order()];
        ImmutableArray<Edge> edges = [.. Some(20, () => (A: sites[_random.Next(sites.Length)], B: sites[_random.Next(sites.Length)])).Where(e => e.A != e.B).Select(e => Edge.Between(e.A, e.B)).Distinct().Order()];
        var topology = new Topology(new GroupName(Name()), 1 + (long)(_random.NextUInt64() >> 16), new SiteName(Name()), 1 + _random.Next(16), edges);
        TopologyRecord.Write(_writer, topology);
        Topology? read = TopologyRecord.Read(Payload());
        Assert.That(read?.Edges, Is.EqualTo(topology.Edges));
        Assert.That(read! with { Edges = [] }, Is.EqualTo(topology with { Edges = [] }));
    });

    [Test]
    public void Digests_are_read_as_written() => Repeat(() =>
    {
        var told = new List<string>();
        Digest.Begin(_writer, Samples.Mirror, closed: true, last: false, asks: true);
        foreach (SegmentSet set in Some(4, Set))
        {
            long floor = (long)(_random.NextUInt64() % (ulong)(WireLimits.NumberMax / 64));
            var stream = new StreamId(new SiteName(Name()), _random.NextUInt64());
            bool inOrder = _random.Next(2) == 0;
            Digest.Entry(_writer, new(stream, inOrder, floor, set));
            told.Add($"{stream} {inOrder} {floor} {set}");
        }

        _writer.EndFrame(FrameKind.Digest);
        Assert.That(Samples.Content(FrameKind.Digest, Payload()), Is.EqualTo(string.Join(' ', told.Prepend("mirror-1 True False True"))));
    });

    [Test]
    public void A_digest_tells_the_first_thousand_ranges_only()
    {
        var set = new SegmentSet();
        for (int i = 0; i < 3000; i++)
        {
            set.Add((2 * i) + 1, (2 * i) + 1);
        }

        Digest.Entry(_writer, new(Samples.Stream, InOrder: false, 1, set));
        var reader = new FieldReader(_writer.Written.Span);
        Assert.That(Digest.ReadEntry(ref reader, out DigestEntry entry), Is.True);
        Assert.That(entry.Received.RangeCount, Is.EqualTo(Digest.RangesMax));
        Assert.That(entry.Received.Highest, Is.EqualTo((2 * Digest.RangesMax) - 1));
    }

    [TestCase(new long[] { 0, 0 }, TestName = "A_range_of_nothing_is_refused")]
    [TestCase(new[] { WireLimits.NumberMax, WireLimits.NumberMax }, TestName = "A_range_beyond_the_last_number_is_refused")]
    [TestCase(new[] { 0, 1, WireLimits.NumberMax, 1 }, TestName = "A_range_that_runs_over_the_last_number_is_refused")]
    public void Nonsense_in_a_digest_is_refused(long[] ranges)
    {
        _writer.Stream(Samples.Stream);
        _writer.Flag(false);
        _writer.Number(1L);
        _writer.Number((long)(ranges.Length / 2));
        Array.ForEach(ranges, _writer.Number);
        var reader = new FieldReader(_writer.Written.Span);
        Assert.That(Digest.ReadEntry(ref reader, out _), Is.False);
        Assert.That(reader.Failed);
    }

    [Test]
    public void Delivery_marks_are_read_as_written() => Repeat(() =>
    {
        long exported = (long)(_random.NextUInt64() % (ulong)(WireLimits.NumberMax / 64));
        var mark = new DeliveryMark(exported, exported - (long)(_random.NextUInt64() % (ulong)(exported + 1)), _random.Chance(0.5));
        DeliveryMark[] values = [mark, mark with { Start = !mark.Start }, new(0, 0, false)];
        (int Number, DeliveryMark Mark)[] marks = [.. Enumerable.Range(0, 40).Where(_ => _random.Chance(0.7)).OrderBy(_ => _random.Chance(0.1) ? _random.Next(40) : 0).Select(n => (n, values[_random.Chance(0.8) ? 0 : _random.Next(3)]))];
        var writer = new MarkRunWriter(_writer);
        Array.ForEach(marks, m => writer.Add(m.Number, m.Mark));
        writer.End();
        var reader = new FieldReader(_writer.Written.Span);
        var runs = new MarkRunReader(40);
        var read = new List<(int, DeliveryMark)>();
        while (runs.Read(ref reader))
        {
            read.AddRange(Enumerable.Range(runs.First, runs.Length).Select(n => (n, runs.Mark)));
        }

        Assert.That(read, Is.EqualTo(marks));
        Assert.That(reader.AtEnd && !reader.Failed);
    });

    [Test]
    public void A_long_goodbye_is_shortened_so_that_it_is_read()
    {
        SmallFrames.WriteGoodbye(_writer, GoodbyeReason.Broken, new string('☃', 4000));
        Assert.That(SmallFrames.ReadGoodbye(Payload())?.Text, Does.StartWith("☃☃☃"));
    }

    [TearDown]
    public void Forget() => _writer.Clear();

    private ReadOnlySpan<byte> Payload() => _writer.Written.Span[Frame.HeadSize..];

    private void Repeat(Action action)
    {
        for (int i = 0; i < 2000; i++)
        {
            _writer.Clear();
            action();
        }
    }

    private List<T> Some<T>(int most, Func<T> make) => [.. Enumerable.Range(0, _random.Next(most + 1)).Select(_ => make())];

    private string Name() => new([.. Enumerable.Range(0, 1 + _random.Next(NameRule.MaxLength)).Select(i => "abcXYZ019_"[_random.Next(10)])]);

    private TimeSpan Period() => TimeSpan.FromMilliseconds(10 + _random.Next(int.MaxValue));

    private SegmentSet Set()
    {
        var set = new SegmentSet();
        long end = 0;
        foreach (long skip in Some(6, () => (long)(_random.NextUInt64() >> (20 + _random.Next(40)))))
        {
            long first = end + 1 + skip;
            end = first + _random.Next(1000);
            set.Add(first, end);
        }

        return set;
    }

    private SiteDefinition Definition() => new(new SiteName(Name()))
    {
        Hostname = _random.Chance(0.5) ? Name() : null,
        InetAddress = _random.Next(3) switch { 0 => null, 1 => new IPAddress(BitConverter.GetBytes((int)_random.NextUInt64())), _ => IPAddress.Parse("2001:db8::17") },
        ClientPort = _random.Next(65_536),
        DataPort = _random.Next(65_536),
        Latitude = _random.Chance(0.5) ? (_random.NextDouble() * 180) - 90 : null,
        Longitude = _random.Chance(0.5) ? (_random.NextDouble() * 360) - 180 : null,
    };
}
