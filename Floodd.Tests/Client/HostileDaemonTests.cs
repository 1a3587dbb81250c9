// Whatever bytes a daemon sends: the library ends with a value or a FlooddException, soon, and holds no more than it says.
using System.Text;
using Floodd.Client;
using Floodd.Client.Connections;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[Parallelizable]
internal sealed class HostileDaemonTests
{
    private const int SeedCount = 3000;
    private const int ListingRounds = 150;

    // What a reader may hold besides the largest update: buffers, a line, a listing.
    private const long HeldMax = 96 << 20;

    private static readonly byte[] Good = CoreDaemon.Converse(
        Encoding.ASCII.GetBytes(
            "subscribe g from start\nflood g 5\n1\n.\n2members g\ntopology follows\ngroups\nstats\nwhere b/b1/1\nwait b/b1/1 1\nestimates g\nnearest g\nhelp\nwhy g a b\nflood g 0\nflood g 30 key k\n012345678901234567890123456789"),
        Encoding.ASCII.GetBytes("members none\nconfiguration g\ntopology g dot\nreplan g\nflood g\n.."),
        "\n.\nflood g 3\nabcquit\n"u8.ToArray());

    [Test]
    public async Task Bytes_like_good_ones_end_with_a_value_or_a_FlooddException()
    {
        foreach (ulong seed in Seeds.Many(SeedCount))
        {
            var random = new Random((int)seed);
            await ReadToEndAsync(SplitStream.Split(Changed(Good, random), random, 1 + random.Next(3000)), $"seed {seed}");
        }
    }

    [Test]
    public async Task Random_bytes_end_with_a_value_or_a_FlooddException()
    {
        string[] words = ["update ", "gap ", "250 ", "211 x follows", " follows", "\n", "\r\n", ".", "g ", "b/b1/1", "/", "9999999999", "-1", "0", "\n\n", " ", "99999999999999999999", "\0", "\u00e4"];
        foreach (ulong seed in Seeds.Many(SeedCount))
        {
            var random = new Random((int)seed);
            byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => words[random.Next(words.Length)])));
            if (seed % 4 == 0)
            {
                random.NextBytes(bytes);
            }

            await ReadToEndAsync(SplitStream.Split(bytes, random, 50), $"seed {seed}: {Encoding.Latin1.GetString(bytes)}");
        }
    }

    [TestCase("a line without an end", "250 ", "x")]
    [TestCase("a listing without an end", "212 members follows\n", "(:member (:site-name aaaaaaaaaaaaaaaaaaaaaaaaaaaaa))\n")]
    [TestCase("a listing of empty lines", "212 members follows\n", "\n")]
    public async Task What_has_no_end_is_given_up_before_it_fills_the_memory(string what, string begin, string repeated)
    {
        const long Endless = 2 * HeldMax;
        byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(repeated, (64 << 10) / repeated.Length)));
        using var stream = new SplitStream(Enumerable.Repeat((ReadOnlyMemory<byte>)block, (int)(Endless / block.Length)).Prepend(Encoding.ASCII.GetBytes(begin)));
        var replies = new ReplyStream(stream, 1 << 20);
        FlooddException e = Assert.ThrowsAsync<FlooddException>(async () => await replies.NextAsync(CancellationToken.None))!;
        Assert.That(e.IsUnreachable, Is.False, what);
        Assert.That(stream.ReadBytes, Is.LessThan(HeldMax), what);
        await stream.DisposeAsync();
    }

    [TestCase("update g b/b1/1 9999999999\n", 552)]
    [TestCase("update g b/b1/1 1048577\n", 552)]
    [TestCase("update g b/b1/1 1048576\n", 0)]
    [TestCase("update g b/b1/1 -1\n", 554)]
    [TestCase("update g b/b1/1 +1\n", 554)]
    [TestCase("update g b/b1/0 1\n", 554)]
    [TestCase("update g 1\n", 554)]
    [TestCase("update \n", 554)]
    [TestCase("gap g b/b1/5 4\n", 554)]
    [TestCase("gap \n", 554)]
    [TestCase("250\n250x\n", 554)]
    [TestCase("\n", 554)]
    public void A_size_is_not_believed_and_nonsense_is_not_understood(string said, int code)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(said + "xxxx");
        long before = GC.GetAllocatedBytesForCurrentThread();
        var replies = new ReplyStream(new SplitStream([bytes]), 1 << 20);
        FlooddException e = Assert.Throws<FlooddException>(() =>
        {
            while (replies.NextAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult().Reply?.Code == 250)
            {
            }
        })!;
        Assert.That(e.Code, Is.EqualTo(code));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
    }

    [Test]
    public async Task Whatever_a_listing_holds_every_question_ends_with_a_value_or_a_FlooddException()
    {
        var random = new Random((int)Seeds.One(1));
        string[] lines = [.. PlainGrammar.Output(Good).SelectMany(said => said.Split('\n')[1..])];
        await using var daemon = new FakeDaemon((session, line, _) => session.SayAsync(Listing(lines, random)));
        await using FlooddClient client = await daemon.ConnectAsync();
        for (int round = 0; round < ListingRounds; round++)
        {
            Task[] asked =
            [
                client.GetGroupsAsync(), client.GetMembersAsync("g"), client.GetTopologyAsync("g"), client.GetTopologyGraphAsync("g"), client.GetEstimatesAsync("g"),
                client.ExplainAsync("g", "a", "b"), client.GetStatisticsAsync(), client.WhereAsync(FloodId.Parse("b/b1/1")), client.GetCandidatesAsync("g"), client.PingAsync(),
                client.ReplanAsync("g"), client.GetConfigurationAsync("g"), client.GetHelpAsync(), client.FloodAsync("g", new byte[3]),
            ];
            foreach (Task each in asked)
            {
                try
                {
                    await each.WaitAsync(TimeSpan.FromSeconds(60));
                }
                catch (FlooddException)
                {
                    // As promised.
                    continue;
                }
            }
        }
    }

    private static string Listing(string[] lines, Random random)
    {
        var text = new StringBuilder("212 anything follows\n");
        lock (random)
        {
            for (int i = random.Next(6); i > 0; i--)
            {
                byte[] changed = Changed(Encoding.UTF8.GetBytes(lines[random.Next(lines.Length)]), random);
                string line = Encoding.Latin1.GetString(changed).Replace('\n', ' ');
                text.Append(line.StartsWith('.') ? "." : "").Append(line).Append('\n');
            }
        }

        return text.Append(".\n").ToString();
    }

    private static byte[] Changed(byte[] good, Random random)
    {
        var bytes = new List<byte>(good);
        for (int i = random.Next(5); i > 0 && bytes.Count > 1; i--)
        {
            int at = random.Next(bytes.Count);
            int length = random.Next(Math.Min(40, bytes.Count - at));
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length), length));
                    break;
                default:
                    bytes[at] = "\n\r. /0(\"\\"u8[random.Next(9)];
                    break;
            }
        }

        return [.. bytes];
    }

    private static async Task ReadToEndAsync(IEnumerable<byte[]> pieces, string which)
    {
        using var stream = new SplitStream(pieces.Select(piece => (ReadOnlyMemory<byte>)piece));
        var replies = new ReplyStream(stream, 1 << 20);
        try
        {
            while (true)
            {
                await replies.NextAsync(CancellationToken.None);
            }
        }
        catch (FlooddException)
        {
            // The one way that it may end.
            return;
        }
        catch (Exception e)
        {
            throw new AssertionException($"{which}: {e}");
        }
    }
}
