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
        Assert.That((keys.Count, keys.Repeats), Is.EqualTo((2, 1L)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(1000)]
    public void It_tells_the_last_updates_under_each_key_in_the_order_in_which_they_came(int max)
    {
        foreach (ulong salt in new ulong[] { 0, 0x1234_5678_9ABC_DEF0 })
        {
            var keys = new FloodKeys(max, salt);
            var draw = new Prng(salt + (ulong)max);
            var remembered = new Queue<(int Key, long Sequence)>();
            for (int n = 1; n < (5 * max) + 20; n++)
            {
                int key = draw.Next((max / 2) + 2);
                Assert.That(Learn(keys, key, n), Is.EqualTo(remembered.All(r => r.Key != key)));
                remembered.Enqueue((key, n));
                if (remembered.Count > max)
                {
                    remembered.Dequeue();
                }

                Assert.That(keys.Count, Is.EqualTo(remembered.Count));
                foreach (int asked in new[] { key, draw.Next((max / 2) + 2) })
                {
                    int tries = 0;
                    var told = new List<long>();
                    while (keys.TryNext(Key(asked), ref tries, out UpdateId id))
                    {
                        told.Add(id.Sequence);
                    }

                    Assert.That(told, Is.EqualTo(remembered.Where(r => r.Key == asked).Select(r => r.Sequence)));
                    Assert.That(keys.TryFind(Key(asked), out UpdateId first, out _), Is.EqualTo(told.Count > 0));
                    Assert.That(first.Sequence, Is.EqualTo(told.FirstOrDefault()));
                }
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
    public void An_entry_takes_72_bytes_at_most()
    {
        const int Max = 131_072;
        FloodKey[] all = [.. Enumerable.Range(0, Max).Select(Key)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        var full = new FloodKeys(Max, 1);
        Array.ForEach(all, key => full.Learn(key, new UpdateId(Stream, 1), 1));
        Assert.That(full.Count, Is.EqualTo(Max));

        // It doubles until it is full, so all arrays together are less than twice the last ones; and then it allocates no more.
        long grown = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(grown, Is.LessThan(2L * 72 * Max));
        Array.ForEach(all, key => full.Learn(new FloodKey(~key.Low, ~key.High), new UpdateId(Stream, 1), 1));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.EqualTo(grown).Within(64 << 10));
    }

    private static bool Learn(FloodKeys keys, int key, long sequence) => keys.Learn(Key(key), new UpdateId(Stream, sequence), 100 + sequence);

    private static FloodKey Key(int n) => FloodKey.Of(Encoding.ASCII.GetBytes(n.ToString(CultureInfo.InvariantCulture)));
}
