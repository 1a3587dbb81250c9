// The client port's commands and the replies that are promised for them, on a group of three daemons.
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class ClientPortTests
{
    private static readonly string[] Commands =
    [
        "help", "groups", "members", "topology", "estimates", "stats", "flood", "subscribe", "where", "wait",
        "nearest", "ping", "replan", "configuration", "shutdown", "quit",
    ];

    private SiteGroup _group = null!;
    private ClientSession _session = null!;

    [OneTimeSetUp]
    public void StartSites() => _group = SiteGroup.Start(new GroupPlan { GroupLines = " (:max-update-size 1m)" });

    [OneTimeTearDown]
    public void StopSites() => _group.Dispose();

    [SetUp]
    public void Connect() => _session = _group[0].Open();

    [TearDown]
    public void Disconnect() => _session.Dispose();

    [Test]
    public void The_daemon_greets() =>
        Assert.That(_session.Greeting, Does.Match("^200 floodd [0-9][^ ]* site s1 ready$"));

    [Test]
    public void Help_names_every_command()
    {
        Reply reply = _session.Ask("help");
        Assert.Multiple(() =>
        {
            Assert.That(reply.Code, Is.EqualTo(100));
            Assert.That(reply.Text, Is.EqualTo("help follows"));
            foreach (string command in Commands)
            {
                Assert.That(reply.Body, Has.Some.Matches<string>(line => line.TrimStart().StartsWith(command, StringComparison.Ordinal)), command);
            }
        });
    }

    [TestCaseSource(nameof(Commands))]
    public void Help_explains_a_command(string command)
    {
        Reply reply = _session.Ask($"help {command}");
        Assert.That(reply.Code, Is.EqualTo(100));
        Assert.That(string.Join('\n', reply.Body), Does.Contain(command));
    }

    [Test]
    public void Groups_lists_the_group()
    {
        Reply reply = _session.Ask("groups");
        Assert.That((reply.Code, reply.Text, reply.Body.Length), Is.EqualTo((211, "1 groups follows", 1)));
        Assert.That(reply.Body[0], Does.Match(@"^\(:group \(:group-name g\) \(:master-site s1\) \(:sites 3\) \(:edition \d+\)"));
    }

    [TestCase("members")]
    [TestCase("members g")]
    [TestCase("group g")]
    [TestCase("MEMBERS g")]
    public void Members_lists_the_members(string request)
    {
        Reply reply = _session.Ask(request);
        Assert.That((reply.Code, reply.Text), Is.EqualTo((212, "members of g follows")));
        Assert.That(reply.Body.Select(line => Reply.Value(line, "site-name")), Is.EquivalentTo(new[] { "s1", "s2", "s3" }));
        TestSite second = _group[1];
        string line = reply.Line("site-name", "s2");
        Assert.That(line, Does.StartWith("(:member "));
        Assert.That(
            (Reply.Value(line, "inet-address"), Reply.Value(line, "client-port"), Reply.Value(line, "data-port"), Reply.Value(line, "state")),
            Is.EqualTo(("127.0.0.1", $"{second.ClientPort}", $"{second.DataPort}", "up")));
        Assert.That(Reply.Value(reply.Line("site-name", "s1"), "state"), Is.EqualTo("self"));
    }

    [Test]
    public void Topology_lists_an_edition_and_its_links()
    {
        Eventually.Holds(() => _session.Ask("topology g").Body.Length >= 3, "a topology with two links", () => _session.Ask("topology g").ToString());
        Reply reply = _session.Ask("topology");
        Assert.That((reply.Code, reply.Text), Is.EqualTo((213, "topology of g follows")));
        Assert.That(reply.Body[0], Does.Match(@"^\(:topology \(:group-name g\) \(:edition \d+\) \(:master-site s1\) \(:connectivity 2\)"));
        Assert.That(reply.Body.Skip(1), Is.All.Match(@"^\(:link s[123] s[123]( \(:[a-z-]+ [^)]*\))*\)$"));
    }

    [Test]
    public void Topology_draws_a_graph()
    {
        Eventually.Holds(() => _session.Ask("topology g dot").Body.Any(line => line.Contains("--", StringComparison.Ordinal)), "a graph with links");
        Reply reply = _session.Ask("topology g dot");
        Assert.That(reply.Code, Is.EqualTo(213));
        Assert.That(reply.Body[0], Does.Match(@"^(strict )?graph\b.*\{$"));
        Assert.That(reply.Body[^1], Is.EqualTo("}"));
    }

    [Test]
    public void Estimates_lists_what_was_measured()
    {
        Eventually.Holds(() => _session.Ask("estimates g").Body.Length > 0, "a first estimate");
        Reply reply = _session.Ask("estimates");
        Assert.That((reply.Code, reply.Text), Is.EqualTo((214, "estimates of g follows")));
        Assert.That(reply.Body, Is.All.Match(@"^\(:estimate s[123] s[123]( \(:(rtt-ms|bandwidth|age) [0-9.]+\))+"));
    }

    [TestCase("stats")]
    [TestCase("statistics")]
    public void Stats_lists_names_and_values(string request)
    {
        Reply reply = _session.Ask(request);
        Assert.That((reply.Code, reply.Text), Is.EqualTo((215, "statistics follows")));
        Assert.That(reply.Body, Is.Not.Empty);
        Assert.That(reply.Body, Is.All.Match(@"^\(:[a-z0-9-]+ .+\)$"));
    }

    [Test]
    public void Where_and_wait_tell_the_delivery()
    {
        string id = _session.Flood("g", "where is it"u8);
        Assert.That(_session.Ask($"wait {id} all 20"), Has.Property("Code").EqualTo(250).And.Property("Text").EqualTo($"{id} exported at 3 of 3 sites"));
        Assert.That(_session.Ask($"wait {id} 2").Code, Is.EqualTo(250));
        Assert.That(_session.Ask($"wait {id}").Code, Is.EqualTo(250));
        Reply reply = _session.Ask($"where {id}");
        Assert.That((reply.Code, reply.Text), Is.EqualTo((217, $"delivery of {id} follows")));
        Assert.That(reply.Body.Order(), Is.EqualTo(new[] { "s1", "s2", "s3" }.Select(site => $"(:member {site} (:state exported))")));
    }

    [Test]
    public void Nearest_lists_members()
    {
        Reply reply = _session.Ask("nearest g");
        Assert.That((reply.Code, reply.Text), Is.EqualTo((216, "nearest follows")));
        Assert.That(reply.Body.Select(line => Reply.Value(line, "site-name")), Is.EquivalentTo(new[] { "s1", "s2", "s3" }));
    }

    [Test]
    public void Ping_is_answered() =>
        Assert.That(_session.Ask("ping"), Has.Property("Code").EqualTo(250).And.Property("Text").EqualTo("pong"));

    [TestCase(0)]
    [TestCase(1)]
    public void Replan_makes_a_new_edition_wherever_it_is_asked(int site)
    {
        using ClientSession session = _group[site].Open();
        long Edition() => long.Parse(Reply.Value(session.Ask("groups").Body[0], "edition")!, System.Globalization.CultureInfo.InvariantCulture);
        long before = Edition();
        Assert.That(session.Ask("replan g").Code, Is.InRange(200, 299));
        Eventually.Holds(() => Edition() > before, "a new edition", () => session.Ask("topology").ToString());
    }

    [Test]
    public void Configuration_passes_the_daemons_own_check()
    {
        Reply reply = _session.Ask("configuration g");
        Assert.That(reply.Code, Is.InRange(200, 299));
        using var folder = new TestFolder();
        string file = folder.Write("learned", string.Join('\n', reply.Body) + "\n");
        string own = folder.Write("own", "(:site-define (:site-name s9) (:inet-address 127.0.0.1)) (:local (:site-name s9))\n");
        Ending check = Executable.Run(folder, "check", "s9", "-c", file, "-c", own);
        Assert.That(check.ExitCode, Is.Zero, check.Errors);
    }

    [Test]
    public void Quit_says_goodbye_and_closes()
    {
        Assert.That(_session.Ask("quit").Code, Is.EqualTo(205));
        Assert.That(_session.IsAtEnd(), Is.True);
    }

    [Test]
    public void Requests_may_be_pipelined_and_are_answered_in_order()
    {
        _session.SendText("ping\nflood g 3\nabcping\nmembers g\nflood g\nx\n.\nnonsense\nquit\n");
        int[] codes = [.. Enumerable.Range(0, 8).Select(_ => _session.ReadReply().Code)];
        Assert.That(codes, Is.EqualTo(new[] { 250, 250, 250, 212, 354, 250, 500, 205 }));
    }

    [Test]
    public void Requests_may_come_byte_by_byte_with_either_line_end()
    {
        foreach (byte each in Encoding.ASCII.GetBytes("PiNg\r\nflood g 3\r\nabcping\n"))
        {
            _session.Send([each]);
        }

        Assert.That(_session.ReadReply().Text, Is.EqualTo("pong"));
        Assert.That(_session.ReadReply().Text, Does.EndWith("flooded to g, 3 bytes"));
        Assert.That(_session.ReadReply().Text, Is.EqualTo("pong"));
    }
}
