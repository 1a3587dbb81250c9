// The daemon's core, the library's reader and the document's grammar agree on every byte, however bytes are cut on their way.
using System.Text.RegularExpressions;
using Floodd.Client;
using Floodd.Client.Connections;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[Parallelizable]
internal sealed partial class ProtocolAgreementTests
{
    private const int SeedCount = 100;
    private const int RequestCount = 40;

    [Test]
    public async Task Random_conversations_are_the_same_however_they_are_cut()
    {
        foreach (ulong seed in Seeds.Many(SeedCount))
        {
            var random = new Random((int)seed);
            var maker = new RandomRequests(random);
            Asked[] asked = [RandomRequests.Line(("subscribe g from start", 250)), RandomRequests.Line(("subscribe follows", 250), "\r\n"), .. Enumerable.Range(0, RequestCount).Select(_ => maker.Next())];
            byte[] sent = [.. asked.SelectMany(each => each.Bytes)];
            List<string> said = Check(asked, sent, CoreDaemon.Converse(sent), $"seed {seed}");
            foreach (int pieceMax in (int[])[1, 5, 3000])
            {
                if (pieceMax > 1 || sent.Length < 20_000)
                {
                    List<string> again = Check(asked, sent, CoreDaemon.Converse(SplitStream.Split(sent, random, pieceMax)), $"seed {seed}, pieces of {pieceMax}");
                    Assert.That(Replies(again), Is.EqualTo(Replies(said)), $"seed {seed}, pieces of {pieceMax}");
                }
            }

            byte[] heard = CoreDaemon.Converse(sent);
            foreach (int pieceMax in (int[])[1, 7, 5000])
            {
                Assert.That(await ReadAsync(SplitStream.Split(heard, random, pieceMax).Select(piece => (ReadOnlyMemory<byte>)piece)), Is.EqualTo(said), $"seed {seed}, read in pieces of {pieceMax}");
            }
        }
    }

    [Test]
    public async Task A_conversation_is_the_same_cut_at_every_position_in_both_directions()
    {
        string[] lines = ["subscribe g from start", "members g", "members none", "topology follows", "why follows a b", "groups", "flood none", "ping", "members"];
        int[] codes = [250, 212, 550, 213, 550, 211, 550, 250, 501];
        List<Asked> asked = [.. lines.Zip(codes, (line, code) => RandomRequests.Line((line, code), line.Length % 2 == 0 ? "\n" : "\r\n"))];
        foreach (byte[] body in (byte[][])[[], "\n"u8.ToArray(), ".\r\n.\n250 x\n"u8.ToArray(), "update g b/b1/1 5\nabcde\n"u8.ToArray(), [0, 255, 13, 13, 10, 46]])
        {
            asked.Add(new Asked([.. System.Text.Encoding.ASCII.GetBytes($"flood g {body.Length}\n"), .. body], new PlainRequest($"flood g {body.Length}", body), [250], ("g", body)));
        }

        byte[] lined = "..\n.a\n\n"u8.ToArray();
        asked.Add(new Asked([.. "\nflood g\r\n"u8, .. PlainGrammar.AsDotted(lined, withCr: true)], new PlainRequest("flood g", lined), [354, 250], ("g", lined)));
        byte[] sent = [.. asked.SelectMany(each => each.Bytes)];
        byte[] heard = CoreDaemon.Converse(sent);
        List<string> said = Check(asked, sent, heard, "whole");
        for (int cut = 1; cut < sent.Length; cut++)
        {
            List<string> again = Check(asked, sent, CoreDaemon.Converse(sent[..cut], sent[cut..]), $"requests cut at {cut}");
            Assert.That(Replies(again), Is.EqualTo(Replies(said)), $"requests cut at {cut}");
        }

        for (int cut = 1; cut < heard.Length; cut++)
        {
            Assert.That(await ReadAsync([heard.AsMemory(0, cut), heard.AsMemory(cut)]), Is.EqualTo(said), $"replies cut at {cut}");
        }
    }

    /// <summary>Everything that the library understands of a daemon's bytes, said as the grammar says it, up to their end.</summary>
    public static async Task<List<string>> ReadAsync(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var stream = new SplitStream(pieces);
        var replies = new ReplyStream(stream, CoreDaemon.UpdateSizeMax);
        var said = new List<string>();
        while (true)
        {
            Incoming incoming;
            try
            {
                incoming = await replies.NextAsync(CancellationToken.None);
            }
            catch (FlooddException e) when (e.IsUnreachable)
            {
                return said;
            }

            said.Add(incoming switch
            {
                { Reply: { } reply } => PlainGrammar.Reply(reply.Code, reply.Text, reply.Lines),
                { Update: { } update } => PlainGrammar.Update(update.Group, update.Id.ToString(), update.Bytes.Span),
                _ => $"gap {incoming.Gap!.Group} {incoming.Gap.First} {incoming.Gap.Last}",
            });
        }
    }

    /// <summary>Holds a conversation against the document: where each request and each answer ends, what it is, and which updates come out.</summary>
    private static List<string> Check(IReadOnlyList<Asked> asked, byte[] sent, byte[] heard, string which)
    {
        Assert.That(
            PlainGrammar.Requests(sent, CoreDaemon.Groups.Contains).Select(request => request.ToString()),
            Is.EqualTo(asked.Select(each => each.Request).OfType<PlainRequest>().Select(request => request.ToString())),
            which);
        List<string> said = PlainGrammar.Output(heard);
        Assert.That(Replies(said).Select(reply => reply[..3]), Is.EqualTo(asked.SelectMany(each => each.Codes).Select(code => $"{code}").Prepend("200")), which);
        foreach (string group in (string[])["g", "follows"])
        {
            Assert.That(
                said.Where(each => each.StartsWith($"update {group} ", StringComparison.Ordinal)).Select(each => each[(each.LastIndexOf(' ') + 1)..]),
                Is.EqualTo(asked.Where(each => each.Flooded?.Group == group).Select(each => Convert.ToHexString(each.Flooded!.Value.Bytes))),
                which);
        }

        return said;
    }

    // How far exports have come when a question is read depends on the cuts: the counters, the exports, and how far a member is behind.
    private static IEnumerable<string> Replies(List<string> said) =>
        said.Where(each => char.IsAsciiDigit(each[0])).Select(each => each[..4] is "215 " or "220 " ? each.Split('\n')[0] : Behind().Replace(each, ""));

    [GeneratedRegex(@" \(:behind \d+\)")]
    private static partial Regex Behind();
}
