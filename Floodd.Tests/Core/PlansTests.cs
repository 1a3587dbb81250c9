// When a master plans and what it puts into force; plans and generators are answered by hand.
using System.Text;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class PlansTests
{
    [Test]
    public void A_master_plans_a_second_after_its_members_came()
    {
        var rig = new Rig();
        rig.Link(Rig.C);
        rig.Pass(0.9);
        Assert.That(rig.Plans, Is.Empty);
        rig.Pass(0.2);
        Assert.That(rig.Plans.Single() is { Kind: PlanKind.Full } job && job.Draft.Members.SequenceEqual([Rig.B, Rig.C]), Is.True);
        rig.Planned(rig.Plans[0]);
        Assert.That(rig.Group.Topology is { Edition: 1 } topology && topology.Edges.SequenceEqual([Edge.Between(Rig.B, Rig.C)]), Is.True);
    }

    [Test]
    public void Who_is_not_the_master_plans_nothing()
    {
        var rig = new Rig();
        rig.Link(Rig.A);
        rig.Link(Rig.C);
        rig.Pass(5);
        Assert.That(rig.Plans, Is.Empty);
    }

    [Test]
    public void A_plan_for_members_that_have_changed_meanwhile_is_dropped()
    {
        var rig = new Rig();
        LinkEnd c = rig.Link(Rig.C);
        rig.Pass(1.1);
        c.End.Vanish();
        rig.Planned(rig.Plans[0]);
        Assert.That(rig.Group.Topology, Is.Null);
    }

    [Test]
    public void An_answer_that_nobody_asked_for_changes_nothing()
    {
        var rig = new Rig();
        rig.Link(Rig.C);
        rig.Pass(1.1);
        rig.Do(new Event.Planned(Rig.Mirror, 99, rig.Plans[0].Run(0.01)));
        Assert.That(rig.Group.Topology, Is.Null);
        rig.Planned(rig.Plans[0]);
        rig.Planned(rig.Plans[0]);
        Assert.That(rig.Group.Topology!.Edition, Is.EqualTo(1));
    }

    [Test]
    public void Replan_makes_another_edition_even_if_it_is_the_same()
    {
        var rig = new Rig();
        rig.Link(Rig.C);
        rig.Pass(1.1);
        rig.Planned(rig.Plans[0]);
        rig.Client().Ask("replan\n");
        rig.Planned(rig.Plans[^1]);
        Assert.That((rig.Plans.Count, rig.Group.Topology!.Edition), Is.EqualTo((2, 2L)));
    }

    [Test]
    public void A_replan_that_is_asked_for_while_a_plan_is_made_is_not_forgotten()
    {
        var rig = new Rig();
        rig.Link(Rig.C);
        rig.Pass(1.1);
        rig.Client().Ask("replan\n");
        Assert.That(rig.Plans, Has.Count.EqualTo(1), "one at a time");
        rig.Planned(rig.Plans[0]);
        rig.Pass(130);
        for (int i = 1; i < rig.Plans.Count; i++)
        {
            rig.Planned(rig.Plans[i]);
        }

        Assert.That(rig.Group.Topology!.Edition, Is.GreaterThanOrEqualTo(1));
        Assert.That(rig.Group.Plan.IsDemanded, Is.False);
    }

    [TestCase("b c\n", true)]
    [TestCase("\n  c\tb \r\n", true)]
    [TestCase("", false)]
    [TestCase("b b\n", false)]
    [TestCase("b a\n", false)]
    [TestCase("b c d\n", false)]
    [TestCase("b\n", false)]
    [TestCase("\u0000\u0007 rubbish ; DROP TABLE\n", false)]
    public void A_generators_answer_is_used_only_if_it_makes_sense(string answer, bool isUsed)
    {
        var rig = new Rig(group: g => g with { TopologyGenerator = "plan it" });
        rig.Link(Rig.C);
        rig.Pass(1.1);
        GeneratorJob job = rig.Generators.Single();
        rig.Do(new Event.Generated(Rig.Mirror, job.Number, new RunOutcome(RunEnd.Exited, 0, "exited with 0"), Encoding.UTF8.GetBytes(answer)));
        Assert.That(rig.Group.Topology is not null, Is.EqualTo(isUsed));
        Assert.That(rig.Client().Ask("stats\n"), Does.Contain($"(:generator-failures {(isUsed ? 0 : 1)})"));
        Assert.That(rig.NoteKinds.Contains(NoteKind.TopologyRefused), Is.EqualTo(!isUsed));
    }

    [TestCase(RunEnd.Exited, 3)]
    [TestCase(RunEnd.Signaled, 11)]
    [TestCase(RunEnd.TimedOut, 0)]
    [TestCase(RunEnd.NotStarted, 0)]
    public void A_generator_that_fails_leaves_the_last_good_topology_in_force(RunEnd end, int code)
    {
        var rig = new Rig(group: g => g with { TopologyGenerator = "plan it", UpdatePeriod = TimeSpan.FromSeconds(4) });
        rig.Link(Rig.C);
        rig.Pass(1.1);
        rig.Do(new Event.Generated(Rig.Mirror, rig.Generators[0].Number, new RunOutcome(RunEnd.Exited, 0, ""), "b c\n"u8.ToArray()));
        Topology good = rig.Group.Topology!;
        rig.Client().Ask("replan\n");
        rig.Do(new Event.Generated(Rig.Mirror, rig.Generators[^1].Number, new RunOutcome(end, code, "no good"), "c b\n"u8.ToArray()));
        Assert.That(rig.Group.Topology, Is.SameAs(good));
        Assert.That(rig.Notes[^1].Text, Does.Contain("edition 1 stays").And.Contains("no good"));
        rig.Pass(3.5);
        Assert.That(rig.Generators, Has.Count.EqualTo(3), "it is asked again at update-period");
    }

    [Test]
    public void A_generator_gets_what_the_contract_says()
    {
        var rig = new Rig(group: g => g with { TopologyGenerator = "plan it", Connectivity = 1 });
        LinkEnd c = rig.Link(Rig.C);
        c.Send(new EstimateReport(Rig.C, 1, 1, 0, [new EstimateEntry(Rig.B, 12_500, 100, 1_250_000, TimeSpan.Zero)]).Write);
        rig.Pass(1.1);
        Assert.That(string.Concat(GeneratorText.Question(rig.Generators[0].Draft).Select(p => Encoding.UTF8.GetString(p.Span))), Is.EqualTo(
            """
            (:plan (:group-name mirror) (:connectivity 1) (:max-degree 8) (:previous-edition 0))
            (:member b)
            (:member c)
            (:estimate b c (:rtt-ms 12.500) (:bandwidth 1250000))

            """));
    }

    [Test]
    public void Why_tells_what_a_link_is_for()
    {
        var rig = new Rig();
        rig.Link(Rig.C);
        rig.Pass(1.1);
        rig.Planned(rig.Plans[0]);
        ClientEnd client = rig.Client();
        string told = client.Ask("why b c\nping\n");
        Assert.That(told, Does.StartWith("219 why b c follows").And.Contains("(:planned yes)").And.EndsWith("250 pong\r\n").Or.EndWith("250 pong\n"));
        Assert.That(client.Ask("why mirror c b\n"), Does.StartWith("219 "));
        Assert.That(client.Ask("why b a\n"), Does.StartWith("550 "));
        Assert.That(client.Ask("why b b\n"), Does.StartWith("550 "));
        Assert.That(client.Ask("why b\n"), Does.StartWith("501 "));
    }
}
