// Whom an entry of an access list means.
using System.Net;
using Floodd.Config;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Config;

internal sealed class AccessPatternTests
{
    [TestCase("inferno", "inferno", null, "10.0.0.1", true)]
    [TestCase("inferno", "Inferno", null, "10.0.0.1", false)]
    [TestCase("inferno", "other", "INFERNO.", "10.0.0.1", true)]
    [TestCase("inferno", null, null, "10.0.0.1", false)]
    [TestCase("inf*", "inferno", null, "10.0.0.1", true)]
    [TestCase("*-1", "mirror-1", null, "10.0.0.1", true)]
    [TestCase("*.example.org", "x", "a.Example.org", "10.0.0.1", true)]
    [TestCase("*.example.org", "x", "example.org", "10.0.0.1", false)]
    [TestCase("1*", "x", null, "10.0.0.1", false, Description = "a name's pattern never matches an address")]
    [TestCase("*", null, null, "10.0.0.1", true)]
    [TestCase("10.0.0.1", null, null, "10.0.0.1", true)]
    [TestCase("10.0.0.1", null, null, "::ffff:10.0.0.1", true)]
    [TestCase("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", false, Description = "a name that looks like an address is none")]
    [TestCase("10.0.0.0/8", null, null, "10.255.0.1", true)]
    [TestCase("10.0.0.0/8", null, null, "::ffff:10.255.0.1", true)]
    [TestCase("10.0.0.0/8", null, null, "11.0.0.1", false)]
    [TestCase("0.0.0.0/0", null, null, "11.0.0.1", true)]
    [TestCase("0.0.0.0/0", null, null, "2001:db8::1", false)]
    [TestCase("2001:db8::/32", null, null, "2001:db8::1", true)]
    [TestCase("::ffff:10.0.0.1", null, null, "10.0.0.1", true)]
    [TestCase("localhost", null, null, "127.3.2.1", true)]
    [TestCase("localhost", null, null, "10.0.0.1", false)]
    public void A_pattern_means_whom_it_says(string text, string? name, string? hostname, string address, bool expected)
    {
        Assert.That(AccessPattern.TryParse(text, out AccessPattern? pattern));
        Assert.That(pattern!.Matches(name == null ? null : new SiteName(name), hostname, IPAddress.Parse(address)), Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("a b")]
    [TestCase("a?")]
    [TestCase("-a")]
    [TestCase("10.0.0.0/33")]
    [TestCase("10.0.0.0/-1")]
    [TestCase("10.0.0.0/")]
    [TestCase("10.0.0.1/8")]
    [TestCase("10.0.0.*")]
    [TestCase("10.0.0.256")]
    [TestCase("10.1.2")]
    [TestCase("1.*")]
    [TestCase("10/8")]
    [TestCase("::/129")]
    [TestCase("[::1]")]
    [TestCase("fe80::1%eth0")]
    public void What_is_no_pattern_is_refused(string text) => Assert.That(AccessPattern.TryParse(text, out _), Is.False);
}
