// A story of several links, written as bytes: which link says which frame, good or bent, what clients do, how time passes. It judges nothing.
using System.Text;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Core;
using Floodd.Tests.Wire;
using Floodd.Wire;

namespace Floodd.Tests.Fuzzing;

/// <summary>Plays a story at a fresh site.</summary>
/// <param name="input">Its bytes; behind their end zeros follow.</param>
/// <param name="inPieces">Whether each frame comes byte by byte, all in one turn.</param>
internal sealed class FuzzStory(byte[] input, bool inPieces)
{
    private const int StepsMax = 24;

    private static readonly string[] Names = ["a", "c", "b", "x", "y"];

    private readonly FuzzSite _site = new();
    private readonly FieldWriter _writer = new();
    private readonly ConnectionId[] _links = new ConnectionId[3];
    private int _at;
    private bool _bends;

    /// <summary>Plays it.</summary>
    /// <returns>A digest of what counts at the end, its lowest bit whether any update came to be held.</returns>
    public ulong Play()
    {
        _links[0] = _site.Member("a", 1);
        _links[1] = _site.Member("c", 1);
        _links[2] = _site.Link(FuzzSite.AddressOf(new SiteName("x")));
        for (int steps = 0; steps < StepsMax && _at < input.Length; steps++)
        {
            Step(Next(16));
        }

        _site.Pass(TimeSpan.FromSeconds(1));
        if (!inPieces)
        {
            _site.RequireReadable();
        }

        bool held = _site.Core.State.AllStreams.Any(s => s.Deliverable > 0);
        FuzzFailureException.Unless(_site.Core.ChargedBytes == _site.Core.State.AllStreams.Sum(s => s.ChargeAbove(0)), "the charge is not that of what is held");
        return (_site.State() & ~1UL) | (held ? 1UL : 0);
    }

    private void Step(int kind)
    {
        switch (kind)
        {
            case 0:
                _links[Next(2)] = _site.Member(Name(), (ulong)Next(4));
                break;
            case 1:
                _site.Pass(TimeSpan.FromMilliseconds(Next(256) * 40));
                break;
            case 2:
                Client();
                break;
            case 3:
                _site.Vanish(_links[Next(3)]);
                break;
            default:
                ConnectionId link = _links[Next(3)];
                byte[] frame = Bent(Framed(kind));
                _site.Say(link, inPieces ? frame.Select((_, i) => (ReadOnlyMemory<byte>)frame.AsMemory(i, 1)) : [frame]);
                break;
        }
    }

    private byte[] Framed(int kind)
    {
        _bends = Next(3) == 0;
        _writer.Clear();
        switch (kind)
        {
            case < 7:
                return Run();
            case 7:
                SmallFrames.WriteStream(_writer, (uint)Next(4), FuzzSite.Mirror, Stream());
                break;
            case 8:
                WriteDigest();
                break;
            case 9:
                WriteMarks();
                break;
            case 10:
                _writer.BeginFrame();
                for (int n = Next(3); n >= 0; n--)
                {
                    var site = new SiteName(Name());
                    new SiteRecord(new SiteDefinition(site) { InetAddress = Next(2) == 0 ? null : FuzzSite.AddressOf(site), DataPort = Next(256) * 257 }, (ulong)Next(4), Number(), [new(FuzzSite.Mirror, Next(8))], [FuzzSite.B, new(Name())]).Write(_writer);
                }

                _writer.EndFrame(FrameKind.Sites);
                break;
            case 11:
                new GroupRecord(new GroupDefinition(FuzzSite.Mirror) { MasterSite = new(Name()), Sites = [new(Name()), FuzzSite.B], Connectivity = 1 + Next(8), AllowSites = Next(4) == 0 ? ["x"] : [] }, Number()).Write(_writer);
                break;
            case 12:
                Edge[] edges = [.. Enumerable.Range(0, Next(5)).Select(_ => Edge.Between(new(Name()), new(Name() + "1")))];
                TopologyRecord.Write(_writer, new Topology(FuzzSite.Mirror, (long)Number(), new(Name()), Next(4), [Edge.Between(new("a"), FuzzSite.B), .. edges]));
                break;
            case 13:
                SmallFrames.WriteWant(_writer, FuzzSite.Mirror, Next(2) == 0);
                break;
            case 14:
                new EstimateReport(new(Name()), (ulong)Next(4), (long)Number(), Next(3), [new(new(Name()), Next(256) * 100, Next(256), Next(256), TimeSpan.FromSeconds(Next(9)))]).Write(_writer);
                break;
            default:
                WriteSmall();
                break;
        }

        return _writer.Written.ToArray();
    }

    private void WriteSmall()
    {
        switch (Next(7))
        {
            case 0:
                SmallFrames.WriteGoodbye(_writer, (GoodbyeReason)Next(8), "so\nlong");
                break;
            case 1:
                Samples.WriteBurst(_writer, Next(3), Next(256) * 10);
                break;
            case 2:
                new Hello((ulong)Next(4), (ulong)Next(4), (ulong)Next(2), new(Name()), (ulong)Next(4)).Write(_writer);
                break;
            case 3:
                _writer.BeginFrame();
                EstimateReport.WriteHeld(_writer, new(Name()), 1, (long)Number());
                _writer.EndFrame(FrameKind.ReportsHeld);
                break;
            case 4:
                SmallFrames.WriteSpare(_writer, (uint)Next(4), Next(4) != 0, (long)Number());
                break;
            case 5:
                MarkSum.Begin(_writer, FuzzSite.Mirror, Next(2) == 0);
                new MarkSum(Stream(), Number()).Write(_writer);
                _writer.EndFrame(FrameKind.MarkSums);
                break;
            default:
                SmallFrames.WriteStamp(_writer, Next(2) == 0 ? FrameKind.Ping : FrameKind.Pong, (long)Number());
                break;
        }
    }

    private byte[] Run()
    {
        StreamId stream = Stream();
        Piece[] pieces = [.. Enumerable.Range(0, 1 + Next(3)).Select(_ => new Piece(Next(4) != 0, Next(4) != 0, Encoding.ASCII.GetBytes(new string('x', Next(40))), 99, Next(4) == 0 ? $"k{Next(4)}" : null))];
        return Piece.Run(FuzzSite.Mirror, stream, (uint)Next(3), Next(4) == 0 ? (long)Number() + 1 : 1 + Next(12), pieces);
    }

    private void WriteDigest()
    {
        Digest.Begin(_writer, FuzzSite.Mirror, closed: Next(4) == 0, last: Next(2) == 0, asks: Next(2) == 0);
        for (int n = Next(3); n > 0; n--)
        {
            var received = new SegmentSet();
            for (int ranges = Next(4); ranges > 0; ranges--)
            {
                long first = 1 + Next(40);
                received.Add(first, first + Next(20));
            }

            if (Next(8) == 0)
            {
                received.Add(1, 1 + (long)Number());
            }

            Digest.Entry(_writer, new(Stream(), InOrder: Next(4) == 0, Next(40), received));
        }

        _writer.EndFrame(FrameKind.Digest);
    }

    private void WriteMarks()
    {
        DeliveryFrames.WriteNames(_writer, Enumerable.Range(0, Next(3)).Select(_ => new SiteName(Name())));
        DeliveryFrames.Begin(_writer, FuzzSite.Mirror, last: Next(2) == 0);
        _writer.Stream(Stream());
        var runs = new MarkRunWriter(_writer);
        for (int count = Next(3); count > 0; count--)
        {
            runs.Add(Next(4), new DeliveryMark((long)Number(), (long)Number(), Next(2) == 0));
        }

        runs.End();
        _writer.EndFrame(FrameKind.Delivery);
    }

    private void Client()
    {
        string text = Next(8) switch
        {
            // Long lists are for the target of sessions: here they would take most of the time.
            0 => Next(4) == 0 ? "members\ntopology\nestimates\nstats\n" : "members\n",
            1 => "subscribe from start\nflood 3\nabc",
            2 => "where a/1/1\nwait a/1/2 all 1\n",
            3 => $"flood 4 key k{Next(4)}\nabcd",
            4 => Next(4) == 0 ? "why a b\nnearest\nconfiguration\n" : "groups\n",
            5 => "flood\nabc\n.\n",
            _ => $"flood {Next(40)}\n{new string('y', Next(40))}",
        };
        ConnectionId session = _site.Session();
        _site.Say(session, Encoding.ASCII.GetBytes(text));
        _site.Vanish(session);
    }

    // Bends a payload and gives it the check that it should have; one in four keeps the old one.
    private byte[] Bent(byte[] frame)
    {
        if (_bends && frame.Length > Frame.HeadSize)
        {
            frame[Frame.HeadSize + (((Next(256) * 256) + Next(256)) % Math.Max(1, frame.Length - Frame.HeadSize))] ^= (byte)(1 << Next(8));
            if (Next(4) != 0)
            {
                Frame.Seal(frame, (FrameKind)frame[4], frame.Length - Frame.HeadSize);
            }
        }

        return frame;
    }

    private StreamId Stream() => new(new(Name()), (ulong)(Next(4) == 0 ? 0xb1 : 1 + Next(2)));

    private string Name() => Names[Next(Names.Length)];

    // Mostly small, now and then at an edge.
    private ulong Number() => Next(8) switch
    {
        0 => (ulong)WireLimits.NumberMax,
        1 => (ulong)WireLimits.NumberMax - (ulong)Next(3),
        2 => 1UL << Next(48),
        _ => (ulong)Next(20),
    };

    private int Next(int bound) => (_at < input.Length ? input[_at++] : 0) % bound;
}
