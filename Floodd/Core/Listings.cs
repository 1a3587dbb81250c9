// The lines of listings, one s-expression each, with the keywords of the configuration where they exist there.
using System.Globalization;
using System.Net;
using Floodd.Config;
using Floodd.Measuring;
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Listings(SiteCore core)
{
    /// <summary>Up to so many members pairs that nobody measured are guessed for a listing.</summary>
    private const int GuessesMax = 100;

    private readonly SiteState _state = core.State;

    public IEnumerable<string> Groups() => _state.Groups.Values.Select(g => Line(
        $"(:group (:group-name {g.Name}) (:master-site {core.Mastership.MasterOf(g)}) (:sites {g.Members.Count}) (:edition {g.Topology?.Edition ?? 0}))"));

    public IEnumerable<string> Members(Group group) => group.Members.Values.Select(m =>
    {
        SiteDefinition? site = m.Name == _state.Self ? _state.Configuration.SelfDefinition : m.Site.Definition;
        string place = site is null ? "" : Line($" {PlaceOf(m.Site, site)} (:data-port {site.DataPort})");
        string trip = m.Site.Link?.RoundTrip is { } rtt ? Line($" (:rtt-ms {rtt.TotalMilliseconds:F3})") : "";
        return Line($"(:member (:site-name {m.Name}){place} (:state {StateOf(m)}){trip} (:behind {Behind(group, m)}))");
    });

    public IEnumerable<string> Topology(Group group)
    {
        Topology? topology = group.Topology;
        yield return Line(
            $"(:topology (:group-name {group.Name}) (:edition {topology?.Edition ?? 0}) (:master-site {topology?.Master ?? core.Mastership.MasterOf(group)}) (:connectivity {topology?.Connectivity ?? group.Definition.Connectivity}) (:max-degree {group.Definition.MaxDegree}))");
        foreach (Edge edge in EdgesOf(group))
        {
            string estimate = core.Estimates.Between(edge.A, edge.B) is { } known ? EstimateText.Of(known, _state.Now) : " (:guessed yes)";
            yield return $"(:link {edge.A} {edge.B}{estimate})";
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
            string label = core.Estimates.Between(edge.A, edge.B) is { } known ? Line($" [label=\"{known.RttMilliseconds:F1} ms\"]") : "";
            yield return $"  \"{edge.A}\" -- \"{edge.B}\"{label};";
        }

        yield return "}";
    }

    /// <summary>What each member says of its ways, and in a group that is not large a guess for each pair of which nobody says anything.</summary>
    public IEnumerable<string> Estimates(Group group)
    {
        List<SiteName> members = [.. group.Members.Keys];
        CompletedMatrix? guesses = GuessesFor(members);
        for (int i = 0; i < members.Count; i++)
        {
            for (int j = 0; j < members.Count; j++)
            {
                if (i != j && core.Estimates.Said(members[i], members[j]) is { } said)
                {
                    yield return $"(:estimate {members[i]} {members[j]}{EstimateText.Of(said, _state.Now)})";
                }
                else if (i < j && guesses?.IsMeasured(i, j) == false)
                {
                    yield return Line($"(:estimate {members[i]} {members[j]} (:rtt-ms {guesses.Rtt(i, j):F3}) (:guessed yes))");
                }
            }
        }
    }

    /// <summary>
    /// Members that are up, nearest to the client first. This site is as far as the client's own connection shows. Of another one only
    /// the way from here is known: it lies between the difference and the sum of both, and in a plane at right angles on average. So
    /// this is a hint; a client that wants to know pings some of them.
    /// </summary>
    public IEnumerable<string> Nearest(Group group, Session session)
    {
        List<SiteName> members = [.. group.Members.Values.Where(m => m.Up).Select(m => m.Name)];
        CompletedMatrix? guesses = GuessesFor(members);
        double here = session.FromThisHost ? 0 : session.RoundTrip?.TotalMilliseconds ?? 0;
        var found = new List<(double Distance, string Text)>();
        for (int i = 0; i < members.Count; i++)
        {
            Site site = _state.Sites[members[i]];
            bool isSelf = site.Name == _state.Self;
            if ((isSelf ? _state.Configuration.SelfDefinition : site.Definition) is { } place)
            {
                double? way = isSelf ? 0 : core.Estimates.Between(_state.Self, site.Name)?.RttMilliseconds ?? guesses?.Rtt(members.IndexOf(_state.Self), i);
                bool isThere = !isSelf && !session.FromThisHost && site.HasAddress(session.Remote);
                double? distance = isThere ? 0 : way is { } there ? Math.Sqrt((here * here) + (there * there)) : null;
                string trip = distance is { } known ? Line($" (:rtt-ms {known:F3}) (:at-least-ms {(isThere ? 0 : Math.Abs(here - way!.Value)):F3}) (:at-most-ms {(isThere ? 0 : here + way!.Value):F3})") : "";
                found.Add((distance ?? double.MaxValue, Line(
                    $"(:member (:site-name {site.Name}) {PlaceOf(site, place)}{trip})")));
            }
        }

        return found.OrderBy(f => f.Distance).Select(f => f.Text);
    }

    public IEnumerable<string> Delivery(Group group, SegmentStream stream, UpdateId id) => group.Members.Values.Select(m =>
        $"(:member {m.Name} (:state {(stream.Marks.ExportedAt(m) >= id.Sequence ? "exported" : m.Up ? "pending" : "unreachable")}))");

    public IEnumerable<string> Configuration(Group group) => ConfigurationWriter.ForNewSite(
        group.Members.Values.Select(m => m.Name == _state.Self ? _state.Configuration.SelfDefinition : m.Site.Definition).OfType<SiteDefinition>(),
        group.Definition with { Sites = [.. group.Members.Values.Where(m => m.Configured).Select(m => m.Name)] });

    public IEnumerable<string> Statistics() => new Statistics(core).Lines();

    /// <summary>A text that holds anything, as one value of a listing's line.</summary>
    public static string Quoted(string text) =>
        $"\"{string.Concat(text.Select(c => char.IsControl(c) ? " " : c is '"' or '\\' ? $"\\{c}" : c.ToString()))}\"";

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string StateOf(Member member) =>
        member.Name == _state.Self ? "self"
        : member.Up ? (member.Behind ? "behind" : "up")
        : member.Site.Record is null ? "unknown" : "down";

    // An address that is not known is left out: the hostname is there. So is one that this site was only told of itself by its own name server,
    // as that is often a loopback one.
    private static string PlaceOf(Site site, SiteDefinition place)
    {
        IPAddress? address = site.Definition?.InetAddress ?? site.Addresses.FirstOrDefault(a => !IPAddress.IsLoopback(a)) ?? site.Link?.Remote;
        string known = address is null ? "" : $" (:inet-address {address})";
        return Line($"(:hostname {place.Hostname ?? place.Host}){known} (:client-port {place.ClientPort})");
    }

    // Segments that the member has yet to export, as far as this site knows.
    private static long Behind(Group group, Member member) => group.Streams.Sum(s => Math.Max(0, s.Deliverable - s.Marks.ExportedAt(member)));

    // Without a topology: the links that there are.
    private IEnumerable<Edge> EdgesOf(Group group) =>
        group.Topology?.Edges ?? group.Members.Values
            .SelectMany(m => (m.Site.Record?.Links ?? []).Where(group.Members.ContainsKey).Select(o => Edge.Between(m.Name, o)))
            .Distinct().Order().AsEnumerable();

    // A guess for each pair takes its time with many members: the planner does that elsewhere.
    private CompletedMatrix? GuessesFor(List<SiteName> members) => members.Count <= GuessesMax ? core.Estimates.Complete(members) : null;
}
