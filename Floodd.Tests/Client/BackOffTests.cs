// Waits between attempts, and the order in which endpoints are tried. No socket, no clock.
using System.Text;
using Floodd.Client;
using Floodd.Client.Connections;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed class BackOffTests
{
    [Test]
    public void Waits_double_up_to_the_longest_and_lie_between_half_and_all_of_that()
    {
        int[] expected = [100, 200, 400, 800, 1000, 1000];
        var seen = new List<double>();
        for (int i = 0; i < 200; i++)
        {
            var backOff = new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));
            foreach (int most in expected)
            {
                double wait = backOff.Next().TotalMilliseconds;
                Assert.That(wait, Is.InRange(most / 2.0, most));
                seen.Add(wait / most);
            }

            backOff.Reset();
            Assert.That(backOff.Next().TotalMilliseconds, Is.InRange(50, 100));
        }

        Assert.That((seen.Min(), seen.Max()), Is.EqualTo((0.5, 1.0)).Within(0.1), "a thousand clients do not come back in step");
        Assert.That(seen.Average(), Is.EqualTo(0.75).Within(0.05));
    }

    [Test]
    public void Behind_the_endpoint_that_was_lost_the_next_round_begins_and_with_it_it_ends()
    {
        FlooddEndpoint[] three = [.. FlooddEndpoint.ParseList("a,b,c")];
        var ring = new EndpointRing([.. three], randomize: false);
        Assert.That(ring.Round(), Is.EqualTo(three));
        Assert.That(ring.Current, Is.EqualTo(three[0]));
        ring.Take(three[1]);
        Assert.That(ring.Round(), Is.EqualTo(new[] { three[2], three[0], three[1] }));
        Assert.That(ring.Current, Is.EqualTo(three[1]));
        ring.Take(three[2]);
        Assert.That(ring.Round(), Is.EqualTo(three));
    }

    [Test]
    public void Shuffled_endpoints_are_all_there_and_spread_clients()
    {
        FlooddEndpoint[] three = [.. FlooddEndpoint.ParseList("a,b,c")];
        var rounds = Enumerable.Range(0, 200).Select(_ => new EndpointRing([.. three], randomize: true).Round()).ToList();
        Assert.That(rounds, Is.All.EquivalentTo(three));
        Assert.That(rounds.Select(round => round[0]).Distinct().Count(), Is.EqualTo(3));
    }

    [Test]
    public void Keys_are_names_and_never_the_same()
    {
        var clients = Enumerable.Range(0, 100).Select(_ => new FloodKeys()).ToList();
        byte[] key = new byte[FloodKeys.SizeMax];
        var all = clients.SelectMany(keys => Enumerable.Range(0, 100).Select(_ => Encoding.ASCII.GetString(key, 0, keys.Next(key)))).ToList();
        Assert.That(all, Is.Unique);
        foreach (string text in all)
        {
            Assert.That(() => new FloodOptions { Key = text }.Check(), Throws.Nothing);
        }
    }
}
