// The status table's numbers as a person reads them, and what it shows of a site.
using Floodd.Client;
using Floodd.Commands;
using NUnit.Framework;

namespace Floodd.Tests.Commands;

internal sealed class StatusTableTests
{
    [TestCase(0, "0 bytes")]
    [TestCase(1023, "1023 bytes")]
    [TestCase(1536, "1.5 KiB")]
    [TestCase(64 << 20, "64.0 MiB")]
    public void Bytes_are_shown_in_the_largest_unit(long bytes, string text) => Assert.That(StatusTable.Bytes(bytes), Is.EqualTo(text));

    [TestCase(59, "59 s")]
    [TestCase(61, "1 min 1 s")]
    [TestCase(7260, "2 h 1 min")]
    [TestCase(90000, "1 d 1 h")]
    public void A_time_is_shown_in_its_two_largest_units(long seconds, string text) => Assert.That(StatusTable.Time(seconds), Is.EqualTo(text));

    [Test]
    public void Members_the_gauge_and_only_what_went_wrong_are_shown()
    {
        string text = Print(new() { ["store-bytes"] = 512, ["store-max"] = 1024, ["updates-set-aside"] = 2, ["gaps"] = 0, ["export-retries"] = 0 });
        Assert.That(text, Does.Contain("s1 at 127.0.0.1:2000").And.Contain("g: 2 sites, master s1, topology 7"));
        Assert.That(text, Does.Match(@"s2\s+down\s+12\.5 ms\s+10\.0\.0\.2:2000"));
        Assert.That(text, Does.Contain("███████████████░░░░░░░░░░░░░░░ 512 bytes of 1.0 KiB, 50.0 %"));
        Assert.That(text, Does.Contain("2 updates were refused by the export command").And.Not.Contain("tried again"));
    }

    [Test]
    public void A_daemon_that_tells_little_is_shown_as_well() => Assert.That(Print([]), Does.Contain("gaps"));

    private static string Print(Dictionary<string, long> statistics)
    {
        using var output = new StringWriter();
        StatusTable.Print(
            new SiteStatus(
                new FlooddEndpoint("127.0.0.1", 2000),
                [new GroupStatus(new FloodGroup("g", "s1", 2, 7), [Member("s1", FloodMemberState.Self, null), Member("s2", FloodMemberState.Down, 12.5)])],
                new FloodStatistics(statistics, [])),
            output);
        return output.ToString();
    }

    private static FloodMember Member(string name, FloodMemberState state, double? rtt) =>
        new(name, null, $"10.0.0.{name[1]}", 2000, 2001, state, rtt, null);
}
