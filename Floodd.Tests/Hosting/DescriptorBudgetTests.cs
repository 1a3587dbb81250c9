// The caps on connections must sum to less than the process may open.
using Floodd.Config;
using Floodd.Hosting;
using Floodd.Tests.Core;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

internal sealed class DescriptorBudgetTests
{
    [TestCase(0)]
    [TestCase(20_000)]
    [TestCase(1024 + 512 + 128)]
    public void Caps_that_fit_are_left_alone(long limit)
    {
        Configuration configuration = Rig.Configure();
        Assert.That(DescriptorBudget.Fit(configuration, limit, out string? note), Is.SameAs(configuration));
        Assert.That(note, Is.Null);
    }

    [TestCase(1024)]
    [TestCase(256)]
    [TestCase(160)]
    public void Caps_that_do_not_fit_are_lowered_and_it_is_said(long limit)
    {
        AccessDefinition access = DescriptorBudget.Fit(Rig.Configure(), limit, out string? note).Local.Access;
        Assert.That(access.SessionMax + access.LinkMax, Is.LessThanOrEqualTo(limit - DescriptorBudget.Reserve));
        Assert.That(Math.Min(access.SessionMax, access.LinkMax), Is.GreaterThanOrEqualTo(8));
        Assert.That(access.UnknownLinkMax, Is.LessThan(access.LinkMax));
        Assert.That(note, Does.Contain($"{limit} descriptors"));
    }
}
