// The topology that a daemon says is in force, read from its listing; shares no code with the product on purpose.
using System.Globalization;

namespace Floodd.Tests.EndToEnd;

/// <summary>What <c>topology</c> lists.</summary>
/// <param name="Edition">Its number; 0 before the first, when the links are those that happen to be up.</param>
/// <param name="Master">Whose it is.</param>
/// <param name="Links">Its links with what is believed of them.</param>
internal sealed record SeenTopology(int Edition, string Master, IReadOnlyList<Belief> Links)
{
    /// <summary>The links by name alone, such as <c>s1 s2</c>; none before the first edition.</summary>
    public IReadOnlyList<string> Names => Edition == 0 ? [] : [.. Links.Select(l => $"{l.From} {l.To}")];

    /// <summary>The sites that have a link.</summary>
    public IReadOnlySet<string> Sites => Links.SelectMany(l => new[] { l.From, l.To }).ToHashSet();

    /// <summary>Whether there is an edition, and all of its links were measured.</summary>
    public bool IsMeasured => Edition > 0 && Links.All(l => l.IsMeasured);

    /// <summary>Asks a site.</summary>
    public static SeenTopology At(TestSite site)
    {
        Reply reply = site.Ask("topology g");
        return new SeenTopology(
            int.Parse(Reply.Value(reply.Body[0], "edition")!, CultureInfo.InvariantCulture), Reply.Value(reply.Body[0], "master-site")!, [.. Belief.Read(reply)]);
    }

    /// <summary>Waits until exactly these links are in force at all sites.</summary>
    public static void WaitFor(SiteGroup group, params string[] links) => Eventually.Holds(
        () => group.Sites.All(site => At(site).Names.SequenceEqual(links)),
        $"{string.Join(", ", links)} at all sites",
        () => $"{group[0].Ask("topology g")}\n{group[0].Ask("estimates g")}\n{group.Logs()}");
}
