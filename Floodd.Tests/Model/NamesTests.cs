// Names, ids of updates, edges and topologies: what is one, how it is written, and which comes first.
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Model;

internal sealed class NamesTests
{
    [TestCase("a")]
    [TestCase("_")]
    [TestCase("9")]
    [TestCase("mirror-1")]
    [TestCase("A.b_C-d")]
    public void A_name_is_one(string text) => Assert.That(NameRule.IsName(text));

    [TestCase("")]
    [TestCase(".a")]
    [TestCase("-a")]
    [TestCase("a/b")]
    [TestCase("a b")]
    [TestCase("a\0")]
    [TestCase("ä")]
    [TestCase("a\u0300")]
    public void What_is_no_name_is_none(string text) => Assert.That(NameRule.IsName(text), Is.False);

    [Test]
    public void A_name_has_64_letters_at_most()
    {
        Assert.That(NameRule.IsName(new string('a', 64)), Is.True);
        Assert.That(NameRule.IsName(new string('a', 65)), Is.False);
    }

    [Test]
    public void Names_are_ordered_by_their_bytes()
    {
        SiteName[] names = [.. new[] { "b", "a", "B", "a1", "_" }.Select(n => new SiteName(n)).Order()];
        Assert.That(names.Select(n => n.Value), Is.EqualTo(new[] { "B", "_", "a", "a1", "b" }));
    }

    [Test]
    public void An_id_is_read_as_written()
    {
        var random = new Prng(3);
        for (int i = 0; i < 5000; i++)
        {
            var id = new UpdateId(new StreamId(new SiteName($"s{random.Next(99)}"), random.NextUInt64() >> random.Next(64)), 1 + (long)(random.NextUInt64() >> 2));
            Assert.That(UpdateId.TryParse(id.ToString(), out UpdateId read), Is.True, id.ToString());
            Assert.That(read, Is.EqualTo(id));
        }
    }

    [Test]
    public void An_id_looks_as_in_the_manual()
    {
        Assert.That(new UpdateId(new StreamId(new SiteName("inferno"), 0x6740f2a1), 42).ToString(), Is.EqualTo("inferno/6740f2a1/42"));
        Assert.That(UpdateId.TryParse("inferno/FFFFFFFFFFFFFFFF/9223372036854775807", out UpdateId last), Is.True);
        Assert.That(last.Stream.Incarnation, Is.EqualTo(ulong.MaxValue));
        Assert.That(last.Sequence, Is.EqualTo(long.MaxValue));
    }

    [TestCase("")]
    [TestCase("/")]
    [TestCase("//")]
    [TestCase("a/1")]
    [TestCase("a/1/")]
    [TestCase("/1/1")]
    [TestCase("a//1")]
    [TestCase("a/1/0")]
    [TestCase("a/1/-1")]
    [TestCase("a/1/+1")]
    [TestCase("a/1/ 1")]
    [TestCase("a/1/1 ")]
    [TestCase("a/ 1/1")]
    [TestCase("a/0x1/1")]
    [TestCase("a/g/1")]
    [TestCase("a/1/2/3")]
    [TestCase("a b/1/1")]
    [TestCase("a/10000000000000000/1")]
    [TestCase("a/1/9223372036854775808")]
    [TestCase("a/1/1\0")]
    public void What_is_no_id_is_none(string text) => Assert.That(UpdateId.TryParse(text, out _), Is.False);

    [Test]
    public void Streams_are_ordered_by_origin_then_by_life()
    {
        StreamId a1 = new(new("a"), 1), a2 = new(new("a"), ulong.MaxValue), b1 = new(new("b"), 0);
        Assert.That(new[] { b1, a2, a1 }.Order(), Is.EqualTo(new[] { a1, a2, b1 }));
    }

    [Test]
    public void An_edge_is_the_same_from_both_ends()
    {
        SiteName a = new("a"), b = new("b"), c = new("c");
        Assert.That(Edge.Between(b, a), Is.EqualTo(Edge.Between(a, b)));
        Assert.That(Edge.Between(b, a).Other(a), Is.EqualTo(b));
        Assert.That(Edge.Between(b, a).Touches(c), Is.False);
        Assert.That(new[] { Edge.Between(c, b), Edge.Between(a, c), Edge.Between(a, b) }.Order(), Is.EqualTo(new[] { new Edge(a, b), new Edge(a, c), new Edge(b, c) }));
    }

    [Test]
    public void Of_any_two_topologies_one_supersedes_and_not_the_other()
    {
        Topology Make(long edition, string master, params Edge[] edges) => new(new("g"), edition, new(master), 2, [.. edges]);
        Edge ab = new(new("a"), new("b")), bc = new(new("b"), new("c"));
        Assert.Multiple(() =>
        {
            Assert.That(Make(1, "a").Supersedes(null));
            Assert.That(Make(2, "a").Supersedes(Make(1, "b")));
            Assert.That(Make(1, "b").Supersedes(Make(2, "a")), Is.False);
            Assert.That(Make(1, "b").Supersedes(Make(1, "a")));
            Assert.That(Make(1, "a").Supersedes(Make(1, "b")), Is.False);
            Assert.That(Make(1, "a").Supersedes(Make(1, "a")), Is.False);
            Assert.That(Make(1, "a", ab, bc).Supersedes(Make(1, "a", ab)));
            Assert.That(Make(1, "a", ab).Supersedes(Make(1, "a", ab, bc)), Is.False);
            Assert.That(Make(1, "a", bc).Supersedes(Make(1, "a", ab, bc)));
            Assert.That(Make(1, "a", ab).Supersedes(Make(1, "a", ab)), Is.False);
        });
    }
}
