// Which site the daemon takes itself for.
using Floodd.Config;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Config;

internal sealed class IdentityTests
{
    private const string Sites = """
        (:site-define (:site-name one) (:hostname One.example.org))
        (:site-define (:site-name two) (:inet-address 192.0.2.2))
        (:site-define (:site-name three) (:hostname three) (:inet-address 192.0.2.3))
        (:site-define (:site-name four) (:hostname 192.0.2.4))

        """;

    [TestCase("one.EXAMPLE.org.", "198.51.100.1", "one")]
    [TestCase("one", "198.51.100.1", "one")]
    [TestCase("three.example.org", "198.51.100.1", null, Description = "its address says that it is elsewhere")]
    [TestCase("three", "198.51.100.1", "three")]
    [TestCase("other", "192.0.2.2", "two")]
    [TestCase("other", "192.0.2.4", "four")]
    [TestCase("one.example.com", "198.51.100.1", null)]
    public void The_site_with_this_machines_name_or_address_is_ours(string name, string address, string? expected) =>
        Assert.That(ConfigText.Read(Sites, machine: ConfigText.Machine(name, address)).Configuration?.Self.Value, Is.EqualTo(expected));

    [Test]
    public void The_command_line_wins_over_the_file_and_the_file_over_the_machine()
    {
        MachineNames machine = ConfigText.Machine("three");
        Assert.That(ConfigText.Good(ConfigText.Read(Sites + "(:local (:site-name two))", "one", machine)).Self, Is.EqualTo(new SiteName("one")));
        Assert.That(ConfigText.Good(ConfigText.Read(Sites + "(:local (:site-name two))", null, machine)).Self, Is.EqualTo(new SiteName("two")));
    }

    [Test]
    public void None_is_an_error_that_names_the_candidates() =>
        Assert.That(ConfigText.Errors(ConfigText.Read(Sites, machine: ConfigText.Machine("other"))), Is.EqualTo(new[]
        {
            "f:1:1: no site's hostname or inet-address is this machine's (other); name one on the command line or in (:local (:site-name ...)): four, one, three, two",
        }));

    [Test]
    public void Several_are_an_error_that_names_the_candidates() =>
        Assert.That(ConfigText.Errors(ConfigText.Read(Sites, machine: ConfigText.Machine("three", "192.0.2.2"))), Is.EqualTo(new[]
        {
            "f:1:1: 2 sites are on this machine; name one on the command line or in (:local (:site-name ...)): three, two",
        }));

    [Test]
    public void A_site_that_is_not_defined_is_an_error_with_the_nearest_name()
    {
        Assert.That(ConfigText.Errors(ConfigText.Read(Sites, "thre")), Is.EqualTo(new[]
        {
            "f:1:1: the site that the command line names, thre, is not defined; expected a (:site-define (:site-name thre) ...) or one of four, one, three, two; did you mean three?",
        }));
        Assert.That(ConfigText.Errors(ConfigText.Read(Sites + "(:local (:site-name x))")).Single(), Does.StartWith("f:5:21: :site-name of :local, x, is not defined"));
    }

    [Test]
    public void This_machine_has_names_and_loopback_addresses()
    {
        var machine = MachineNames.OfThisMachine();
        Assert.That(machine.Are("localhost") && machine.Are("127.0.0.1") && machine.Are(System.Net.IPAddress.IPv6Loopback) && machine.Are(Environment.MachineName));
        Assert.That(machine.Are("no-such-host.example"), Is.False);
    }
}
