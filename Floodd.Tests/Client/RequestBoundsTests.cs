// How much is on its way at once: bounded by count and by bytes, in order, for any number of callers. Real sockets.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class RequestBoundsTests
{
    [Test]
    public async Task No_more_are_without_a_reply_than_allowed(CancellationToken cancellation)
    {
        (int most, int[] sizes) = await FloodAsync(options => options with { RequestsMax = 3 }, Enumerable.Repeat(10, 40), cancellation);
        Assert.That(most, Is.EqualTo(3));
        Assert.That(sizes, Has.Length.EqualTo(40));
    }

    [Test]
    public async Task No_more_bytes_are_without_a_receipt_than_allowed_but_for_one_that_is_larger_alone(CancellationToken cancellation)
    {
        int[] wanted = [400, 600, 1, 5000, 1, 999, 1, 1];
        (int most, int[] sizes) = await FloodAsync(options => options with { RequestBytesMax = 1000 }, wanted, cancellation);
        Assert.That(most, Is.EqualTo(2), "400 + 600 is full, and so is 1 + 999; 5000 goes alone");
        Assert.That(sizes, Is.EqualTo(wanted), "in order");
    }

    /// <summary>Answers only when nothing more comes without an answer; counts what was open then.</summary>
    private static async Task<(int Most, int[] Sizes)> FloodAsync(
        Func<FlooddClientOptions, FlooddClientOptions> with, IEnumerable<int> sizes, CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((_, _, _) => Task.CompletedTask);
        FakeSession? session = null;
        daemon.BeforeGreeting = greeted =>
        {
            session = greeted;
            return Task.CompletedTask;
        };
        await using FlooddClient client = await FlooddClient.ConnectAsync(with(daemon.Options), cancellation);
        List<Task<FloodReceipt>> floods = [.. sizes.Select(size => client.FloodAsync("g", new byte[size], cancellation))];
        int most = 0;
        int taken = 0;
        var open = new Queue<byte[]>();
        FlooddClientOptions limits = with(daemon.Options);
        while (floods.Exists(flood => !flood.IsCompleted))
        {
            // All that may come is awaited: what the limits allow of what was not taken yet (it may have come already).
            while (taken < floods.Count && (open.Count == 0 || (open.Count < limits.RequestsMax
                && open.Sum(body => (long)body.Length) + sizes.ElementAt(taken) <= limits.RequestBytesMax)))
            {
                open.Enqueue((await daemon.Arrivals.Reader.ReadAsync(cancellation)).Body);
                taken++;
            }

            Assert.That(daemon.Arrivals.Reader.TryPeek(out _), Is.False, "nothing that the limits forbid");
            most = Math.Max(most, open.Count);
            Task<FloodReceipt> next = floods.First(flood => !flood.IsCompleted);
            await FakeDaemon.Good(session!, "flood", open.Dequeue());
            await next;
        }

        return (most, [.. daemon.Received.Select(r => r.Body.Length)]);
    }
}
