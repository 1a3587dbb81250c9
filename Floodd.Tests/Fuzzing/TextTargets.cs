// Readers of text that touch nothing: requests, replies, positions, names, configurations, what planners and generators read.
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Floodd.Client;
using Floodd.Client.Protocol;
using Floodd.Commands;
using Floodd.Config;
using Floodd.Core;
using Floodd.Measuring;
using Floodd.Model;
using Floodd.Syntax;
using Floodd.Tests.Simulation;
using Crc32C = Floodd.Wire.Crc32C;

namespace Floodd.Tests.Fuzzing;

internal static class TextTargets
{
    private const int LineMax = 100;

    public static readonly string[] Requests =
    [
        "ping\r\nflood g 3\nabcping\n", "flood g\r\na\r\n..b\r\n.\r\nquit\n", "subscribe g from a/1/2,b/ff/10\nstats\n", "wait b/b1/1 all 3\nwhere b/b1/1\n",
        "flood 5 key k1\nabcdeflood mirror 5 key k1\nabcde\n", "topology g dot\nwhy g a b\nestimates\nnearest\n", "help flood\nmembers\ngroups\nreplan\nconfiguration g\n",
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "flood mirror 0\nflood mirror 1\nxsubscribe mirror from start\n", "flood mirror\n.\nflood mirror\nx\r\r\n\r.\n.\r\n",
    ];

    public static readonly string[] RequestWords =
    [
        "flood ", "mirror ", "subscribe ", " from ", "start", "now", "wait ", "all ", "b/b1/1", "a/ffffffffffffffff/281474976710656", "key ", "\n", "\r\n", "\r", ".\r\n", ".\n", "..", "\n.\n", "\t", " ", "ping\n",
        "stats\n", "quit\n", "topology ", "dot", "why ", "Host: x\n", "\0", "é", "0\n", "3\nabc",
    ];

    private static readonly string[] Replies =
    [
        "200 floodd 1 site b ready\n250 b/b1/1 flooded to g, 5 bytes\n", "212 members of g follows\n(:member a)\n..\n.\n250 pong\r\n",
        "250 subscribed to g at start\nupdate g a/1/1 5\nabcde\ngap g a/1/2 7\nupdate g a/1/8 0\n\n", "421 busy\n", "354 go on\n250 a/1/1 flooded to follows, 0 bytes\n",
    ];

    private static readonly string[] Names =
    [
        "inferno/6740f2a1/42", "a/1/2,b/ff/10", "start", "now", "10.0.0.0/8", "*.example.org", "::1", "[::1]:2000", "host:2000,other:2001", "127.0.0.1:2000",
        "endpoints=a:1,b:2;group=g;reconnect-delay=1s", "fe80::1/64", "localhost", "a", "*", "2001:db8::/32", "floodd://a:2000", "Endpoints=127.0.0.1:2000;PingPeriod=00:00:05",
    ];

    private static readonly string[] Configurations =
    [
        "(:site-define (:site-name master) (:hostname valhalla) (:client-port 2000) (:data-port 2001)) ; one\n(:group-define (:group-name g) (:site master) (:ping-period 15.0))\n(:local (:site-name master))\n",
        "# c\n(:site-define (:site-name a)(:inet-address 10.0.0.1)(:latitude 1.5))(:site-define (:site-name b))(:group-define (:group-name\"g-1\")(:site a)(:site b)(:master-site a)(:allow-site 10.0.0.0/8)(:deny-site *.x))(:local (:site-name b)(:data-storage-max 4m)(:export-command \"cat >> \\\"x\\\"\"))",
        "((((((((((((((((((((((((((((((((((((((((", "(:local (:insecure t) (:allow-client 10.0.0.0/8) (:allow-client *) (:line-max 4k) (:export-format framed))",
    ];

    private static readonly string[] ConfigurationWords =
    [
        "(", ")", "(:", "\"", "\\\"", "\\", ";", "#", "\n", ":site-define ", ":site-name ", ":group-define ", ":local ", ":hostname ", ":data-storage-max ", ":connectivity ", ":max-degree ", ":site ", ":allow-site ", "16777217", "1g", "k", "t", "nil", "a", "b", "\0", "\uFEFF", "((((((((((((((((((((((((((((((((((",
    ];

    private static readonly string[] Links =
    [
        "from,to,rtt_ms,bandwidth_mbps\na,b,10,100\nb,c,20,\nc,a,5.5,10\n", "from,to,rtt_ms\na,b,1\n", "to,from,bandwidth_mbps,rtt_ms\n\"a\",b,1,2\n# c\n", "a b\nb c\n",
    ];

    /// <summary>Client-port requests, as the daemon's reader cuts them and takes them apart.</summary>
    public static FuzzTarget Request()
    {
        Mutator mutator = Mutator.OfTexts(Requests, RequestWords, 600);
        return new FuzzTarget("request", mutator.Next, () => input => (Cuts.Agree(input, way => ReadRequests(input, way)) & 1) != 0)
        {
            AllocationPerByte = 2048,
        };
    }

    /// <summary>A daemon's bytes, as the library cuts them.</summary>
    public static FuzzTarget Reply()
    {
        Mutator mutator = Mutator.OfTexts(Replies, ["update ", "gap ", " follows\n", ".\n", "..\n", "\n", "\r\n", "250 ", "g ", "a/1/1 ", "5\n", "0\n", "-1\n", " "], 600);
        return new FuzzTarget("reply", mutator.Next, () => input => (Cuts.Agree(input, way => ReadReplies(input, way)) & 1) != 0)
        {
            AllocationPerByte = 2048,
        };
    }

    /// <summary>Ids, positions, addresses, patterns, connection strings: the daemon's readers and the library's agree where both have one.</summary>
    public static FuzzTarget Name()
    {
        Mutator mutator = Mutator.OfTexts(Names, ["/", ",", ":", "*", ".", "-", "=", ";", "a", "1", "[", "]", "::", "ffffffffffffffff", "/32", "start", "now", "group=", "é", "\0"], 200);
        return new FuzzTarget("names", mutator.Next, () => input => ReadNames(Encoding.UTF8.GetString(input))) { AllocationPerByte = 512 };
    }

    /// <summary>The configuration.</summary>
    public static FuzzTarget Configuration()
    {
        Mutator mutator = Mutator.OfTexts(Configurations, ConfigurationWords, 1200);
        var machine = new MachineNames(["valhalla"], [IPAddress.Loopback]);
        return new FuzzTarget("config", mutator.Next, () => input => ReadConfiguration(input, machine)) { AllocationBase = 256 << 10, AllocationPerByte = 4096 };
    }

    /// <summary>What a topology generator answers.</summary>
    public static FuzzTarget Generator()
    {
        Mutator mutator = Mutator.OfTexts(["a b\nb c\nc d\nd a\n", "a b\r\nb c\n\nc\td\n", "a b c\n", "a a\n"], ["a ", "b ", "c ", "d ", "e ", "\n", "\t", " ", "\0", "é", "a b\n"], 800);
        SiteName[] members = [new("a"), new("b"), new("c"), new("d")];
        var draft = new PlanDraft(new GroupName("g"), [.. members], 2, 3, new EstimateMatrix(TimeSpan.FromHours(1)), Instant.Zero, null, []);
        return new FuzzTarget("generator", mutator.Next, () => input => ReadAnswer(draft, input)) { AllocationBase = 64 << 10, AllocationPerByte = 512 };
    }

    /// <summary>The measurements of `floodd plan`.</summary>
    public static FuzzTarget Plan()
    {
        Mutator mutator = Mutator.OfTexts(Links, [",", "\n", "\"", "from", "to", "rtt_ms", "bandwidth_mbps", "a", "b", "#", "NaN", "1e38", "-1", "\uFEFF", " "], 500);
        return new FuzzTarget("links", mutator.Next, () => ReadLinks) { AllocationBase = 256 << 10, AllocationPerByte = 1024 };
    }

    private static ulong ReadRequests(byte[] input, Cuts.Way way)
    {
        var reader = new RequestReader(LineMax);
        var carried = new CarriedBytes();
        ulong digest = 1, accepted = 0;
        uint body = 0;
        foreach (ReadOnlyMemory<byte> piece in way.Pieces(input))
        {
            ReadOnlySpan<byte> rest = carried.With(piece.Span);
            while (true)
            {
                RequestToken token = reader.Read(rest, out int consumed, out ReadOnlySpan<byte> data);
                if (token is RequestToken.NeedMore or RequestToken.TooLong)
                {
                    if (token == RequestToken.TooLong)
                    {
                        return Digest.Mix(digest, 77) & ~1UL | accepted;
                    }

                    break;
                }

                rest = rest[consumed..];
                if (token == RequestToken.Command)
                {
                    RequestLine line = RequestLine.Parse(data);
                    digest = Digest.Mix(Digest.Mix(digest, Digest.Of(data)), ((ulong)line.Verb * 64) + ((ulong)line.Fault * 4) + (line.LooksLikeHttp ? 1UL : 0));
                    accepted |= line.Fault == RequestFault.None && !line.IsEmpty ? 1UL : 0;
                    Expect(reader, line);
                    _ = Printable.Text(line.Word);
                }
                else if (token == RequestToken.Body)
                {
                    body = Crc32C.Append(body, data);
                }
                else
                {
                    digest = Digest.Mix(digest, body);
                    body = 0;
                }
            }

            FuzzFailureException.Unless(rest.Length <= (LineMax * RequestReader.SubscribeFactor) + 1, $"{rest.Length} bytes wait");
            carried.Keep(rest);
        }

        return (Digest.Mix(Digest.Mix(digest, body), (ulong)carried.Count) & ~1UL) | accepted;
    }

    private static void Expect(RequestReader reader, RequestLine line)
    {
        if (line.Verb == Verb.Flood && line.Size >= 0)
        {
            FuzzFailureException.Unless(line.Size <= 9_999_999_999, "a size of more than ten digits");
            reader.ExpectSized(line.Size);
        }
        else if (line.Verb == Verb.Flood && line.Fault == RequestFault.None)
        {
            reader.ExpectDotted();
        }
        else if (line.Verb == Verb.Subscribe && line.Fault == RequestFault.None)
        {
            var position = new PositionReader(line.Argument);
            while (position.Kind == PositionKind.Listed && position.Next(out ReadOnlySpan<byte> origin, out _, out long sequence))
            {
                FuzzFailureException.Unless(UpdateIdText.IsName(origin) && sequence >= 0, "a position that is none");
            }
        }
    }

    private static ulong ReadReplies(byte[] input, Cuts.Way way)
    {
        var reader = new ReplyReader(LineMax);
        var carried = new CarriedBytes();
        ulong digest = 1, accepted = 0;
        uint body = 0;
        foreach (ReadOnlyMemory<byte> piece in way.Pieces(input))
        {
            ReadOnlySpan<byte> rest = carried.With(piece.Span);
            while (true)
            {
                ReplyToken token = reader.Read(rest, out int consumed, out ReadOnlySpan<byte> data);
                if (token == ReplyToken.Wrong)
                {
                    return Digest.Mix(digest, 99) & ~1UL;
                }

                if (token == ReplyToken.NeedMore)
                {
                    break;
                }

                rest = rest[consumed..];
                accepted = 1;
                if (token == ReplyToken.UpdateBody)
                {
                    body = Crc32C.Append(body, data);
                    continue;
                }

                digest = Digest.Mix(Digest.Mix(digest, (ulong)token), Digest.Mix(body, Digest.Of(data)));
                body = 0;
            }

            carried.Keep(rest);
        }

        return (Digest.Mix(digest, (ulong)carried.Count) & ~1UL) | accepted;
    }

    private static bool ReadNames(string text)
    {
        bool mine = UpdateId.TryParse(text, out UpdateId id);
        bool theirs = FloodId.TryParse(text, out FloodId other);
        FuzzFailureException.Unless(!mine || !theirs || other.ToString() == id.ToString(), $"{id} is {other} to the library");
        FuzzFailureException.Unless(!mine || theirs, $"{id} is no id to the library");
        var reader = new PositionReader(Encoding.UTF8.GetBytes(text));
        bool known = FloodPosition.TryParse(text, out FloodPosition? position);
        FuzzFailureException.Unless(!known || new PositionReader(Encoding.UTF8.GetBytes(position!.ToString())).Kind != PositionKind.Wrong, "the library's position is none to the daemon");
        bool pattern = AccessPattern.TryParse(text, out AccessPattern? access);
        bool matches = pattern && access!.Matches(new SiteName("a"), "a.example.org", IPAddress.Parse("10.1.2.3"));
        bool parsed = Parses(() => FlooddEndpoint.ParseList(text)) | Parses(() => FlooddClientOptions.Parse(text));
        return mine | known | (reader.Kind != PositionKind.Wrong) | matches | parsed;
    }

    private static bool Parses(Action parse)
    {
        try
        {
            parse();
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool ReadConfiguration(byte[] input, MachineNames machine)
    {
        ConfigurationResult result = ConfigurationReader.Read([SourceText.From("f", input)], null, machine);
        FuzzFailureException.Unless(result.Configuration is null != result.Errors.IsEmpty, "both a configuration and errors, or neither");
        foreach (SourceError error in result.Errors)
        {
            FuzzFailureException.Unless(error.Position.Line >= 1 && error.Position.Column >= 1 && !error.ToString().Contains('\n', StringComparison.Ordinal), $"an error without a place or on two lines: {error}");
        }

        return result.Configuration is not null;
    }

    private static bool ReadAnswer(PlanDraft draft, byte[] input)
    {
        string? wrong = GeneratorText.Read(draft, input, out ImmutableArray<Edge> edges);
        FuzzFailureException.Unless(wrong is null != edges.IsEmpty, "both links and an error, or neither");
        FuzzFailureException.Unless(wrong is not null || Topology.Joins(edges, draft.Members), "a graph that does not connect");
        FuzzFailureException.Unless(wrong is not null || draft.Members.All(m => edges.Count(e => e.A == m || e.B == m) <= draft.MaxDegree), "more links than allowed");
        FuzzFailureException.Unless(wrong is null || !wrong.Any(char.IsControl), "control characters in an error");
        return wrong is null;
    }

    private static bool ReadLinks(byte[] input)
    {
        try
        {
            LinksFile links = LinksFile.Read(new StreamReader(new MemoryStream(input)), "f");
            FuzzFailureException.Unless(links.Names.Length >= 2, "fewer than two sites");
            return true;
        }
        catch (FormatException e)
        {
            FuzzFailureException.Unless(!e.Message.Any(c => c is '\n' or '\r' or '\0'), "an error on two lines");
            return false;
        }
    }
}
