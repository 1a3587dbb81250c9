// The rehearsal: that its sites in fact flood each other, plan and export, as a rehearsal that stands still would compile nothing.
using Floodd.Hosting;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

internal sealed class RehearsalTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void Every_subscriber_is_given_every_update_and_the_group_is_planned(bool exporting)
    {
        const int floods = 2, sites = 5, bytes = 70_000 + (sites * (4096 + (3 * 128))), updates = 1 + (sites * 5), lineMost = 40;
        (long given, int exports, int plans) = Rehearsal.Run(exporting);
        Assert.That(given, Is.InRange((long)floods * sites * bytes, (floods * sites * (bytes + (updates * lineMost))) + 400));
        Assert.That(plans, Is.GreaterThanOrEqualTo(2), "one of them was parted");
        Assert.That(exports, exporting ? Is.Positive : Is.Zero);
    }
}
