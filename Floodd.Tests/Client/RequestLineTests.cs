// Command lines taken apart: forms, aliases, faults, and what a browser would send. Asks nothing of a daemon.
using System.Text;
using Floodd.Client.Protocol;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed class RequestLineTests
{
    [TestCase("flood g 128", "Flood g 128")]
    [TestCase("BINARY g 0", "Flood g 0")]
    [TestCase("data g", "Flood g")]
    [TestCase("flood", "Flood")]
    [TestCase("flood 5", "Flood 5")]
    [TestCase("flood 5 6", "Flood 5 6")]
    [TestCase("flood 0x10", "Flood 0x10")]
    [TestCase("  Flood\t g   9999999999 ", "Flood g 9999999999")]
    [TestCase("flood g 99999999999", "Flood!")]
    [TestCase("flood 99999999999", "Flood!")]
    [TestCase("flood g -1", "Flood!")]
    [TestCase("flood -1", "Flood!")]
    [TestCase("flood g +5", "Flood!")]
    [TestCase("flood +5", "Flood!")]
    [TestCase("flood g 0x10", "Flood!")]
    [TestCase("flood g 1e9", "Flood!")]
    [TestCase("flood g 1 2", "Flood!")]
    [TestCase("flood g 1 2 3 4 5", "Flood!")]
    [TestCase("flood g 5 key K", "Flood g 5 key=K")]
    [TestCase("flood 5 key K", "Flood 5 key=K")]
    [TestCase("BINARY g 0 KEY 0_a.b-c", "Flood g 0 key=0_a.b-c")]
    [TestCase("flood key 42", "Flood key 42")]
    [TestCase("flood key", "Flood key")]
    [TestCase("flood key 42 key key", "Flood key 42 key=key")]
    [TestCase("flood 7 8 key 9", "Flood 7 8 key=9")]
    [TestCase("flood g key K", "Flood!")]
    [TestCase("flood key K", "Flood!")]
    [TestCase("flood g 5 key", "Flood!")]
    [TestCase("flood 5 key", "Flood!")]
    [TestCase("flood 5 keys K", "Flood!")]
    [TestCase("flood g 5 keys K", "Flood!")]
    [TestCase("flood g 5x key K", "Flood!")]
    [TestCase("flood g 5 key -K", "Flood! 5")]
    [TestCase("flood g 5 key Ké", "Flood! 5")]
    [TestCase("flood 5 key K/L", "Flood! 5")]
    [TestCase("flood g 5 key K L", "Flood!")]
    [TestCase("flood g 5 key K key K", "Flood!")]
    [TestCase("topology", "Topology")]
    [TestCase("topology g", "Topology g")]
    [TestCase("topology dot", "Topology dot=1")]
    [TestCase("topology g DOT", "Topology g dot=1")]
    [TestCase("topology g x", "Topology!")]
    [TestCase("topology g dot x", "Topology!")]
    [TestCase("group g", "Members g")]
    [TestCase("members", "Members")]
    [TestCase("members a b", "Members!")]
    [TestCase("statistics", "Stats")]
    [TestCase("stats g", "Stats!")]
    [TestCase("terminate", "Shutdown")]
    [TestCase("subscribe", "Subscribe")]
    [TestCase("subscribe g", "Subscribe g")]
    [TestCase("subscribe from start", "Subscribe arg=start")]
    [TestCase("subscribe g from a/1/2,b/ff/3", "Subscribe g arg=a/1/2,b/ff/3")]
    [TestCase("subscribe g at start", "Subscribe!")]
    [TestCase("subscribe g from", "Subscribe!")]
    [TestCase("where a/1/2", "Where arg=a/1/2")]
    [TestCase("where", "Where!")]
    [TestCase("wait a/1/2", "Wait arg=a/1/2")]
    [TestCase("wait a/1/2 all 2.5", "Wait arg=a/1/2 seconds=2.5")]
    [TestCase("wait a/1/2 3 10", "Wait arg=a/1/2 count=3 seconds=10")]
    [TestCase("wait a/1/2 -1", "Wait!")]
    [TestCase("wait a/1/2 2147483648", "Wait!")]
    [TestCase("wait a/1/2 1 1e9", "Wait!")]
    [TestCase("wait a/1/2 1 1.2.3", "Wait!")]
    [TestCase("wait a/1/2 1 NaN", "Wait!")]
    [TestCase("wait", "Wait!")]
    [TestCase("help", "Help")]
    [TestCase("help flood", "Help arg=flood")]
    [TestCase("nearest g", "Nearest g")]
    [TestCase("replan", "Replan")]
    [TestCase("configuration g", "Configuration g")]
    [TestCase("quit", "Quit")]
    [TestCase("ping x", "Ping!")]
    [TestCase("flod g", "Unknown?")]
    [TestCase("", "empty")]
    [TestCase(" \t", "empty")]
    public void A_line_is_taken_apart(string line, string expected) => Assert.That(Describe(line), Is.EqualTo(expected));

    [TestCase("GET / HTTP/1.1", true)]
    [TestCase("POST / HTTP/1.1", true)]
    [TestCase("POST", true)]
    [TestCase("FOO / HTTP/1.1", true)]
    [TestCase("Host: localhost:2000", true)]
    [TestCase("host:localhost", true)]
    [TestCase("get", false)]
    [TestCase("flood HTTP/1.1", false)]
    [TestCase("hos", false)]
    public void An_HTTP_request_is_recognized(string line, bool http) =>
        Assert.That(RequestLine.Parse(Encoding.ASCII.GetBytes(line)).LooksLikeHttp, Is.EqualTo(http));

    [TestCase("flod", "flood")]
    [TestCase("MEMBER", "members")]
    [TestCase("toplogy", "topology")]
    [TestCase("statistic", "statistics")]
    [TestCase("exit", "wait")]
    [TestCase("zzzzzzzz", null)]
    [TestCase("averyveryveryverylongwordindeed", null)]
    public void A_typo_finds_the_name_most_like_it(string word, string? name) =>
        Assert.That(CommandTable.Nearest(Encoding.ASCII.GetBytes(word)), Is.EqualTo(name));

    [Test]
    public void Every_verb_has_its_line_in_the_table_and_its_names_lead_back_to_it()
    {
        Assert.That(CommandTable.Commands.Select(c => c.Verb), Is.EquivalentTo(Enum.GetValues<Verb>().Except([Verb.Unknown])));
        foreach (Command command in CommandTable.Commands)
        {
            foreach (string name in command.OtherNames.Append(command.Name))
            {
                Assert.That(CommandTable.Find(Encoding.ASCII.GetBytes(name)), Is.EqualTo(command.Verb), name);
                Assert.That(CommandTable.Find(Encoding.ASCII.GetBytes(name.ToUpperInvariant())), Is.EqualTo(command.Verb), name);
            }
        }
    }

    [Test]
    public void Error_texts_escape_what_was_sent()
    {
        Assert.That(CommandTable.UnknownText("\x1b[2J"u8), Is.EqualTo("unknown command \\x1b[2J; try help"));
        Assert.That(CommandTable.UnknownText("flod"u8), Is.EqualTo("unknown command flod; did you mean flood?"));
        Assert.That(CommandTable.ArgumentsText(Verb.Wait), Does.EndWith("wait ID [all|N] [SECONDS]"));
    }

    [Test]
    public void The_hot_line_allocates_nothing()
    {
        byte[] line = "flood g 128"u8.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long sum = 0;
        for (int i = 0; i < 1000; i++)
        {
            sum += RequestLine.Parse(line).Size;
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(sum, Is.EqualTo(128_000));
    }

    [Test]
    public void A_key_has_64_characters_at_most()
    {
        Assert.That(Describe("flood 5 key " + new string('k', 64)), Is.EqualTo("Flood 5 key=" + new string('k', 64)));
        Assert.That(Describe("flood 5 key " + new string('k', 65)), Is.EqualTo("Flood! 5"));
    }

    private static string Describe(string text)
    {
        RequestLine line = RequestLine.Parse(Encoding.ASCII.GetBytes(text));
        if (line.IsEmpty)
        {
            return "empty";
        }

        if (line.Fault != RequestFault.None)
        {
            // Only of a wrong KEY is the size known, so that the bytes can be skipped.
            string size = line.Verb == Verb.Flood && line.Size >= 0 ? FormattableString.Invariant($" {line.Size}") : "";
            return line.Verb + (line.Fault == RequestFault.Unknown ? "?" : "!") + size;
        }

        var words = new StringBuilder(line.Verb.ToString());
        words.Append(line.Group.IsEmpty ? "" : " " + Encoding.ASCII.GetString(line.Group));
        words.Append(line.Size < 0 ? "" : FormattableString.Invariant($" {line.Size}"));
        words.Append(line.Key.IsEmpty ? "" : " key=" + Encoding.ASCII.GetString(line.Key));
        words.Append(line.Argument.IsEmpty ? "" : " arg=" + Encoding.ASCII.GetString(line.Argument));
        words.Append(line.Dot ? " dot=1" : "");
        words.Append(line.Count < 0 ? "" : FormattableString.Invariant($" count={line.Count}"));
        words.Append(double.IsNaN(line.Seconds) ? "" : FormattableString.Invariant($" seconds={line.Seconds}"));
        return words.ToString();
    }
}
