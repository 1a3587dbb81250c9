// What the client port refuses, with which code, and that the connection or at least the daemon lives on.
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class RefusalTests
{
    private SiteGroup _group = null!;
    private ClientSession _session = null!;

    // Two groups, so that a command must name one; open to all addresses, so that one may come from elsewhere.
    [OneTimeSetUp]
    public void StartSite() => _group = SiteGroup.Start(new GroupPlan
    {
        SiteCount = 1,
        Connectivity = 1,
        Groups = ["g", "h"],
        BindAddress = "0.0.0.0",
        LocalLines = _ => "(:session-max 8)",
    });

    [OneTimeTearDown]
    public void StopSite() => _group.Dispose();

    [SetUp]
    public void Connect()
    {
        // The daemon may not have heard yet that the many of the test before are gone.
        Eventually.Holds(
            () =>
            {
                _session?.Dispose();
                _session = _group[0].Open();
                return _session.Greeting.StartsWith("200 ", StringComparison.Ordinal);
            },
            "a place for one more");
    }

    [TearDown]
    public void Disconnect() => _session?.Dispose();

    [TestCase("flod g 3", "flood")]
    [TestCase("membres", "members")]
    [TestCase("hlep", "help")]
    public void An_unknown_command_is_answered_with_the_nearest_known(string request, string nearest)
    {
        Reply reply = _session.Ask(request);
        Assert.That(reply.Code, Is.EqualTo(500), reply.Text);
        Assert.That(reply.Text, Does.Contain(nearest));
    }

    [TestCase("wait", "wait ID")]
    [TestCase("where", "where ID")]
    [TestCase("where nonsense", "where ID")]
    [TestCase("ping pong pang", "ping")]
    [TestCase("flood g 12345678901", "flood")]
    [TestCase("flood g -1", "flood")]
    [TestCase("flood g +1", "flood")]
    [TestCase("flood g 0x10", "flood")]
    [TestCase("flood g 1e9", "flood")]
    [TestCase("flood g 3 4", "flood")]
    public void Wrong_arguments_are_answered_with_the_form(string request, string form)
    {
        Reply reply = _session.Ask(request);
        Assert.That(reply.Code, Is.EqualTo(501), reply.Text);
        Assert.That(reply.Text, Does.Contain(form));
        Assert.That(_session.Ask("ping").Code, Is.EqualTo(250));
    }

    [TestCase("members")]
    [TestCase("topology")]
    [TestCase("flood")]
    public void A_command_without_its_group_is_answered_with_the_groups(string request)
    {
        Reply reply = _session.Ask(request);
        Assert.That(reply.Code, Is.EqualTo(501));
        Assert.That(reply.ToString(), Does.Match(@"(?s)\bg\b.*\bh\b"));
    }

    [TestCase("members nowhere")]
    [TestCase("topology nowhere")]
    [TestCase("estimates nowhere")]
    [TestCase("nearest nowhere")]
    [TestCase("flood nowhere")]
    [TestCase("subscribe nowhere")]
    public void A_group_that_does_not_exist_is_refused(string request)
    {
        Assert.That(_session.Ask(request).Code, Is.EqualTo(550));
        Assert.That(_session.Ask("ping").Code, Is.EqualTo(250));
    }

    [Test]
    public void A_number_that_somebody_sent_costs_no_memory()
    {
        long before = _group[0].Daemon.ResidentBytes;
        using (ClientSession liar = _group[0].Open())
        {
            liar.SendText("flood g 9999999999\nfew bytes");
            Assert.That(_session.Ask("ping").Code, Is.EqualTo(250));
        }

        Assert.That(_group[0].Daemon.ResidentBytes, Is.LessThan(before + (64L << 20)));
    }

    [Test]
    public void An_endless_line_ends_the_connection()
    {
        _session.SendText(new string('x', 10_000));
        Assert.That(_session.ReadReply().Code, Is.EqualTo(554));
        Assert.That(_session.IsAtEnd(), Is.True);
        Assert.That(_group[0].Ask("ping").Code, Is.EqualTo(250));
    }

    [Test]
    public void A_browser_is_not_served()
    {
        _session.SendText("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nshutdown\n");
        while (!_session.IsAtEnd())
        {
            Assert.That(_session.ReadReply().Code, Is.InRange(400, 599));
        }

        Assert.That(_group[0].Daemon.IsRunning, Is.True);
    }

    [Test]
    public void Bytes_that_are_no_text_are_refused()
    {
        _session.Send([0xff, 0xfe, 0x00, 0x80, (byte)'\n']);
        Assert.That(_session.ReadReply().Code, Is.InRange(500, 554));
        Assert.That(_group[0].Ask("ping").Code, Is.EqualTo(250));
    }

    [Test]
    public void Another_address_may_not_shut_the_daemon_down()
    {
        IPAddress? other = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        Assume.That(other, Is.Not.Null, "this machine has no address but the loopback one");
        using ClientSession remote = ClientSession.Open(new IPEndPoint(other!, _group[0].ClientPort));
        Assert.That(remote.Ask("shutdown").Code, Is.EqualTo(502));
        Assert.That(_session.Ask("ping").Code, Is.EqualTo(250));
    }

    [Test]
    public void A_session_too_many_is_told_so()
    {
        var sessions = new List<ClientSession>();
        try
        {
            for (int i = 0; i < 9 && sessions.All(session => session.Greeting.StartsWith("200 ", StringComparison.Ordinal)); i++)
            {
                sessions.Add(_group[0].Open());
                Speak(sessions[^1]);
            }

            Assert.That(sessions[^1].Greeting, Does.StartWith("421 "));
            Assert.That(sessions[^1].IsAtEnd(), Is.True);
            Assert.That(sessions[0].Ask("ping").Code, Is.EqualTo(250), "who was there before stays");
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    [Test]
    public void Who_has_said_nothing_makes_room_for_another()
    {
        var sessions = new List<ClientSession> { _group[0].Open() };
        try
        {
            Eventually.Holds(() => sessions[0].Ask("stats").Numbers()["sessions"] == 2, "the sessions of other tests to be gone");
            while (sessions.Count < 8)
            {
                sessions.Add(_group[0].Open());
                Speak(sessions[^1]);
            }

            // The ninth came, and _session had not said a word.
            Assert.That(_session.ReadReply().Code, Is.EqualTo(421));
            Assert.That(_session.IsAtEnd(), Is.True);
            Assert.That(sessions.Select(session => session.Ask("ping").Code), Is.All.EqualTo(250));
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    [Test]
    public void A_session_of_errors_only_is_ended()
    {
        string errors = string.Concat(Enumerable.Repeat("nonsense\n", 100));
        _session.Send(Encoding.ASCII.GetBytes(errors));
        int refused = 0;
        while (!_session.IsAtEnd())
        {
            Assert.That(_session.ReadReply().Code, Is.InRange(400, 599));
            refused++;
        }

        Assert.That(refused, Is.LessThan(100));
    }

    private static void Speak(ClientSession session)
    {
        if (session.Greeting.StartsWith("200 ", StringComparison.Ordinal))
        {
            Assert.That(session.Ask("ping").Code, Is.EqualTo(250));
        }
    }
}
