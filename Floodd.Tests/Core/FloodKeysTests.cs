// The table of keys alone: what it remembers, what it forgets first, and that it never grows past its bound.
using System.Globalization;
using System.Text;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class FloodKeysTests
{
    private static readonly StreamId Stream = new(new SiteName("a"), 7);

    [Test]
    public void The_first_update_under_a_key_stays_the_first()
    {
        var keys = new FloodKeys(4, 0);
        Assert.That(keys.TryFind(Key(1), out _, out _), Is.False);
        Assert.That(Learn(keys, 1, 10), Is.True);
        Assert.That(Learn(keys, 1, 11), Is.False);
        Assert.That(Learn(keys, 1, 10), Is.True, "it is no repeat of itself");
        Assert.That(keys.TryFind(Key(1), out UpdateId first, out long size), Is.True);
        Assert.That((first, size), Is.EqualTo((new UpdateId(Stream, 10), 110L)));
        Assert.That((keys.Count, keys.Repeats), Is.EqualTo((1, 1L)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(1000)]
    public void Keys_are_forgotten_in_the_order_in_which_they_came_and_only_when_the_table_is_full(int max)
    {
        foreach (ulong salt in new ulong[] { 0, 0x1234_5678_9ABC_DEF0 })
        {
            var keys = new FloodKeys(max, salt);
            for (int n = 0; n < (3 * max) + 2; n++)
            {
                Assert.That(Learn(keys, n, n), Is.True);
                Assert.That(Learn(keys, Math.Max(0, n - max + 1), -1), Is.False, "the oldest is still there, and to repeat it makes it no younger");
                Assert.That(keys.Count, Is.EqualTo(Math.Min(max, n + 1)));
                Assert.That(n < max || !keys.TryFind(Key(n - max), out _, out _), "the one before it is not");
            }

            for (int n = 0; n < (3 * max) + 2; n++)
            {
                Assert.That(keys.TryFind(Key(n), out UpdateId first, out _), Is.EqualTo(n >= (2 * max) + 2));
                Assert.That(first.Sequence, Is.EqualTo(n >= (2 * max) + 2 ? n : 0));
            }
        }
    }

    [Test]
    public void A_key_that_was_forgotten_may_come_again()
    {
        var keys = new FloodKeys(2, 0);
        Assert.That(new[] { Learn(keys, 1, 1), Learn(keys, 2, 2), Learn(keys, 3, 3), Learn(keys, 1, 4) }, Is.All.True);
        keys.TryFind(Key(1), out UpdateId first, out _);
        Assert.That(first.Sequence, Is.EqualTo(4));
        Assert.That(keys.TryFind(Key(2), out _, out _), Is.False);
    }

    [Test]
    public void An_entry_takes_64_bytes_at_most()
    {
        const int Max = 131_072;
        FloodKey[] all = [.. Enumerable.Range(0, Max).Select(Key)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        var full = new FloodKeys(Max, 1);
        Array.ForEach(all, key => full.Learn(key, new UpdateId(Stream, 1), 1));
        Assert.That(full.Count, Is.EqualTo(Max));

        // It doubles until it is full, so all arrays together are less than twice the last ones; and then it allocates no more.
        long grown = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(grown, Is.LessThan(2L * 64 * Max));
        Array.ForEach(all, key => full.Learn(new FloodKey(~key.Digest), new UpdateId(Stream, 1), 1));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.EqualTo(grown).Within(1000));
    }

    private static bool Learn(FloodKeys keys, int key, long sequence) => keys.Learn(Key(key), new UpdateId(Stream, sequence), 100 + sequence);

    private static FloodKey Key(int n) => FloodKey.Of(Encoding.ASCII.GetBytes(n.ToString(CultureInfo.InvariantCulture)));
}
