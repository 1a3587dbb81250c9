// How far a test has put the sites of a lab from each other, and whether what daemons say of it is right.
using System.Globalization;

namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>What was set, as a daemon should measure it.</summary>
internal static class Distances
{
    // What data a datagram carries: 20 bytes of it are IP's, 20 TCP's, 12 the timestamps' (RFC 7323).
    private const double DataShare = 1448.0 / 1500;

    /// <summary>The round trip between two sites in milliseconds.</summary>
    public static double RoundTrip(this LabNetwork network, int a, int b) =>
        (network.Path(a, b).Traits.Delay + network.Path(b, a).Traits.Delay).TotalMilliseconds;

    /// <summary>Bytes of a transfer's data that get from one site to another in a second.</summary>
    public static double DataRate(this LabNetwork network, int from, int to) => network.Path(from, to).Traits.BitsPerSecond / 8.0 * DataShare;

    /// <summary>Whether a round trip is within 10 % or 1 ms.</summary>
    public static bool IsRight(double milliseconds, double meant) => Math.Abs(milliseconds - meant) <= Math.Max(1, meant / 10);

    /// <summary>Whether both ends of every pair are known to say the right round trip: of two claims the worse is believed, so both count.</summary>
    public static bool AreKnownBy(TestSite site, LabNetwork network, int count)
    {
        IReadOnlyList<Belief> beliefs = Belief.EstimatesAt(site);
        return beliefs.Count == count * (count - 1)
            && beliefs.All(b => b.IsMeasured && IsRight(b.RttMilliseconds, network.RoundTrip(IndexOf(b.From), IndexOf(b.To))));
    }

    /// <summary>Waits until all sites know every round trip.</summary>
    public static void WaitUntilKnown(SiteGroup group, LabNetwork network)
    {
        foreach (TestSite site in group.Sites)
        {
            Eventually.Holds(
                () => AreKnownBy(site, network, group.Sites.Count),
                $"{site.Name} to know all round trips",
                () => $"{string.Join('\n', site.Ask("estimates").Body)}\n{network.Lateness}\n{group.Logs()}");
        }
    }

    /// <summary>A site's place in the lab: s1 is in the first network.</summary>
    public static int IndexOf(string site) => int.Parse(site.AsSpan(1), CultureInfo.InvariantCulture) - 1;

    /// <summary>All ordered pairs of so many sites.</summary>
    public static IEnumerable<(int From, int To)> Ways(int count) =>
        from a in Enumerable.Range(0, count) from b in Enumerable.Range(0, count) where a != b select (a, b);

    /// <summary>All pairs of so many sites.</summary>
    public static IEnumerable<(int A, int B)> Pairs(int count) => Ways(count).Where(w => w.From < w.To);
}
