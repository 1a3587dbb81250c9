// A topology on its way to the members.
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>topology = group:text edition:n master:text connectivity:n sites:n site:text{sites} edges:n (a:n b:n){edges}</code>
/// Ends are indices into the list of sites.
/// </summary>
public static class TopologyRecord
{
    private const int SitesMax = 8192;
    private const int EdgesMax = 131_072;

    /// <summary>Writes the whole frame.</summary>
    public static void Write(FieldWriter writer, Topology topology)
    {
        SiteName[] sites = [.. topology.Edges.SelectMany(e => new[] { e.A, e.B }).Distinct().Order()];
        writer.BeginFrame();
        writer.Text(topology.Group.Value);
        writer.Number(topology.Edition);
        writer.Text(topology.Master.Value);
        writer.Number((long)topology.Connectivity);
        writer.Number((long)sites.Length);
        foreach (SiteName site in sites)
        {
            writer.Text(site.Value);
        }

        writer.Number((long)topology.Edges.Length);
        foreach (Edge edge in topology.Edges)
        {
            writer.Number((long)Array.BinarySearch(sites, edge.A));
            writer.Number((long)Array.BinarySearch(sites, edge.B));
        }

        writer.EndFrame(FrameKind.Topology);
    }

    /// <summary>The same, in bytes of its own.</summary>
    public static byte[] FrameOf(Topology topology)
    {
        var writer = new FieldWriter();
        Write(writer, topology);
        return writer.Written.ToArray();
    }

    /// <summary>Reads the payload; null if it is malformed.</summary>
    public static Topology? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        GroupName group = reader.Group();
        long edition = reader.Number(WireLimits.NumberMax);
        SiteName master = reader.Site();
        int connectivity = (int)reader.Number(64);
        var sites = new List<SiteName>();
        for (long n = reader.Number(SitesMax); n > 0 && !reader.Failed; n--)
        {
            sites.Add(reader.Site());
        }

        var edges = ImmutableArray.CreateBuilder<Edge>();
        long edgeCount = reader.Number(EdgesMax);
        if (sites.Count == 0 && edgeCount > 0)
        {
            return null;
        }

        for (long n = edgeCount; n > 0 && !reader.Failed; n--)
        {
            long a = reader.Number(sites.Count - 1);
            long b = reader.Number(sites.Count - 1);
            if (reader.Failed || sites[(int)a] == sites[(int)b])
            {
                return null;
            }

            edges.Add(Edge.Between(sites[(int)a], sites[(int)b]));
        }

        edges.Sort();
        return reader.Failed || edition < 1 ? null : new Topology(group, edition, master, connectivity, edges.ToImmutable());
    }
}
