// The tree on which marks are told: every site of a network draws the same one, from whichever end it looks.
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class MarkTreeTests
{
    [Test]
    public void All_sites_of_any_network_draw_the_same_tree()
    {
        foreach (ulong seed in Seeds.Many(200))
        {
            var random = new Prng(seed);
            int count = 2 + random.Next(40);
            Edge[] edges = Network(random, count, extra: random.Next(count));
            Dictionary<SiteName, MarkTree> trees = Enumerable.Range(0, count).Select(Name).ToDictionary(n => n, n => MarkTree.Of(n, edges)!);
            Assert.That(trees.Values.Count(t => t.Parent is null), Is.EqualTo(1), "one is in the middle");
            foreach ((SiteName name, MarkTree tree) in trees)
            {
                Edge[] own = [.. edges.Where(e => e.Touches(name))];
                MarkTree[] children = [.. own.Where(e => trees[e.Other(name)].Parent == name).Select(e => trees[e.Other(name)])];
                Assert.That(tree.Height, Is.EqualTo(children.Select(c => c.Height + 1).DefaultIfEmpty(0).Max()), "as the children see it");
                Assert.That(tree.Parent is not { } parent || (own.Any(e => e.Touches(parent)) && trees[parent].HeightOf(name) == tree.Height), "as the parent sees it");
                Assert.That(own.Count(e => tree.HeightOf(e.Other(name)) >= 0), Is.EqualTo(children.Length));
                Assert.That(tree.Whole, Is.EqualTo(trees.Values.Max(t => t.Height)));
            }
        }
    }

    [TestCase(2, 1)]
    [TestCase(7, 3)]
    [TestCase(8, 4)]
    public void The_middle_of_a_chain_is_in_its_middle(int count, int whole) =>
        Assert.That(MarkTree.Of(Name(0), Chain(count))!.Whole, Is.EqualTo(whole));

    [Test]
    public void Nobody_has_a_place_among_links_that_do_not_lead_to_it() => Assert.That(MarkTree.Of(Name(5), Chain(5)), Is.Null);

    [Test]
    public void Those_that_are_cut_off_have_a_tree_of_their_own()
    {
        Edge[] edges = [.. Chain(3), Edge.Between(Name(7), Name(8))];
        Assert.That((MarkTree.Of(Name(0), edges)!.Whole, MarkTree.Of(Name(8), edges)!.Whole), Is.EqualTo((1, 1)));
    }

    private static SiteName Name(int index) => new($"s{index:d2}");

    private static Edge[] Chain(int count) => [.. Enumerable.Range(1, count - 1).Select(i => Edge.Between(Name(i - 1), Name(i)))];

    // Connected, with some edges more than a tree.
    private static Edge[] Network(Prng random, int count, int extra)
    {
        var edges = new SortedSet<Edge>();
        for (int i = 1; i < count; i++)
        {
            edges.Add(Edge.Between(Name(i), Name(random.Next(i))));
        }

        for (int i = 0; i < extra; i++)
        {
            int a = random.Next(count), b = random.Next(count);
            if (a != b)
            {
                edges.Add(Edge.Between(Name(a), Name(b)));
            }
        }

        return [.. edges];
    }
}
