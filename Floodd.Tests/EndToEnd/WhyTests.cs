// What `why` and `topology dot` answer, in the forms of CLIENT-PROTOCOL.md, and whom they refuse.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class WhyTests
{
    private const string Estimate = @"\(:rtt-ms \d+\.\d{3}\) \(:spread-ms \d+\.\d{3}\)( \(:bandwidth \d+\))? \(:age \d+\) \(:guessed no\)";
    private const string Score = @"\(:links \d+\) \(:cost-ms \d+\.\d{3}\) \(:flood-ms (\d+\.\d{3}|never)\) \(:delay-ms (\d+\.\d{3}|never)\) \(:score (\d+\.\d{3}|never)\)";

    [Test]
    public void Why_takes_a_link_apart_and_refuses_whom_it_does_not_know()
    {
        using SiteGroup group = SiteGroup.Start();
        TestSite site = group[2];
        Eventually.Holds(() => SeenTopology.At(site) is { IsMeasured: true, Links.Count: 3 }, "a topology of measured links", () => site.Ask("topology").ToString());
        using ClientSession session = site.Open();
        Reply why = session.Ask("why g s2 s1");
        TestContext.Out.WriteLine(why);
        Assert.That((why.Code, why.Text), Is.EqualTo((219, "why s2 s1 follows")));
        Assert.That(why.Body, Has.Length.EqualTo(7));
        Assert.That(why.Body[0], Does.Match(@"^\(:why s2 s1 \(:group-name g\) \(:edition [1-9]\d*\) \(:planned yes\) \(:usable yes\)\)$"));
        Assert.That(why.Body[1], Does.Match($@"^\(:estimate s2 s1 {Estimate}\)$"));
        Assert.That(why.Body[2], Does.Match(@"^\(:direct \(:delay-ms \d+\.\d{3}\)\)$"));
        Assert.That(why.Body[3], Does.Match(@"^\(:way-round s2 s3 s1 \(:delay-ms \d+\.\d{3}\)\)$"));
        Assert.That(why.Body[4], Does.Match($@"^\(:with {Score}\)$"));
        Assert.That(why.Body[5], Does.Match($@"^\(:without {Score} \(:connectivity 1\)\)$"));
        Assert.That(why.Body[6], Is.EqualTo("(:without-it s2 and s1 are parted if these fail: s3)"));

        // Without its group, and the next request behind it: replies come in order.
        session.SendText("WHY s1 s3\nping\n");
        Assert.That(session.ReadReply().Text, Is.EqualTo("why s1 s3 follows"));
        Assert.That(session.ReadReply().Code, Is.EqualTo(250));

        foreach (string unknown in new[] { "why g s1 s9", "why s9 s1", "why nowhere s1 s2", "why s1 s1", "why g s1 (((" })
        {
            Assert.That(session.Ask(unknown).Code, Is.EqualTo(550), unknown);
        }

        foreach (string wrong in new[] { "why", "why s1", "why g s1 s2 s3" })
        {
            Reply reply = session.Ask(wrong);
            Assert.That(reply.Code, Is.EqualTo(501), wrong);
            Assert.That(reply.Text, Does.Contain("why [group] A B"), wrong);
        }

        Reply help = session.Ask("help why");
        Assert.That((help.Code, help.Body.Length), Is.EqualTo((100, 1)));
        Assert.That(help.Body[0], Does.StartWith("why [group] A B"));
    }

    [Test]
    public void Topology_dot_is_a_graph_of_all_members_and_links()
    {
        using SiteGroup group = SiteGroup.Start();
        TestSite site = group[1];
        Eventually.Holds(() => SeenTopology.At(site) is { IsMeasured: true, Links.Count: 3 }, "a topology of measured links", () => site.Ask("topology").ToString());
        Reply dot = site.Ask("topology g dot");
        Assert.That((dot.Code, dot.Text), Is.EqualTo((213, "topology of g follows")));
        Assert.That(dot.Body[..4], Is.EqualTo(new[] { "graph \"g\" {", "  \"s1\";", "  \"s2\";", "  \"s3\";" }));
        Assert.That(dot.Body[4..7].Select(l => l.Split(" [")[0]), Is.EqualTo(new[] { "  \"s1\" -- \"s2\"", "  \"s1\" -- \"s3\"", "  \"s2\" -- \"s3\"" }));
        Assert.That(dot.Body[4..7], Is.All.Match(@" \[label=""\d+\.\d ms""\];$"));
        Assert.That(dot.Body[7..], Is.EqualTo(new[] { "}" }));
        Assert.That(site.Ask("topology dot").Body, Has.Length.EqualTo(8));
    }
}
