// The proof behind plans, against taking sites away one set after the other.
using Floodd.Model;
using Floodd.Planning;
using NUnit.Framework;
using Proof = Floodd.Planning.VertexConnectivity;

namespace Floodd.Tests.Planning;

internal sealed class ConnectivityProofTests
{
    [Test]
    public void Connectivity_is_what_trying_every_set_says([Range(1, 9)] int count)
    {
        var chance = new Prng((ulong)count);
        for (int trial = 0; trial < 300; trial++)
        {
            PlanEdge[] edges = Any(count, chance.NextDouble(), chance);
            int expected = Oracle.ByTryingAll(count, edges);
            Assert.That(Proof.Of(count, edges, count), Is.EqualTo(expected), $"n = {count}: {string.Join(' ', edges)}");
            Assert.That(Proof.Of(count, edges, 2), Is.EqualTo(Math.Min(2, expected)));
        }
    }

    [Test]
    public void A_large_circulant_has_the_connectivity_that_it_is_made_with([Range(1, 8)] int jumps)
    {
        const int Count = 1000;
        PlanEdge[] edges = [.. Enumerable.Range(0, Count).SelectMany(i => Enumerable.Range(1, jumps).Select(j => PlanEdge.Between(i, (i + j) % Count)))];
        Assert.That(Proof.Of(Count, edges, 20), Is.EqualTo(2 * jumps));
    }

    [Test]
    public void Survivors_are_counted()
    {
        PlanEdge[] ring = [.. Enumerable.Range(0, 20).Select(i => PlanEdge.Between(i, (i + 1) % 20))];
        Assert.That(Survival.Of(20, ring, 0, 10, 1), Is.EqualTo(new Survival(1, 1)));
        Survival some = Survival.Of(20, ring, 0.1, 1000, 1);
        Assert.That(some.Connected, Is.EqualTo(20.0 / 190).Within(0.03), "two of twenty are beside each other");
        Assert.That(some, Is.EqualTo(Survival.Of(20, ring, 0.1, 1000, 1)));
        PlanEdge[] all = Any(20, 1, new Prng(1));
        Assert.That(Survival.Of(20, all, 0.33, 100, 1), Is.EqualTo(new Survival(1, 1)));
    }

    private static PlanEdge[] Any(int count, double density, Prng chance) =>
    [
        .. from a in Enumerable.Range(0, count)
           from b in Enumerable.Range(a + 1, count - a - 1)
           where chance.Chance(density)
           select new PlanEdge(a, b),
    ];
}
