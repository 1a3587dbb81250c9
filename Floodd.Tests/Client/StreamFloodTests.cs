// Floods from streams: short, long, slow, seekable, refused half-way, interrupted. Real sockets.
using System.IO.Pipelines;
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class StreamFloodTests
{
    private const int Large = 1_000_003;

    [TestCase(0)]
    [TestCase(5)]
    [TestCase(Large)]
    public async Task Whatever_is_left_of_a_stream_is_flooded(int size, CancellationToken cancellation)
    {
        byte[] update = Filled(size);
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await daemon.ConnectAsync();
        using var open = new MemoryStream([.. "head"u8, .. update]) { Position = 4 };
        using var exposed = new MemoryStream();
        exposed.Write(update);
        exposed.Position = 0;
        (Stream Stream, long? Said)[] all = [(open, null), (exposed, null), (new Trickle(update, 10_007), size), (new Trickle(update, 1 << 20), null)];
        foreach ((Stream stream, long? said) in all)
        {
            Assert.That((await client.FloodAsync("g", stream, new FloodOptions { Size = said }, cancellation)).Size, Is.EqualTo(size));
            Assert.That(stream.ReadByte(), Is.EqualTo(-1), "it was read to its end");
        }

        Assert.That(daemon.Received.Count(r => r.Body.AsSpan().SequenceEqual(update)), Is.EqualTo(4));
        Assert.That(daemon.Received.Select(r => FakeDaemon.KeyOf(r.Line)), Is.Unique);
    }

    [TestCase(10, 9)]
    [TestCase(10, 0)]
    [TestCase(Large, Large - 1)]
    [TestCase(Large, 300_000)]
    [TestCase(Large, 0)]
    public async Task Of_a_stream_that_ends_early_nothing_is_flooded(int said, int size, CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await daemon.ConnectAsync();
        EndOfStreamException e = Assert.ThrowsAsync<EndOfStreamException>(
            () => client.FloodAsync("g", new Trickle(Filled(size), 10_007), new FloodOptions { Size = said }, cancellation))!;
        Assert.That(e.Message, Does.Contain($"ended after {size} of {said} bytes"));
        await client.PingAsync(cancellation);
        Assert.That(daemon.Received.Select(r => r.Line), Is.EqualTo(new[] { "ping" }));
    }

    [TestCase(10)]
    [TestCase(Large)]
    [TestCase(64 << 14)]
    public async Task Of_a_stream_that_is_longer_than_said_nothing_is_flooded(int said, CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await daemon.ConnectAsync();
        foreach (int piece in new[] { 10_007, 64 << 10, said })
        {
            Assert.That(
                () => client.FloodAsync("g", new Trickle(Filled(said + 1), piece), new FloodOptions { Size = said }, cancellation),
                Throws.InstanceOf<IOException>().With.Message.Contains($"more than {said} bytes"));
        }

        await client.PingAsync(cancellation);
        Assert.That(daemon.Received.Select(r => r.Line), Is.EqualTo(new[] { "ping" }));
    }

    [Test]
    public async Task A_stream_of_unknown_length_is_limited(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { UpdateSizeMax = 1000 }, cancellation);
        Assert.That((await client.FloodAsync("g", new Trickle(Filled(1000), 7), cancellation)).Size, Is.EqualTo(1000));
        Assert.That(
            () => client.FloodAsync("g", new Trickle(Filled(1001), 7), cancellation), Throws.TypeOf<FlooddException>().With.Property("Code").EqualTo(FlooddReplyCode.TooLarge));
    }

    [Test]
    public async Task A_stream_that_stands_still_holds_nobody_up([Values(1000, Large)] int size, CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await daemon.ConnectAsync();
        byte[] update = Filled(size);
        var pipe = new Pipe();
        Task<FloodReceipt> slow = client.FloodAsync("g", pipe.Reader.AsStream(), new FloodOptions { Size = size }, cancellation);
        await pipe.Writer.WriteAsync(update.AsMemory(0, 500), cancellation);
        for (int i = 0; i < 10; i++)
        {
            await client.PingAsync(cancellation);
            await client.FloodAsync("g", update.AsMemory(0, i), cancellation);
        }

        Assert.That(slow.IsCompleted, Is.False);
        await pipe.Writer.WriteAsync(update.AsMemory(500), cancellation);
        await pipe.Writer.CompleteAsync();
        Assert.That((await slow).Size, Is.EqualTo(size));
        Assert.That(daemon.Received.Last().Body.AsSpan().SequenceEqual(update));
    }

    [Test]
    public async Task A_stream_that_can_seek_is_sent_again_under_its_key(CancellationToken cancellation)
    {
        byte[] update = Filled(Large);
        int lost = 0;
        await using var first = new FakeDaemon((session, line, body) =>
        {
            lost++;
            session.Drop();
            return Task.CompletedTask;
        });
        await using var second = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            first.Options with { Endpoints = [first.Endpoint, second.Endpoint] }, cancellation);
        using var stream = new MemoryStream([0, .. update]) { Position = 1 };
        Task<FloodReceipt> flood = client.FloodAsync("g", stream, cancellation);
        await first.Arrivals.Reader.ReadAsync(cancellation);
        await first.DisposeAsync();
        Assert.That((await flood).Size, Is.EqualTo(Large));
        Assert.That(second.Received.Single().Body.AsSpan().SequenceEqual(update));
        Assert.That(second.Received.Single().Line, Is.EqualTo(first.Received.First().Line));
        FlooddException e = Assert.ThrowsAsync<FlooddException>(async () =>
        {
            await using var dropping = new FakeDaemon((session, _, _) =>
            {
                session.Drop();
                return Task.CompletedTask;
            });
            await using FlooddClient other = await dropping.ConnectAsync();
            await other.FloodAsync("g", new Trickle(update, 5000), new FloodOptions { Size = Large, Key = "mine" }, cancellation);
        })!;
        Assert.That((e.MayHaveBeenDone, e.FloodKey), Is.EqualTo((true, "mine")), "one that cannot seek fails, and says so");
    }

    [Test]
    public async Task A_refusal_ends_it_half_way(CancellationToken cancellation)
    {
        // The fake reads the line and nothing more.
        await using var daemon = new FakeDaemon(FakeDaemon.Good) { BeforeGreeting = session => session.Number == 1 ? Task.CompletedTask : session.SayAsync("200 floodd 0 site fake ready\n552 too large\n") };
        await using FlooddClient client = await daemon.ConnectAsync();
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Filled(100), cancellation);
        FlooddException e = Assert.ThrowsAsync<FlooddException>(
            () => client.FloodAsync("g", pipe.Reader.AsStream(), new FloodOptions { Size = 9_999_999_999 }, cancellation))!;
        Assert.That((e.Code, e.MayHaveBeenDone), Is.EqualTo((FlooddReplyCode.TooLarge, false)));
        await client.PingAsync(cancellation);
    }

    [Test]
    public async Task A_refusal_at_its_end_is_sure(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync("452 full\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        using var stream = new MemoryStream(Filled(Large));
        FlooddException e = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", stream, cancellation))!;
        Assert.That((e.Code, e.MayHaveBeenDone, e.FloodKey), Is.EqualTo((FlooddReplyCode.StoreFull, false, FakeDaemon.KeyOf(daemon.Received.Single().Line))));
    }

    [Test]
    public async Task It_can_be_given_up_and_the_client_closed_at_any_time(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        FlooddClient client = await daemon.ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        Task<FloodReceipt> given = client.FloodAsync("g", new Pipe().Reader.AsStream(), new FloodOptions { Size = Large }, giveUp.Token);
        Task<FloodReceipt> closed = client.FloodAsync("g", new Pipe().Reader.AsStream(), new FloodOptions { Size = Large }, cancellation);
        await giveUp.CancelAsync();
        Assert.That(async () => await given, Throws.InstanceOf<OperationCanceledException>());
        await client.DisposeAsync();
        Assert.That(async () => await closed, Throws.TypeOf<FlooddException>());
        Assert.That(daemon.Received, Is.Empty);
    }

    private static byte[] Filled(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A stream that cannot seek and gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
