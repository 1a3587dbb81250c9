// One specimen of each kind of frame, as the writers write it, and what the readers make of a payload. Judges nothing.
using System.Globalization;
using System.Net;
using System.Text.Json;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Tests.Wire;

/// <summary>Frames to cut, bend and read.</summary>
internal static class Samples
{
    public static readonly GroupName Mirror = new("mirror-1");
    public static readonly SiteName Inferno = new("inferno");
    public static readonly SiteName Master = new("master");
    public static readonly StreamId Stream = new(Inferno, 0x6740f2a1);

    public static SiteRecord Site { get; } = new(
        new SiteDefinition(Inferno) { Hostname = "inferno.example", InetAddress = IPAddress.Parse("10.1.2.3"), ClientPort = 1, DataPort = 65535, Latitude = -33.5, Longitude = 151.25 },
        ulong.MaxValue, 7, [new(Mirror, 3)], [Master]);

    public static GroupRecord Group { get; } = new(
        new GroupDefinition(Mirror)
        {
            MasterSite = Master,
            Sites = [Inferno, Master],
            AllowSites = ["10.0.0.0/8", "cs-*"],
            DenySites = ["evil"],
            PingPeriod = TimeSpan.FromSeconds(1.5),
            Connectivity = 4,
            MaxDegree = 9,
            MaxUpdateSize = 1 << 20,
        },
        12);

    public static Topology Topology { get; } = new(Mirror, 9, Master, 2, [Edge.Between(Inferno, Master), Edge.Between(Inferno, new("purgatory"))]);

    /// <summary>Writes a burst whole; one of no byte as a frame that nobody may send.</summary>
    public static void WriteBurst(FieldWriter writer, long number, int total)
    {
        foreach (ReadOnlyMemory<byte> piece in BurstFrames.Burst(number, total))
        {
            writer.Raw(piece.Span);
        }

        if (total == 0)
        {
            writer.BeginFrame();
            writer.Number(number);
            writer.Number(0L);
            writer.EndFrame(FrameKind.Burst);
        }
    }

    /// <summary>Every kind of frame.</summary>
    public static FrameKind[] Kinds => Enum.GetValues<FrameKind>();

    /// <summary>The specimen of a kind.</summary>
    public static byte[] Of(FrameKind kind)
    {
        var writer = new FieldWriter();
        switch (kind)
        {
            case FrameKind.Hello:
                new Hello(1, 1, 0, Inferno, 0xFEDCBA9876543210).Write(writer);
                break;
            case FrameKind.Ping or FrameKind.Pong:
                SmallFrames.WriteStamp(writer, kind, 123_456_789);
                break;
            case FrameKind.Sites:
                writer.BeginFrame();
                Site.Write(writer);
                (Site with { Version = 8 }).Write(writer);
                writer.EndFrame(kind);
                break;
            case FrameKind.Group:
                Group.Write(writer);
                break;
            case FrameKind.Topology:
                TopologyRecord.Write(writer, Topology);
                break;
            case FrameKind.Want:
                SmallFrames.WriteWant(writer, Mirror, true);
                break;
            case FrameKind.Stream:
                SmallFrames.WriteStream(writer, 300, Mirror, Stream);
                break;
            case FrameKind.Digest:
                var received = new SegmentSet();
                received.Add(1, 300);
                received.Add(400, 400);
                Digest.Begin(writer, Mirror, closed: false, last: true, asks: false);
                Digest.Entry(writer, new(Stream, InOrder: true, 17, received));
                writer.EndFrame(kind);
                break;
            case FrameKind.Segments:
                return Run(first: 5, (true, false, 300, "the first piece, "), (false, true, 300, "the second"), (true, true, 0, ""));
            case FrameKind.Delivery:
                DeliveryFrames.Begin(writer, Mirror, last: false);
                writer.Stream(Stream);
                var runs = new MarkRunWriter(writer);
                runs.Add(300, new DeliveryMark(300, 299, true));
                runs.Add(301, new DeliveryMark(300, 299, true));
                runs.Add(0, new DeliveryMark(12, 12, false));
                runs.Add(2, new DeliveryMark(12, 12, false));
                runs.End();
                writer.EndFrame(kind);
                break;
            case FrameKind.Names:
                DeliveryFrames.WriteNames(writer, [Inferno, Master]);
                break;
            case FrameKind.Burst:
                WriteBurst(writer, 2, 700);
                break;
            case FrameKind.BurstSeen:
                BurstFrames.WriteSeen(writer, 2, 512, TimeSpan.FromMicroseconds(1234), isFull: true);
                break;
            case FrameKind.ReportsHeld:
                writer.BeginFrame();
                EstimateReport.WriteHeld(writer, Inferno, 0xFEDCBA9876543210, 300);
                EstimateReport.WriteHeld(writer, Master, 1, 0);
                writer.EndFrame(kind);
                break;
            case FrameKind.Report:
                new EstimateReport(Inferno, 7, 300, 299, [
                    new EstimateEntry(Master, 12_500, 300, 1_250_000, TimeSpan.FromSeconds(3)), new EstimateEntry(new("purgatory"), 90_000, 0, 0, TimeSpan.Zero)]).Write(writer);
                break;
            case FrameKind.Kept:
                KeptNumbering.WriteAll(writer, [Kept(Inferno, 9, 7), Kept(Master, 3, 0), Kept(Master, 300, 2)]);
                break;
            case FrameKind.MarkSums:
                MarkSum.Begin(writer, Mirror, isAnswer: true);
                new MarkSum(Stream, 0xFEDCBA9876543210).Write(writer);
                new MarkSum(new StreamId(Master, 3), 0).Write(writer);
                writer.EndFrame(kind);
                break;
            case FrameKind.Spare:
                SmallFrames.WriteSpare(writer, 300, true, 400);
                break;
            case FrameKind.Goodbye:
                SmallFrames.WriteGoodbye(writer, GoodbyeReason.NameInUse, "zwei Geschöpfe, ein Name");
                break;
        }

        return writer.Written.ToArray();
    }

    /// <summary>A Segments frame of stream alias 1.</summary>
    public static byte[] Run(long first, params (bool Begins, bool Ends, long Length, string Payload)[] segments)
    {
        byte[] frame = new byte[4096];
        uint seed = SegmentRecord.SeedOf(Mirror, Stream);
        int start = Frame.HeadSize + RunHead.Size;
        int at = start;
        long number = first;
        foreach ((bool begins, bool ends, long length, string payload) in segments)
        {
            at += SegmentRecord.Write(frame.AsSpan(at), seed, number++, begins, ends, length, System.Text.Encoding.UTF8.GetBytes(payload));
        }

        new RunHead(1, first, segments.Length, 60).WriteFrameStart(frame, at - start);
        return frame[..at];
    }

    /// <summary>What the reader of a kind makes of a payload, as text; null if it refuses.</summary>
    public static string? Content(FrameKind kind, ReadOnlySpan<byte> payload, int named = WireLimits.NamesPerLinkMax) => kind switch
    {
        FrameKind.Hello => Text(Hello.Read(payload)),
        FrameKind.Ping or FrameKind.Pong => SmallFrames.ReadStamp(payload)?.ToString(CultureInfo.InvariantCulture),
        FrameKind.Sites => SiteRecord.ReadAll(payload) is { } records ? string.Join(';', records.Select(Told)) : null,
        FrameKind.Group => GroupRecord.Read(payload) is { } group ? $"{group.Version} {JsonSerializer.Serialize(group.Definition)}" : null,
        FrameKind.Topology => TopologyRecord.Read(payload) is { } topology ? $"{topology.Group} {topology.Edition} {topology.Master} {topology.Connectivity} {string.Join(' ', topology.Edges)}" : null,
        FrameKind.Want => SmallFrames.ReadWant(payload)?.ToString(),
        FrameKind.Stream => SmallFrames.ReadStream(payload)?.ToString(),
        FrameKind.Digest => DigestText(payload),
        FrameKind.Segments => RunHead.TryRead(payload, out RunHead head) ? head + Convert.ToHexString(payload[RunHead.Size..]) : null,
        FrameKind.Delivery => DeliveryText(payload, named),
        FrameKind.Names => NamesText(payload),
        FrameKind.Goodbye => SmallFrames.ReadGoodbye(payload)?.ToString(),
        FrameKind.Burst => BurstFrames.ReadBurst(payload)?.ToString(),
        FrameKind.BurstSeen => BurstFrames.ReadSeen(payload)?.ToString(),
        FrameKind.ReportsHeld => EstimateReport.ReadHeld(payload) is { } held ? string.Join(' ', held) : null,
        FrameKind.Report => EstimateReport.Read(payload) is { } report ? $"{report.Origin} {report.Incarnation} {report.Version} {report.Since} {string.Join(' ', report.Entries)}" : null,
        FrameKind.Kept => KeptNumbering.ReadAll(payload) is { } kept ? string.Join(' ', kept) : null,
        FrameKind.MarkSums => SumsText(payload),
        FrameKind.Spare => SmallFrames.ReadSpare(payload)?.ToString(),
        _ => null,
    };

    private static SiteRecord Kept(SiteName site, ulong life, ulong incarnation) => new(new(site), life, 1, [], [], incarnation);

    /// <summary>All of a site record.</summary>
    public static string Told(SiteRecord r) => $"{r.Definition} {r.Incarnation} {r.Version} {string.Join(' ', r.Groups)} {string.Join(' ', r.Links)}";

    private static string? Text(object? value) => value?.ToString();

    private static string? DigestText(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        string text = $"{reader.Group()} {reader.Flag()} {reader.Flag()} {reader.Flag()}";
        while (Digest.ReadEntry(ref reader, out DigestEntry entry))
        {
            text += $" {entry.Stream} {entry.InOrder} {entry.Floor} {entry.Received}";
        }

        return reader.Failed ? null : text;
    }

    private static string? SumsText(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        string text = $"{reader.Group()} {reader.Flag()}";
        while (!reader.AtEnd && !reader.Failed)
        {
            text += $" {MarkSum.Read(ref reader)}";
        }

        return reader.Failed ? null : text;
    }

    private static string? NamesText(ReadOnlySpan<byte> payload)
    {
        var named = new NumberedSites();
        return named.Learn(payload) is null ? string.Join(' ', Enumerable.Range(0, named.TheirCount).Select(named.SiteOf)) : null;
    }

    private static string? DeliveryText(ReadOnlySpan<byte> payload, int named)
    {
        var reader = new FieldReader(payload);
        string text = $"{reader.Group()} {reader.Flag()}";
        while (!reader.AtEnd && !reader.Failed)
        {
            text += $" {reader.Stream()}";
            var runs = new MarkRunReader(named);
            while (runs.Read(ref reader))
            {
                text += $" {runs.First} {runs.Length} {runs.Mark}";
            }
        }

        return reader.Failed ? null : text;
    }
}
