// What a table in two arrays must have in common with the tree of the library, tried at random.
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Model;

internal sealed class OrderedTableTests
{
    [Test]
    public void It_holds_what_a_sorted_dictionary_holds()
    {
        var random = new Prng(4711);
        var table = new OrderedTable<long, int>();
        var expected = new SortedDictionary<long, int>();
        for (int i = 0; i < 5000; i++)
        {
            long key = random.Next(1 + (i / 50));
            if (random.Chance(0.4))
            {
                Assert.That(table.Remove(key), Is.EqualTo(expected.Remove(key)));
            }
            else
            {
                table[key] = expected[key] = i;
            }

            long sought = random.Next(100);
            Assert.That(table.TryGetValue(sought, out int value), Is.EqualTo(expected.TryGetValue(sought, out int wanted)));
            Assert.That((value, table.ContainsKey(sought), table.GetValueOrDefault(sought)), Is.EqualTo((wanted, expected.ContainsKey(sought), wanted)));
            Assert.That(table, Is.EqualTo(expected));
            Assert.That((table.Count, table.Keys.Count, table.Values.Count), Is.EqualTo((expected.Count, expected.Count, expected.Count)));
        }
    }

    [Test]
    public void A_key_is_added_once_and_one_that_is_not_there_has_no_value()
    {
        var table = new OrderedTable<long, string> { { 7, "seven" } };
        Assert.That(() => table.Add(7, "again"), Throws.ArgumentException);
        Assert.That(() => table[8], Throws.TypeOf<KeyNotFoundException>());
        table.Clear();
        Assert.That(table, Is.Empty);
    }
}
