// The client port, request by request: who may do what, in which order replies come, and what ends a session.
using Floodd.Config;
using Floodd.Core;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SessionTests
{
    private readonly Rig _rig = new();

    [Test]
    public void A_client_is_greeted() => Assert.That(_rig.Client().Take(), Does.Match("^200 floodd .* site b ready\n$"));

    [Test]
    public void Requests_in_one_piece_are_answered_in_order() =>
        Assert.That(Codes(_rig.Client().Ask("ping\r\nPING\nnonsense\nflood x 3\nabcping\nwhere b/b1/9\nflood 2\n\n\nping\n")), Is.EqualTo("250 250 500 550 250 550 250 250"));

    [Test]
    public void Requests_byte_by_byte_are_answered_alike()
    {
        ClientEnd client = _rig.Client();
        client.Take();
        foreach (char c in "ping\r\nflood 3\na\nbflood\n..dot\r\n.\r\nquit\r\n")
        {
            client.Say(c.ToString());
        }

        Assert.That(Codes(client.Take()), Is.EqualTo("250 250 354 250 205"));
        Assert.That(client.IsClosed);
    }

    [Test]
    public void What_comes_behind_a_wait_is_answered_behind_it()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 2\nhi");
        Assert.That(client.Ask("wait b/b1/1 1 30\nping\n"), Is.Empty);
        client.Say("ping\n");
        Assert.That(client.End.IsPaused, "nothing more is read meanwhile");
        _rig.EndRun(_rig.Exports[0]);
        Assert.That(client.Take(), Is.EqualTo("250 b/b1/1 exported at 1 of 3 sites\n250 pong\n250 pong\n"));
        Assert.That(client.End.IsPaused, Is.False);
    }

    [Test]
    public void A_wait_whose_time_is_over_says_so_and_the_session_goes_on()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 2\nhi");
        client.Ask("wait b/b1/1 all 2\nping\n");
        _rig.EndRun(_rig.Exports[0]);
        _rig.Pass(1.9);
        Assert.That(client.Take(), Is.Empty);
        _rig.Pass(0.2);
        Assert.That(client.Take(), Is.EqualTo("450 b/b1/1 exported at 1 of 3 sites\n250 pong\n"));
    }

    [Test]
    public void A_client_that_goes_while_it_waits_is_forgotten()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 2\nhi");
        client.Ask("wait b/b1/1 all 2\nping\n");
        client.End.Vanish();
        _rig.Pass(3);
        Assert.That(_rig.Stray, Is.Empty);
        Assert.That(_rig.Core.Desk.Sessions, Is.Empty);
    }

    [Test]
    public void Where_tells_who_has_exported_who_is_pending_and_who_cannot_be_reached()
    {
        LinkEnd link = _rig.Link(Rig.A);
        ClientEnd client = _rig.Client();
        client.Ask("flood 2\nhi");
        const string listing = "217 delivery of b/b1/1 follows\n(:member a (:state {0}))\n(:member b (:state {1}))\n(:member c (:state unreachable))\n.\n";
        Assert.That(client.Ask("where b/b1/1\n"), Is.EqualTo(string.Format(null, listing, "pending", "pending")));
        _rig.EndRun(_rig.Exports[0]);
        Assert.That(client.Ask("where b/b1/1\n"), Is.EqualTo(string.Format(null, listing, "pending", "exported")));
        link.Exported(new(Rig.B, 0xb1), 1);
        Assert.That(client.Ask("where b/b1/1\n"), Is.EqualTo(string.Format(null, listing, "exported", "exported")));
    }

    [TestCase("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [TestCase("POST /flood HTTP/1.0\r\n\r\nflood 2\nhi")]
    [TestCase("Host: localhost:2000\r\n")]
    public void A_browser_is_turned_away(string request)
    {
        ClientEnd client = _rig.Client();
        Assert.That(client.Ask(request), Does.StartWith("554 "));
        Assert.That(client.IsClosed);
        Assert.That(_rig.Exports, Is.Empty);
        Assert.That(_rig.NoteKinds, Does.Contain(NoteKind.SessionRefused));
    }

    [Test]
    public void A_line_without_end_is_cut_off()
    {
        ClientEnd client = _rig.Client();
        client.Take();
        client.Say(new string('x', 4096));
        Assert.That(client.IsClosed, Is.False);
        Assert.That(client.Ask("x"), Does.StartWith("554 "));
        Assert.That(client.IsClosed);
    }

    [Test]
    public void Twenty_requests_that_make_no_sense_end_a_session()
    {
        ClientEnd client = _rig.Client();
        client.Take();
        for (int i = 0; i < 19; i++)
        {
            Assert.That(client.Ask(i % 2 == 0 ? "nonsense\n" : "where\n"), Does.StartWith("50"));
        }

        Assert.That(client.IsClosed, Is.False);
        Assert.That(Codes(client.Ask("nonsense\nping\n")), Is.EqualTo("500 421"));
        Assert.That(client.IsClosed);
    }

    [Test]
    public void From_afar_nobody_ends_the_daemon()
    {
        ClientEnd client = _rig.Client("192.0.2.1");
        Assert.That(client.Ask("shutdown\nterminate\nping\n"), Does.Match("^502 .*\n502 .*\n250 pong\n$"));
        _rig.Pass(6);
        Assert.That(_rig.Stops, Is.Zero);
    }

    [TestCase("127.0.0.1")]
    [TestCase("127.9.9.9")]
    [TestCase("::1")]
    [TestCase("::ffff:127.0.0.1")]
    public void From_this_host_anybody_may_end_the_daemon(string address)
    {
        ClientEnd client = _rig.Client(address);
        Assert.That(client.Ask("shutdown\nping\n"), Is.EqualTo("250 the daemon ends\n"));
        Assert.That(client.IsClosed);
        Assert.That(_rig.Stops, Is.EqualTo(1));
    }

    [Test]
    public void From_afar_nobody_floods_and_the_bytes_are_skipped()
    {
        ClientEnd client = _rig.Client("192.0.2.1");
        Assert.That(Codes(client.Ask("flood 5\nping\nflood\nping\ngroups\n")), Does.StartWith("502 502 250 211"));
        Assert.That(_rig.Exports, Is.Empty);
    }

    [Test]
    public void From_allowed_networks_clients_flood()
    {
        var rig = new Rig(l => l with { Access = l.Access with { AllowClients = ["192.0.2.0/24"] } });
        Assert.That(Codes(rig.Client("192.0.2.1").Ask("flood 2\nhi")), Is.EqualTo("250"));
        Assert.That(Codes(rig.Client("192.0.3.1").Ask("flood 2\nhi")), Is.EqualTo("502"));
    }

    [Test]
    public void Who_says_nothing_is_let_go()
    {
        ClientEnd silent = _rig.Client(), spoke = _rig.Client();
        spoke.Ask("ping\n");
        silent.Take();
        _rig.Pass(62);
        Assert.That(Codes(silent.Take()), Is.EqualTo("421"));
        Assert.That((silent.IsClosed, spoke.IsClosed), Is.EqualTo((true, false)));
        _rig.Pass(302);
        Assert.That(spoke.IsClosed);
    }

    [Test]
    public void Nothing_is_said_to_a_client_that_is_gone()
    {
        ClientEnd client = _rig.Client();
        client.End.IsClosed = true;
        _rig.Do(new Event.Received(client.End.Id, "ping\n"u8.ToArray()), new Event.Closed(client.End.Id, "reset"));
        Assert.That(_rig.Stray, Is.Empty);
    }

    [Test]
    public void A_client_that_does_not_read_its_replies_is_not_read_either()
    {
        ClientEnd client = _rig.Client();
        _rig.Drains = false;
        for (int i = 0; i < 400 && !client.End.IsPaused; i++)
        {
            client.Say(string.Concat(Enumerable.Repeat("help\n", 20)));
        }

        Assert.That(client.End.IsPaused);
        Assert.That(client.End.Unwritten, Is.LessThan(new AccessDefinition().UnreadMax + Session.SubscriberWindow + (64 * 1024)));
        _rig.Drains = true;
        _rig.Drain(client.End);
        _rig.Do();
        Assert.That(client.End.IsPaused, Is.False);
    }

    [Test]
    public void More_sessions_from_one_address_than_allowed_are_turned_away()
    {
        var rig = new Rig(l => l with { Access = l.Access with { SessionsPerAddressMax = 2 } });
        ClientEnd[] clients = [.. Enumerable.Range(0, 3).Select(_ => rig.Client("192.0.2.1"))];
        Assert.That(clients.Select(c => c.IsClosed), Is.EqualTo(new[] { false, false, true }));
        Assert.That(Codes(clients[2].Take()), Is.EqualTo("421"));
        Assert.That(rig.Client("192.0.2.2").IsClosed, Is.False);
    }

    internal static string Codes(string replies)
    {
        var codes = new List<string>();
        bool inListing = false;
        foreach (string line in replies.Split('\n')[..^1])
        {
            if (!inListing)
            {
                codes.Add(line[..3]);
            }

            inListing = inListing ? line != "." : line.EndsWith(" follows", StringComparison.Ordinal);
        }

        return string.Join(' ', codes);
    }
}
