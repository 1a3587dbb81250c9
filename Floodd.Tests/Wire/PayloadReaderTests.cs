// Payloads that no writer wrote, with a frame's check that holds: the readers refuse or make sense of them, and never throw.
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Wire;

internal sealed class PayloadReaderTests
{
    // Of the others the list goes on to the end of the frame: nothing can stand behind it.
    private static readonly FrameKind[] KindsThatEnd = [.. Samples.Kinds.Where(k => !IsOpen(k))];

    [TestCaseSource(typeof(Samples), nameof(Samples.Kinds))]
    public void A_payload_that_ends_early_is_refused_or_its_shorter_list_read(FrameKind kind)
    {
        ReadOnlySpan<byte> payload = Samples.Of(kind).AsSpan(Frame.HeadSize);
        string? whole = Samples.Content(kind, payload);

        // The kinds whose list goes on to the end of the frame may end behind any of its entries.
        bool isOpen = IsOpen(kind);
        for (int length = kind == FrameKind.Segments ? RunHead.Size : 0; length < payload.Length; length++)
        {
            string? content = Samples.Content(kind, payload[..length]);
            Assert.That(content, isOpen ? Is.Not.EqualTo(whole) : Is.Null, $"cut at {length}");
        }
    }

    [TestCaseSource(nameof(KindsThatEnd))]
    public void Fields_that_a_newer_version_adds_behind_ours_are_passed_over(FrameKind kind)
    {
        byte[] payload = Samples.Of(kind)[Frame.HeadSize..];
        Assert.That(Samples.Content(kind, [.. payload, 0xFF, 0xFF, 0xFF]), Is.EqualTo(Samples.Content(kind, payload)));
    }

    [TestCaseSource(typeof(Samples), nameof(Samples.Kinds))]
    public void Bent_payloads_never_throw_nor_cost_more_than_they_are(FrameKind kind)
    {
        byte[] payload = Samples.Of(kind)[Frame.HeadSize..];
        var random = new Prng((ulong)kind);
        Samples.Content(kind, payload);
        for (int round = 0; round < 6_000; round++)
        {
            byte[] bent = [.. payload];
            for (int changes = 1 + random.Next(4); changes > 0; changes--)
            {
                bent[random.Next(bent.Length)] = random.Chance(0.3) ? (byte)0xFF : (byte)random.NextUInt64();
            }

            int length = kind == FrameKind.Segments ? bent.Length : random.Next(bent.Length + 1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Samples.Content(kind, bent.AsSpan(0, length));
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.That(allocated, Is.LessThan(128 * 1024), $"round {round}");
        }
    }

    [TestCaseSource(typeof(Samples), nameof(Samples.Kinds))]
    public void Made_up_payloads_never_throw(FrameKind kind)
    {
        var random = new Prng(100 + (ulong)kind);
        byte[] payload = new byte[160];
        for (int round = 0; round < 6_000; round++)
        {
            for (int i = 0; i < payload.Length; i++)
            {
                // Small numbers and letters get far: names, short lists, lists of nothing.
                payload[i] = random.Next(4) switch { 0 => (byte)random.Next(4), 1 => (byte)('a' + random.Next(26)), 2 => (byte)random.Next(16), _ => (byte)random.NextUInt64() };
            }

            int length = kind == FrameKind.Segments ? payload.Length : random.Next(payload.Length + 1);
            Assert.That(() => Samples.Content(kind, payload.AsSpan(0, length)), Throws.Nothing, $"round {round}");
        }
    }

    [Test]
    public void A_topology_of_no_sites_with_links_is_refused()
    {
        var writer = new FieldWriter();
        WriteTopology(writer, edition: 1, sites: [], edges: [(0, 1)]);
        Assert.That(TopologyRecord.Read(writer.Written.Span), Is.Null);
    }

    [Test]
    public void A_topology_that_links_a_site_to_itself_is_refused()
    {
        var writer = new FieldWriter();
        WriteTopology(writer, edition: 1, sites: ["a", "b"], edges: [(1, 1)]);
        Assert.That(TopologyRecord.Read(writer.Written.Span), Is.Null);
        writer.Clear();
        WriteTopology(writer, edition: 1, sites: ["a", "a"], edges: [(0, 1)]);
        Assert.That(TopologyRecord.Read(writer.Written.Span), Is.Null, "by two numbers");
    }

    [Test]
    public void A_topology_that_links_to_a_site_not_listed_or_is_no_edition_is_refused()
    {
        var writer = new FieldWriter();
        WriteTopology(writer, edition: 1, sites: ["a", "b"], edges: [(0, 2)]);
        Assert.That(TopologyRecord.Read(writer.Written.Span), Is.Null);
        writer.Clear();
        WriteTopology(writer, edition: 0, sites: ["a", "b"], edges: [(0, 1)]);
        Assert.That(TopologyRecord.Read(writer.Written.Span), Is.Null, "edition 0");
    }

    [Test]
    public void A_count_of_replans_that_no_clients_can_have_asked_for_is_refused()
    {
        var writer = new FieldWriter();
        (Samples.Site with { Groups = [new(Samples.Mirror, long.MaxValue)] }).Write(writer);
        Assert.That(SiteRecord.ReadAll(writer.Written.Span), Is.Null, "the sum over the sites would overflow");
    }

    private static void WriteTopology(FieldWriter writer, long edition, string[] sites, (long A, long B)[] edges)
    {
        writer.Text("g");
        writer.Number(edition);
        writer.Text("a");
        writer.Number(2L);
        writer.Number((long)sites.Length);
        foreach (string site in sites)
        {
            writer.Text(site);
        }

        writer.Number((long)edges.Length);
        foreach ((long a, long b) in edges)
        {
            writer.Number(a);
            writer.Number(b);
        }
    }

    private static bool IsOpen(FrameKind kind) => kind is FrameKind.Sites or FrameKind.Digest or FrameKind.Delivery or FrameKind.Segments
        or FrameKind.Burst or FrameKind.ReportsHeld or FrameKind.Report or FrameKind.Kept or FrameKind.MarkSums or FrameKind.Names;
}
