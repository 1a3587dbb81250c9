// Subscriptions: resuming, repeats, gaps, positions, and streams cut at every byte. A fake daemon on real sockets, or none.
using System.Text;
using Floodd.Client;
using Floodd.Client.Connections;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class SubscriptionTests
{
    [Test]
    public async Task A_subscription_resumes_behind_the_last_update_it_yielded(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(async (session, _, _) =>
        {
            // The first session is the client's own.
            if (session.Number == 2)
            {
                await session.SayAsync("250 subscribed to g at a/1/2,c/1/9\nupdate g a/1/3 2\nhi\nupdate g b/ff/1 0\n\nupdate g a/1/4 100\ncut off");
                session.Finish();
                return;
            }

            // The second subscription repeats an update and has lost one.
            await session.SayAsync("250 subscribed to g at a/1/3,b/ff/1,c/1/9\nupdate g a/1/3 2\nhi\ngap g a/1/4 6\nupdate g a/1/7 3\n\n.\n\n");
        });
        await using FlooddClient client = await daemon.ConnectAsync();
        var gaps = new List<FloodGap>();
        var seen = new List<string>();
        await foreach (FloodUpdate update in client.SubscribeAsync("g", onGap: gaps.Add, cancellation: cancellation))
        {
            seen.Add($"{update.Group} {update.Id} {Encoding.ASCII.GetString(update.Bytes.Span)}");
            if (seen.Count == 3)
            {
                break;
            }
        }

        Assert.That(seen, Is.EqualTo(new[] { "g a/1/3 hi", "g b/ff/1 ", "g a/1/7 \n.\n" }));
        Assert.That(gaps, Is.EqualTo(new[] { new FloodGap("g", new FloodId("a", 1, 4), 6) }));
        Assert.That(
            daemon.Received.Select(r => r.Line), Is.EqualTo(new[] { "subscribe g from now", "subscribe g from a/1/3,b/ff/1,c/1/9" }));
    }

    [Test]
    public async Task A_refused_subscription_says_why(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync("550 no such group\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        FlooddException e = Assert.ThrowsAsync<FlooddException>(async () => await FirstAsync(client.SubscribeAsync("g", cancellation: cancellation)))!;
        Assert.That(e.Code, Is.EqualTo(550));
    }

    [Test]
    public async Task An_update_larger_than_allowed_is_refused_before_it_is_read(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync("250 subscribed to g at start\nupdate g a/1/3 9999999999\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        FlooddException e = Assert.ThrowsAsync<FlooddException>(async () => await FirstAsync(client.SubscribeAsync("g", cancellation: cancellation)))!;
        Assert.That(e.Code, Is.EqualTo(552));
    }

    [Test]
    public async Task A_subscription_can_be_canceled_while_nothing_comes()
    {
        using var giveUp = new CancellationTokenSource();
        await using var daemon = new FakeDaemon(async (session, _, _) =>
        {
            await session.SayAsync("250 subscribed to g at start\n");
            await giveUp.CancelAsync();
        });
        await using FlooddClient client = await daemon.ConnectAsync();
        Assert.That(
            async () => await FirstAsync(client.SubscribeAsync("g", cancellation: giveUp.Token)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_a_daemon_says_reads_the_same_cut_at_every_position()
    {
        byte[] said = Encoding.ASCII.GetBytes(
            "250 pong\r\nupdate g a/1/3 5\nab\n.\n\n211 1 groups follows\n..x\n(:a)\n.\ngap g a/1/4 6\nupdate h b/2/1 0\n\n450 later\n");
        string[] expected =
            ["250 pong", "update g a/1/3 ab\n.\n", "211 1 groups follows|.x|(:a)", "gap a/1/4 6", "update h b/2/1 ", "450 later"];
        for (int cut = 0; cut <= said.Length; cut++)
        {
            Assert.That(await TranscriptAsync(said[..cut], said[cut..]), Is.EqualTo(expected), $"cut at {cut}");
        }

        Assert.That(await TranscriptAsync([.. said.Select(b => new[] { b })]), Is.EqualTo(expected));
    }

    [TestCase("hello\n")]
    [TestCase("12 x\n")]
    [TestCase("2000 x\n")]
    [TestCase("update g a/1/3 -1\n")]
    [TestCase("update g a/1/0 1\n")]
    [TestCase("update g 5\n")]
    [TestCase("update g a/1/3 1\nab\n")]
    [TestCase("gap g a/1/3\n")]
    [TestCase("gap g a/1/3 2\n")]
    public void What_no_daemon_says_is_an_exception(string said) =>
        Assert.ThrowsAsync<FlooddException>(async () => await TranscriptAsync(Encoding.ASCII.GetBytes(said), "250 x\n"u8.ToArray()));

    [Test]
    public void A_position_grows_with_what_is_seen_and_prints_as_it_is_read()
    {
        FloodPosition position = FloodPosition.Parse("b/ff/7,a/1/3");
        Assert.That(position.ToString(), Is.EqualTo("a/1/3,b/ff/7"));
        Assert.That(position.After(new FloodId("a", 1, 2)), Is.SameAs(position));
        Assert.That(position.After(new FloodId("a", 1, 9)).After(new FloodId("a", 2, 1)).ToString(), Is.EqualTo("a/1/9,a/2/1,b/ff/7"));
        Assert.That(position.Includes(new FloodId("b", 0xff, 7)), Is.True);
        Assert.That(position.Includes(new FloodId("b", 0xff, 8)), Is.False);
        Assert.That(FloodPosition.Parse("start"), Is.EqualTo(FloodPosition.Start));
        Assert.That(FloodPosition.Now, Is.Not.EqualTo(FloodPosition.Start));
        Assert.That(FloodPosition.TryParse("a/1", out _), Is.False);
        Assert.That(FloodPosition.TryParse("", out _), Is.False);
    }

    [TestCase("h", "h:2000")]
    [TestCase("h:1", "h:1")]
    [TestCase("::1", "[::1]:2000")]
    [TestCase("[::1]:5", "[::1]:5")]
    [TestCase("[::1]", "[::1]:2000")]
    [TestCase("h:0", null)]
    [TestCase("h:65536", null)]
    [TestCase("h:x", null)]
    [TestCase(":5", null)]
    [TestCase("", null)]
    [TestCase("[::1", null)]
    [TestCase("::1]", null)]
    [TestCase("[[::1]]:5", null)]
    [TestCase("[::1]5", null)]
    public void An_endpoint_is_read(string text, string? expected)
    {
        if (expected is null)
        {
            Assert.Throws<FormatException>(() => FlooddEndpoint.Parse(text));
            return;
        }

        Assert.That(FlooddEndpoint.Parse(text).ToString(), Is.EqualTo(expected));
    }

    private static async Task<FloodUpdate> FirstAsync(IAsyncEnumerable<FloodUpdate> updates)
    {
        await foreach (FloodUpdate update in updates)
        {
            return update;
        }

        throw new InvalidOperationException("the subscription ended");
    }

    private static async Task<List<string>> TranscriptAsync(params byte[][] chunks)
    {
        using var stream = new ChunkStream(chunks);
        var replies = new ReplyStream(stream, 1000);
        var seen = new List<string>();
        while (true)
        {
            Incoming incoming;
            try
            {
                incoming = await replies.NextAsync(CancellationToken.None);
            }
            catch (FlooddException e) when (e.Code == 0)
            {
                return seen;
            }

            seen.Add(incoming switch
            {
                { Reply: { } reply } => string.Join('|', reply.Lines.Prepend($"{reply.Code} {reply.Text}")),
                { Update: { } update } => $"update {update.Group} {update.Id} {Encoding.ASCII.GetString(update.Bytes.Span)}",
                _ => $"gap {incoming.Gap!.First} {incoming.Gap.Last}",
            });
        }
    }

    /// <summary>A connection on which bytes arrive in given chunks.</summary>
    private sealed class ChunkStream(byte[][] chunks) : MemoryStream
    {
        private readonly Queue<byte[]> left = new(chunks.Where(c => c.Length > 0));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!left.TryDequeue(out byte[]? chunk))
            {
                return ValueTask.FromResult(0);
            }

            chunk.CopyTo(buffer);
            return ValueTask.FromResult(chunk.Length);
        }
    }
}
