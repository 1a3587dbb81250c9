// Whole sites as strangers, clients and members reach them. Each input meets the same site, so what it leaves behind must be nothing.
using System.Net;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Client;
using Floodd.Tests.Simulation;
using Floodd.Tests.Wire;
using Floodd.Wire;

namespace Floodd.Tests.Fuzzing;

internal static class SiteTargets
{
    /// <summary>A client at a site: what it is told does not depend on the cuts, and nothing it does breaks the site.</summary>
    public static FuzzTarget Session()
    {
        Mutator mutator = Mutator.OfTexts(TextTargets.Requests, TextTargets.RequestWords, 400);
        return new FuzzTarget("session", mutator.Next, () =>
        {
            var site = new FuzzSite();
            return input => Converse(site, input);
        })
        {
            InputsPerLife = 500,
            AllocationBase = 2 << 20,
            AllocationPerByte = 16 << 10,
        };
    }

    /// <summary>A stranger at the data port: nothing of it changes what counts.</summary>
    public static FuzzTarget Greeting()
    {
        byte[][] hellos = [.. new[] { "a", "b", "c", "mallory" }.SelectMany(name => new ulong[] { 0, 1, ulong.MaxValue }.Select(n => Hello(name, n)))];
        var mutator = new Mutator([.. hellos, .. Samples.Kinds.Select(Samples.Of)], [.. Samples.Kinds.Select(Samples.Of)], 1000);
        return new FuzzTarget("greeting", random => Resealed(mutator.Next(random), random), () =>
        {
            var site = new FuzzSite();
            site.Member("a", 1);
            ulong before = site.State();
            int from = 0;
            return input =>
            {
                ulong end = Cuts.Agree(input, way => Greet(site, new IPAddress([198, 18, (byte)(++from >> 8), (byte)from]), way.Pieces(input)));
                FuzzFailureException.Unless(site.State() == before, "a stranger has changed what counts");
                return end != 0;
            };
        })
        {
            InputsPerLife = 500,
            AllocationBase = 1 << 20,
            AllocationPerByte = 16 << 10,
        };
    }

    /// <summary>Frames and the readers of their payloads, with right checks and wrong ones.</summary>
    public static FuzzTarget Frames()
    {
        var mutator = new Mutator([.. Samples.Kinds.Select(Samples.Of)], [.. Samples.Kinds.Select(k => Samples.Of(k)[Frame.HeadSize..])], 1000);
        return new FuzzTarget("frame", random => Resealed(mutator.Next(random), random), () => ReadFrames) { AllocationBase = 64 << 10, AllocationPerByte = 2048 };
    }

    /// <summary>Requests that a client may send, good and refused ones: the document's grammar, the daemon and the library read the same.</summary>
    public static FuzzTarget Agreement() => new("agreement", random => BitConverter.GetBytes(random.NextUInt64()), () =>
    {
        var daemon = new CoreDaemon();
        return input => Agree(daemon, input);
    })
    {
        InputsPerLife = 200,
        AllocationBase = 64 << 20,
        AllocationPerByte = 1024,
    };

    /// <summary>Gives most of the frames in an input the check that they should have.</summary>
    public static byte[] Resealed(byte[] bytes, Prng random)
    {
        for (int at = 0; at + Frame.HeadSize <= bytes.Length && random.Next(8) != 0;)
        {
            int rest = bytes.Length - at - Frame.HeadSize;
            int said = BitConverter.ToInt32(bytes, at);
            int length = said >= 0 && said <= rest && random.Next(6) != 0 ? said : rest;
            FrameKind kind = (FrameKind)bytes[at + 4];
            if (kind != 0 && (kind != FrameKind.Segments || length >= RunHead.Size))
            {
                Frame.Seal(bytes.AsSpan(at), kind, length);
            }

            at += Frame.HeadSize + length;
        }

        return bytes;
    }

    private static byte[] Hello(string name, ulong incarnation)
    {
        var writer = new FieldWriter();
        new Hello(WireLimits.Version, WireLimits.OldestVersion, incarnation & 1, new SiteName(name), incarnation).Write(writer);
        return writer.Written.ToArray();
    }

    // Ways of one input meet the same site, and what one leaves behind the next may be told of: only if fresh sites differ too is it the cut.
    private static bool Converse(FuzzSite site, byte[] input)
    {
        bool accepted = false;
        ulong Say(FuzzSite to, Cuts.Way way)
        {
            ConnectionId id = to.Session();
            to.Say(id, way.Pieces(input));
            accepted |= to.IsOpen(id);
            to.Vanish(id);
            return to.Heard(id);
        }

        try
        {
            Cuts.Agree(input, way => Say(site, way));
        }
        catch (FuzzFailureException)
        {
            Cuts.Agree(input, way => Say(new FuzzSite(), way));
        }

        site.Pass(TimeSpan.FromMilliseconds(50));
        FuzzFailureException.Unless(site.Core.Desk.Sessions.Count == 0 && site.Core.Subscribers.Count == 0, "a session is left over");
        return accepted;
    }

    // Greetings are to be refused, so whatever is said the end is the same: it is only how soon it comes that differs.
    private static ulong Greet(FuzzSite site, IPAddress stranger, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        ConnectionId id = site.Link(stranger);
        site.Say(id, pieces);
        ulong open = site.IsOpen(id) ? 1UL : 0;
        site.Vanish(id);
        site.Forget(id);
        return open;
    }

    private static bool ReadFrames(byte[] input)
    {
        bool accepted = false;
        ReadOnlySpan<byte> rest = input;
        while (Frame.Read(rest, out FrameKind kind, out ReadOnlySpan<byte> payload, out int consumed, out string fault) is var status && status == FrameStatus.Whole)
        {
            FuzzFailureException.Unless(consumed > 0 && fault.Length == 0, "a frame of nothing");
            accepted |= ReadPayload(kind, payload);
            rest = rest[consumed..];
        }

        return accepted;
    }

    private static bool ReadPayload(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Sites:
                return SiteRecord.ReadAll(payload) is not null;
            case FrameKind.Group:
                return GroupRecord.Read(payload) is not null;
            case FrameKind.Topology:
                return TopologyRecord.Read(payload) is not null;
            case FrameKind.Report:
                return EstimateReport.Read(payload) is not null;
            case FrameKind.Segments when RunHead.TryRead(payload, out RunHead head):
                ReadOnlySpan<byte> records = payload[RunHead.Size..];
                uint seed = SegmentRecord.SeedOf(Samples.Mirror, Samples.Stream);
                for (long number = head.First; SegmentRecord.IsSound(records, seed, number, out uint word); number++)
                {
                    _ = SegmentRecord.HasKey(word) ? SegmentRecord.KeyOf(records) : default;
                    _ = SegmentRecord.UpdateLength(records);
                    records = records[SegmentRecord.Size(word)..];
                }

                return true;
            default:
                return Samples.Content(kind, payload) is not null;
        }
    }

    private static bool Agree(CoreDaemon daemon, byte[] input)
    {
        int seed = input.Length >= 4 ? BitConverter.ToInt32(input) & int.MaxValue : input.Length;
        var random = new Random(seed);
        var maker = new RandomRequests(random, rarity: 20);
        byte[] sent = [.. Enumerable.Range(0, 6).Select(_ => maker.Next().Bytes).Aggregate(new List<byte>(), (all, bytes) => { all.AddRange(bytes); return all; })];
        ConnectionId session = daemon.Open();
        daemon.Say(session, sent);
        byte[] heard = daemon.Take(session).Said;
        daemon.Vanish(session);
        List<string> said = PlainGrammar.Output(heard);
        foreach (int pieceMax in (int[])[7, 5000])
        {
            List<string> read = ProtocolAgreementTests.ReadAsync(SplitStream.Split(heard, random, pieceMax).Select(piece => (ReadOnlyMemory<byte>)piece)).GetAwaiter().GetResult();
            FuzzFailureException.Unless(read.SequenceEqual(said), $"the library reads otherwise than the document: requests {Convert.ToHexString(sent)}");
        }

        List<PlainRequest> requests = PlainGrammar.Requests(sent, CoreDaemon.Groups.Contains);
        int replies = said.Count(each => char.IsAsciiDigit(each[0]) && !each.StartsWith("354", StringComparison.Ordinal)) - 1;
        FuzzFailureException.Unless(replies == requests.Count, $"{requests.Count} requests and {replies} replies: {Convert.ToHexString(sent)}");
        return true;
    }
}
