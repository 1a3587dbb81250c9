// The set of segments beside a plain set of numbers: thousands of random steps, and after each both say the same.
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Model;

internal sealed class SegmentSetTests
{
    private const int Top = 120;

    [Test]
    public void It_says_what_a_plain_set_says([Range(1, 5)] int seed)
    {
        var random = new Prng((ulong)seed);
        var set = new SegmentSet();
        var plain = new HashSet<long>();
        for (int step = 0; step < 3000; step++)
        {
            long first = 1 + random.Next(Top);
            long last = Math.Min(Top, first + random.Next(random.Chance(0.7) ? 4 : 30));
            switch (random.Next(20))
            {
                case < 11:
                    set.Add(first, last);
                    plain.UnionWith(Numbers(first, last));
                    break;
                case < 18:
                    set.Remove(first, last);
                    plain.ExceptWith(Numbers(first, last));
                    break;
                case 18:
                    var other = new SegmentSet();
                    other.Add(first, last);
                    other.Add(1, 2);
                    set.Add(other);
                    plain.UnionWith(Numbers(first, last).Concat([1, 2]));
                    break;
                default:
                    if (random.Chance(0.05))
                    {
                        set.Clear();
                        plain.Clear();
                    }

                    break;
            }

            Same(set, plain, $"seed {seed} step {step}");
        }
    }

    [Test]
    public void An_empty_set_holds_nothing()
    {
        var set = new SegmentSet();
        Assert.Multiple(() =>
        {
            Assert.That(set.Watermark, Is.Zero);
            Assert.That(set.Highest, Is.Zero);
            Assert.That(set.Contains(1), Is.False);
            Assert.That(set.FirstMissing(7), Is.EqualTo(7));
            Assert.That(set.FirstPresent(1), Is.EqualTo(long.MaxValue));
            Assert.That(set.ToString(), Is.Empty);
        });
        Assert.That(() => set.Remove(1, 100), Throws.Nothing);
    }

    [Test]
    public void Only_numbers_from_1_and_ranges_that_run_forward_are_added()
    {
        var set = new SegmentSet();
        Assert.That(() => set.Add(0, 1), Throws.TypeOf<InvariantException>());
        Assert.That(() => set.Add(2, 1), Throws.TypeOf<InvariantException>());
    }

    [Test]
    public void Ranges_that_touch_become_one()
    {
        var set = new SegmentSet();
        set.Add(1, 2);
        set.Add(5, 6);
        set.Add(9, 9);
        set.Add(3, 4);
        Assert.That(set.ToString(), Is.EqualTo("1-6 9-9"));
        set.Add(7, 20);
        Assert.That(set.ToString(), Is.EqualTo("1-20"));
    }

    [Test]
    public void It_reaches_to_the_last_number_that_is_ever_told()
    {
        var set = new SegmentSet();
        set.Add(long.MaxValue / 2, long.MaxValue / 2);
        set.Add(1, long.MaxValue / 2 - 1);
        Assert.That(set.Watermark, Is.EqualTo(long.MaxValue / 2));
        Assert.That(set.RangeCount, Is.EqualTo(1));
    }

    private static IEnumerable<long> Numbers(long first, long last)
    {
        for (long n = first; n <= last; n++)
        {
            yield return n;
        }
    }

    private static void Same(SegmentSet set, HashSet<long> plain, string at)
    {
        long missing = Top + 1, present = long.MaxValue;
        for (long n = Top + 1; n >= 1; n--)
        {
            missing = plain.Contains(n) ? missing : n;
            present = plain.Contains(n) ? n : present;
            if (set.Contains(n) != plain.Contains(n) || set.FirstMissing(n) != missing || set.FirstPresent(n) != present)
            {
                Assert.Fail($"{at}: number {n} of {set}");
            }
        }

        if (set.Watermark != missing - 1 || set.Highest != (plain.Count > 0 ? plain.Max() : 0))
        {
            Assert.Fail($"{at}: ends of {set}");
        }

        for (int i = 0; i < set.RangeCount; i++)
        {
            if (set[i].First > set[i].Last || (i > 0 && set[i].First < set[i - 1].Last + 2))
            {
                Assert.Fail($"{at}: ranges {set} touch or are out of order");
            }
        }
    }
}
