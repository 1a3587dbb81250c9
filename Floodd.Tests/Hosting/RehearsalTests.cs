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
        const int updates = 3 * 3, bytes = 100_000 + 4096 + (3 * 128), linesMost = 6 * 40;
        (long given, int exports, int plans) = Rehearsal.Run(exporting);
        Assert.That(given, Is.InRange((long)updates * bytes, (updates * (bytes + linesMost)) + 400));
        Assert.That(plans, Is.Positive);
        Assert.That(exports, exporting ? Is.Positive : Is.Zero);
    }
}
