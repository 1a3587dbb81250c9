// Daemons that live far apart: each in a network of its own, with known ways between them.
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Lab;

[NonParallelizable]
internal sealed class LabGroupTests
{
    // Fifteen heartbeats. Two are enough where nobody else wants the processors: the first goes while the daemons are still being compiled.
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);

    [Test]
    public void Sites_far_apart_form_a_group_flood_and_know_how_far()
    {
        using LabNetwork network = LabNetwork.Open(3);
        network.Join(0, 1, PathTraits.Delayed(20));
        network.Join(1, 2, PathTraits.Delayed(4));
        network.Path(0, 2).Traits = PathTraits.Delayed(5);
        network.Path(2, 0).Traits = PathTraits.Delayed(25);
        using SiteGroup group = SiteGroup.Start(new GroupPlan().In(network));

        foreach (TestSite site in group.Sites)
        {
            using ClientSession session = site.Open();
            string id = session.Flood("g", Encoding.ASCII.GetBytes($"from {site.Name}"));
            Assert.That(session.Ask($"wait {id} all 20").Code, Is.EqualTo(250), group.Logs());
        }

        foreach (TestSite site in group.Sites)
        {
            Assert.That(site.Exports.Updates().Select(update => Encoding.ASCII.GetString(update.Bytes.AsSpan())), Is.EquivalentTo(group.Sites.Select(each => $"from {each.Name}")));
            Eventually.Holds(
                () => IsKnown(group, site, network),
                $"{site.Name} to know all round trips within 1 ms or 10 %",
                () => $"{string.Join('\n', site.Ask("estimates g").Body)}\n{network.Lateness}\n{group.Logs()}",
                Measured);
            TestContext.Out.WriteLine(string.Join('\n', site.Ask("estimates g").Body));
        }

        TestContext.Out.WriteLine(network.Lateness);
    }

    [Test]
    public void A_site_that_was_cut_off_gets_what_it_missed()
    {
        using LabNetwork network = LabNetwork.Open(3);
        network.JoinAll(PathTraits.Delayed(2));
        using SiteGroup group = SiteGroup.Start(new GroupPlan().In(network));
        network.Part(2);
        using ClientSession session = group[0].Open();
        string id = session.Flood("g", "while away"u8);
        Assert.That(session.Ask($"wait {id} 2 20").Code, Is.EqualTo(250), group.Logs());
        Assert.That(group[2].Exports.Count, Is.Zero);
        network.Heal();
        Assert.That(session.Ask($"wait {id} all 30").Code, Is.EqualTo(250), group.Logs());
        Assert.That(group[2].Exports.Ids(), Is.EquivalentTo(new[] { id }));
    }

    private static bool IsKnown(SiteGroup group, TestSite from, LabNetwork network)
    {
        IReadOnlyList<string> estimates = from.Ask("estimates g").Body;
        return group.Sites.Where(to => to != from).All(to => estimates.Any(line => IsRight(line, group, from, to, network)));
    }

    // (:estimate from to (:rtt-ms x) ...)
    private static bool IsRight(string line, SiteGroup group, TestSite from, TestSite to, LabNetwork network)
    {
        int a = group.Sites.ToList().IndexOf(from);
        int b = group.Sites.ToList().IndexOf(to);
        double meant = (network.Path(a, b).Traits.Delay + network.Path(b, a).Traits.Delay).TotalMilliseconds;
        return line.StartsWith($"(:estimate {from.Name} {to.Name} ", StringComparison.Ordinal)
            && double.TryParse(Reply.Value(line, "rtt-ms"), NumberStyles.Float, CultureInfo.InvariantCulture, out double estimate)
            && Math.Abs(estimate - meant) <= Math.Max(1, meant / 10);
    }
}
