// The lines of listings, one s-expression each, with the keywords of the configuration where they exist there.
using System.Globalization;
using Floodd.Config;
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Listings(SiteCore core)
{
    private readonly SiteState _state = core.State;

    public IEnumerable<string> Groups() => _state.Groups.Values.Select(g => Line(
        $"(:group (:group-name {g.Name}) (:master-site {core.Mastership.MasterOf(g)}) (:sites {g.Members.Count}) (:edition {g.Topology?.Edition ?? 0}))"));

    public IEnumerable<string> Members(Group group) => group.Members.Values.Select(m =>
    {
        SiteDefinition? site = m.Name == _state.Self ? _state.Configuration.SelfDefinition : m.Site.Definition;
        string place = site is null ? "" : Line($" (:hostname {site.Hostname ?? site.Host}) (:inet-address {Address(m.Site)}) (:client-port {site.ClientPort}) (:data-port {site.DataPort})");
        string trip = m.Site.Link?.RoundTrip is { } rtt ? Line($" (:rtt-ms {rtt.TotalMilliseconds:F3})") : "";
        return Line($"(:member (:site-name {m.Name}){place} (:state {StateOf(m)}){trip} (:behind {Behind(group, m.Name)}))");
    });

    public IEnumerable<string> Topology(Group group)
    {
        Topology? topology = group.Topology;
        yield return Line(
            $"(:topology (:group-name {group.Name}) (:edition {topology?.Edition ?? 0}) (:master-site {topology?.Master ?? core.Mastership.MasterOf(group)}) (:connectivity {topology?.Connectivity ?? group.Definition.Connectivity}) (:max-degree {group.Definition.MaxDegree}))");
        foreach (Edge edge in EdgesOf(group))
        {
            yield return Line($"(:link {edge.A} {edge.B}{RoundTripOf(edge)})");
        }
    }

    public IEnumerable<string> Graph(Group group)
    {
        yield return $"graph \"{group.Name}\" {{";
        foreach (Member member in group.Members.Values)
        {
            yield return $"  \"{member.Name}\"{(member.Up ? "" : " [style=dashed]")};";
        }

        foreach (Edge edge in EdgesOf(group))
        {
            string label = _state.SiteOf(edge.Other(_state.Self)).Link?.RoundTrip is { } rtt && edge.Touches(_state.Self) ? Line($" [label=\"{rtt.TotalMilliseconds:F1} ms\"]") : "";
            yield return $"  \"{edge.A}\" -- \"{edge.B}\"{label};";
        }

        yield return "}";
    }

    /// <summary>What the heartbeats of this site's own links have measured.</summary>
    public IEnumerable<string> Estimates(Group group) => Linked(group).Select(l => Line(
        $"(:estimate {_state.Self} {l.Site!.Name} (:rtt-ms {l.RoundTrip!.Value.TotalMilliseconds:F3}) (:age {(_state.Now - l.LastHeard).TotalSeconds:F0}))"));

    /// <summary>This site first, as the client has found it; then by the round trips from here. A hint: the client decides.</summary>
    public IEnumerable<string> Nearest(Group group) => group.Members.Values
        .Where(m => m.Up)
        .OrderBy(m => m.Name == _state.Self ? TimeSpan.Zero : m.Site.Link?.RoundTrip ?? TimeSpan.MaxValue)
        .Select(m => (m.Name, Site: m.Name == _state.Self ? _state.Configuration.SelfDefinition : m.Site.Definition, m.Site.Link?.RoundTrip))
        .Where(m => m.Site is not null)
        .Select(m => Line($"(:member (:site-name {m.Name}) (:hostname {m.Site!.Hostname ?? m.Site.Host}) (:client-port {m.Site.ClientPort}){(m.RoundTrip is { } rtt ? Line($" (:rtt-ms {rtt.TotalMilliseconds:F3})") : "")})"));

    public IEnumerable<string> Delivery(Group group, SegmentStream stream, UpdateId id) => group.Members.Values.Select(m =>
        $"(:member {m.Name} (:state {(stream.Marks.ExportedAt(m.Name) >= id.Sequence ? "exported" : m.Up ? "pending" : "unreachable")}))");

    public IEnumerable<string> Configuration(Group group) => ConfigurationWriter.ForNewSite(
        group.Members.Values.Select(m => m.Name == _state.Self ? _state.Configuration.SelfDefinition : m.Site.Definition).OfType<SiteDefinition>(),
        group.Definition with { Sites = [.. group.Members.Values.Where(m => m.Configured).Select(m => m.Name)] });

    public IEnumerable<string> Statistics() => new Statistics(core).Lines();

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string StateOf(Member member) =>
        member.Name == _state.Self ? "self"
        : member.Up ? (member.Behind ? "behind" : "up")
        : member.Site.Record is null ? "unknown" : "down";

    private string Address(Site site) =>
        site.Definition?.InetAddress?.ToString() ?? site.Addresses.FirstOrDefault()?.ToString() ?? site.Link?.Remote.ToString() ?? "unknown";

    // Segments that the member has yet to export, as far as this site knows.
    private static long Behind(Group group, SiteName member) => group.Streams.Sum(s => Math.Max(0, s.Deliverable - s.Marks.ExportedAt(member)));

    // Without a topology: the links that there are.
    private IEnumerable<Edge> EdgesOf(Group group) =>
        group.Topology?.Edges ?? group.Members.Values
            .SelectMany(m => (m.Site.Record?.Links ?? []).Where(group.Members.ContainsKey).Select(o => Edge.Between(m.Name, o)))
            .Distinct().Order().AsEnumerable();

    private string RoundTripOf(Edge edge) =>
        edge.Touches(_state.Self) && _state.SiteOf(edge.Other(_state.Self)).Link?.RoundTrip is { } rtt ? Line($" (:rtt-ms {rtt.TotalMilliseconds:F3})") : "";

    private IEnumerable<Link> Linked(Group group) =>
        group.Members.Values.Select(m => m.Site.Link).OfType<Link>().Where(l => l.RoundTrip is not null);
}
