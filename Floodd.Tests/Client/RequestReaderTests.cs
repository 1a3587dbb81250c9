// The reader of client sessions: the same pieces however the bytes were cut. Owns the naive model that it is compared with.
using System.Text;
using Floodd.Client.Protocol;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed class RequestReaderTests
{
    private const string Session = "help\r\nflood g\r\n..one\r\ntwo\n.\r\nflood g 5\nab\n.\nping\n\r\nflood\n.\nflood 0\nquit\n";

    private static readonly string[] Expected =
        ["> help", "> flood g", "< .one\ntwo\n", "> flood g 5", "< ab\n.\n", "> ping", "> ", "> flood", "< ", "> flood 0", "< ", "> quit"];

    [Test]
    public void A_session_reads_the_same_whole_and_byte_by_byte()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Session);
        Assert.That(Transcript([bytes]), Is.EqualTo(Expected));
        Assert.That(Transcript(bytes.Select(b => new[] { b })), Is.EqualTo(Expected));
    }

    [Test]
    public void A_session_reads_the_same_cut_at_every_position()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Session);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.That(Transcript([bytes[..cut], bytes[cut..]]), Is.EqualTo(Expected), $"cut at {cut}");
        }
    }

    [Test]
    public void Dotted_data_reads_as_the_naive_model_says()
    {
        var random = new Random(42);
        byte[] alphabet = "...\r\r\n\n\nab"u8.ToArray();
        for (int round = 0; round < 4000; round++)
        {
            byte[] text = new byte[random.Next(0, 40)];
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = alphabet[random.Next(alphabet.Length)];
            }

            byte[] sent = [.. text, .. "\n.\nping\n"u8];
            (byte[] body, int used) = NaiveDotted(sent);
            Assert.That(ReadDotted(sent, random, out int consumed), Is.EqualTo(body), Convert.ToHexString(sent));
            Assert.That(consumed, Is.EqualTo(used), Convert.ToHexString(sent));
        }
    }

    [Test]
    public void Long_dotted_data_reads_as_the_naive_model_says_across_search_windows()
    {
        var random = new Random(7);
        for (int round = 0; round < 60; round++)
        {
            // Stops placed around multiples of the window, where a search could miss them.
            byte[] sent = new byte[20_000];
            Array.Fill(sent, (byte)'x');
            for (int i = 0; i < 12; i++)
            {
                string stop = random.Next(5) switch { 0 => "\n.", 1 => "\r\n", 2 => "\r\n.", 3 => "\r", _ => "\n.\r\r\n" };
                int at = (4096 * random.Next(1, 5)) - random.Next(0, 6) + random.Next(0, 4);
                Encoding.ASCII.GetBytes(stop).CopyTo(sent, at);
            }

            sent = [.. sent, .. "\n.\n"u8];
            (byte[] body, int used) = NaiveDotted(sent);
            Assert.That(ReadDotted(sent, random, out int consumed), Is.EqualTo(body), $"round {round}");
            Assert.That(consumed, Is.EqualTo(used), $"round {round}");
        }
    }

    [Test]
    public void Lines_that_need_no_change_come_in_one_piece()
    {
        byte[] sent = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a line of text\n", 4000)) + ".\n");
        var reader = new RequestReader(4096);
        reader.ExpectDotted();
        Assert.That(reader.Read(sent, out int consumed, out ReadOnlySpan<byte> data), Is.EqualTo(RequestToken.Body));
        Assert.That(data.Length, Is.EqualTo(sent.Length - 2));
        Assert.That(reader.Read(sent.AsSpan(consumed), out consumed, out _), Is.EqualTo(RequestToken.End));
        Assert.That(consumed, Is.EqualTo(2));
    }

    [TestCase(10, RequestToken.Command)]
    [TestCase(11, RequestToken.TooLong)]
    public void A_line_may_be_as_long_as_allowed_and_no_longer(int length, RequestToken expected)
    {
        byte[] line = [.. Enumerable.Repeat((byte)'a', length), (byte)'\n'];
        Assert.That(new RequestReader(10).Read(line, out int consumed, out _), Is.EqualTo(expected));
        Assert.That(consumed, Is.EqualTo(expected == RequestToken.Command ? length + 1 : 0));
    }

    [Test]
    public void A_line_without_an_end_is_given_up_at_the_limit()
    {
        var reader = new RequestReader(10);
        byte[] line = new byte[11];
        Assert.That(reader.Read(line.AsSpan(0, 10), out _, out _), Is.EqualTo(RequestToken.NeedMore));
        Assert.That(reader.Read(line, out _, out _), Is.EqualTo(RequestToken.TooLong));
    }

    [TestCase("subscribe", 160, RequestToken.Command)]
    [TestCase("SUBscribe", 160, RequestToken.Command)]
    [TestCase("subscribe", 161, RequestToken.TooLong)]
    public void A_subscribe_line_may_be_sixteen_times_longer(string start, int length, RequestToken expected)
    {
        byte[] line = Encoding.ASCII.GetBytes(start.PadRight(length, 'x') + "\n");
        Assert.That(new RequestReader(10).Read(line, out _, out _), Is.EqualTo(expected));
    }

    [Test]
    public void Random_bytes_never_throw_and_always_advance_or_wait()
    {
        var random = new Random(99);
        byte[] input = new byte[600];
        for (int round = 0; round < 3000; round++)
        {
            random.NextBytes(input);
            var reader = new RequestReader(64);
            ReadOnlySpan<byte> rest = input;
            while (true)
            {
                bool wasBody = reader.InBody;
                RequestToken token = reader.Read(rest, out int consumed, out ReadOnlySpan<byte> data);
                rest = rest[consumed..];
                if (token is RequestToken.NeedMore or RequestToken.TooLong)
                {
                    Assert.That(consumed, Is.Zero);
                    break;
                }

                Assert.That(consumed > 0 || token == RequestToken.End, Is.True);
                if (token == RequestToken.Command)
                {
                    Assert.That(wasBody, Is.False);
                    Assert.That(data.Contains((byte)'\n'), Is.False);
                    Expect(reader, random.Next(3) switch { 0 => -1, 1 => random.Next(50), _ => null });
                }
            }
        }
    }

    [Test]
    public void Reading_allocates_nothing()
    {
        byte[] sent = Encoding.ASCII.GetBytes("flood g\n..a\r\nb\n.\nflood g 4\nabcd");
        var reader = new RequestReader(4096);
        Drain(reader, sent);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Drain(reader, sent);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Drain(RequestReader reader, ReadOnlySpan<byte> rest)
    {
        RequestToken token;
        while ((token = reader.Read(rest, out int consumed, out ReadOnlySpan<byte> data)) != RequestToken.NeedMore)
        {
            rest = rest[consumed..];
            if (token == RequestToken.Command)
            {
                RequestLine line = RequestLine.Parse(data);
                Expect(reader, line.Size);
            }
        }
    }

    private static void Expect(RequestReader reader, long? size)
    {
        if (size == -1)
        {
            reader.ExpectDotted();
        }
        else if (size is { } bytes)
        {
            reader.ExpectSized(bytes);
        }
    }

    /// <summary>What a daemon would see of input that arrives in chunks: "> line" and "&lt; update".</summary>
    private static List<string> Transcript(IEnumerable<byte[]> chunks)
    {
        var seen = new List<string>();
        var reader = new RequestReader(4096);
        var body = new StringBuilder();
        byte[] unread = [];
        foreach (byte[] chunk in chunks)
        {
            unread = [.. unread, .. chunk];
            RequestToken token;
            while ((token = reader.Read(unread, out int consumed, out ReadOnlySpan<byte> data)) != RequestToken.NeedMore)
            {
                string text = Encoding.ASCII.GetString(data);
                switch (token)
                {
                    case RequestToken.Command:
                        seen.Add("> " + text);
                        RequestLine line = RequestLine.Parse(data);
                        Expect(reader, line.Verb == Verb.Flood ? line.Size : null);
                        break;
                    case RequestToken.Body:
                        Assert.That(text, Is.Not.Empty);
                        body.Append(text);
                        break;
                    default:
                        Assert.That(token, Is.EqualTo(RequestToken.End));
                        seen.Add("< " + body);
                        body.Clear();
                        break;
                }

                unread = unread[consumed..];
            }
        }

        Assert.That(unread, Is.Empty);
        return seen;
    }

    private static byte[] ReadDotted(byte[] sent, Random random, out int consumedInAll)
    {
        var reader = new RequestReader(4096);
        reader.ExpectDotted();
        var body = new List<byte>();
        consumedInAll = 0;
        int there = 0;
        while (reader.InBody)
        {
            ReadOnlySpan<byte> input = sent.AsSpan(consumedInAll, there - consumedInAll);
            RequestToken token = reader.Read(input, out int consumed, out ReadOnlySpan<byte> data);
            body.AddRange(data);
            consumedInAll += consumed;
            if (token == RequestToken.NeedMore)
            {
                Assert.That(there, Is.LessThan(sent.Length));
                there = Math.Min(sent.Length, there + 1 + random.Next(sent.Length < 100 ? 4 : 5000));
            }
        }

        return [.. body];
    }

    /// <summary>The grammar, said plainly: split at LF, drop one CR, a dot alone ends, a dot in front goes.</summary>
    private static (byte[] Body, int Used) NaiveDotted(byte[] sent)
    {
        var body = new List<byte>();
        int at = 0;
        while (true)
        {
            int end = Array.IndexOf(sent, (byte)'\n', at);
            byte[] line = sent[at..end];
            at = end + 1;
            line = line is [.., (byte)'\r'] ? line[..^1] : line;
            if (line is [(byte)'.'])
            {
                return ([.. body], at);
            }

            body.AddRange(line is [(byte)'.', ..] ? line[1..] : line);
            body.Add((byte)'\n');
        }
    }
}
