// Why two members are linked, or are not, when they cannot be.
using Floodd.Core;
using Floodd.Measuring;
using Floodd.Model;
using Floodd.Planning;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class WhyJobTests
{
    private static readonly Edge Broken = Edge.Between(Rig.A, Rig.B);

    [TestCase(true)]
    [TestCase(false)]
    public void A_pair_that_could_not_be_linked_is_told_as_that_and_no_farther_apart_than_it_is(bool isPlanned)
    {
        Edge[] others = [Edge.Between(Rig.A, Rig.C), Edge.Between(Rig.B, Rig.C)];
        var topology = new Topology(Rig.Mirror, 1, Rig.A, 2, [.. isPlanned ? others.Append(Broken) : others]);
        var draft = new PlanDraft(Rig.Mirror, [Rig.A, Rig.B, Rig.C], 2, 3, new EstimateMatrix(TimeSpan.FromHours(1)), Instant.Zero, topology, [Broken]);
        LinkReason reason = new WhyJob(new ConnectionId(1), draft, Rig.A, Rig.B).Run();
        Assert.That((reason.IsUsable, reason.IsPlanned, reason.With is not null), Is.EqualTo((false, isPlanned, isPlanned)));
        Assert.That(reason.DelayMilliseconds, Is.LessThan(1000));
        Assert.That(new WhyJob(new ConnectionId(1), draft, Rig.A, Rig.C).Run().IsUsable, Is.True);
    }
}
