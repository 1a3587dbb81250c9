// A topology from afar whose edges lead nowhere is malformed, not a defect. Reads bytes only.
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Wire;

internal sealed class TopologyBoundsTests
{
    [Test]
    public void Edges_without_sites_are_refused()
    {
        var writer = new FieldWriter();
        writer.Text("g");
        writer.Number(1L);
        writer.Text("master");
        writer.Number(2L);
        writer.Number(0L);
        writer.Number(1L);
        writer.Number(5L);
        writer.Number(6L);

        Assert.That(TopologyRecord.Read(writer.Written.Span), Is.Null);
    }

    [Test]
    public void A_topology_without_sites_and_edges_is_whole()
    {
        var writer = new FieldWriter();
        TopologyRecord.Write(writer, new Topology(new GroupName("g"), 1, new SiteName("m"), 2, []));

        Assert.That(TopologyRecord.Read(writer.Written.Span[Frame.HeadSize..])?.Edges, Is.Empty);
    }
}
