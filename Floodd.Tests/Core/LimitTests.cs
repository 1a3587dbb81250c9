// What one client or one address may cost the others at the client port: the bounds of LIMITS.md, in virtual time.
using Floodd.Config;
using Floodd.Core;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LimitTests
{
    private readonly Rig _rig = new();

    [Test]
    public void Thirty_two_sessions_a_second_are_taken_from_one_address_elsewhere()
    {
        var rig = new Rig(l => l with { Access = l.Access with { SessionsPerAddressMax = 1000 } });
        Assert.That(Enumerable.Range(0, 40).Count(_ => !rig.Client("192.0.2.1").IsClosed), Is.EqualTo(32));
        Assert.That(rig.Client("192.0.2.2").IsClosed, Is.False);
        Assert.That(Enumerable.Range(0, 40).Count(_ => !rig.Client().IsClosed), Is.EqualTo(40), "of this host as many as there is room");
        rig.Pass(1);
        Assert.That(rig.Client("192.0.2.1").IsClosed, Is.False);
    }

    [Test]
    public void A_network_of_64_bits_counts_as_one_address()
    {
        var rig = new Rig(l => l with { Access = l.Access with { SessionsPerAddressMax = 2 } });
        ClientEnd[] clients = [.. Enumerable.Range(1, 3).Select(n => rig.Client($"2001:db8:0:1:{n}::1"))];
        Assert.That(clients.Select(c => c.IsClosed), Is.EqualTo(new[] { false, false, true }));
        Assert.That(rig.Client("2001:db8:0:2::1").IsClosed, Is.False);
        clients[0].End.Vanish();
        Assert.That(rig.Client("2001:db8:0:1:9::1").IsClosed, Is.False, "whoever goes makes room");
    }

    [Test]
    public void Commands_from_elsewhere_beyond_the_rate_wait_and_none_is_lost()
    {
        ClientEnd client = _rig.Client("192.0.2.1");
        client.Take();
        client.Say(string.Concat(Enumerable.Repeat("ping\n", 300)));
        Assert.That(Count(client.Take()), Is.EqualTo(201), "200 saved up, and one on credit");
        Assert.That(client.End.IsPaused);
        _rig.Pass(1);
        Assert.That(Count(client.Take()), Is.EqualTo(50).Within(2));
        _rig.Pass(2);
        Assert.That(Count(client.Take()), Is.EqualTo(49).Within(3));
        Assert.That(client.End.IsPaused, Is.False);
        Assert.That(_rig.Core.State.Counters.SessionsSlowed, Is.Positive);
    }

    [Test]
    public void Lines_that_are_long_and_do_not_end_are_bounded_for_all_sessions_together()
    {
        const int line = 60_000;
        var rig = new Rig(l => l with { Access = l.Access with { SessionsPerSecondMax = 1000 } });
        ClientEnd[] clients = [.. Enumerable.Range(0, 100).Select(_ => rig.Client())];
        foreach (ClientEnd client in clients)
        {
            client.Say("subscribe mirror " + new string('x', line));
        }

        Assert.That(clients.Count(c => !c.IsClosed), Is.EqualTo((2 << 20) / (line + "subscribe mirror ".Length)));
        Assert.That(clients[^1].Take(), Does.Contain("421 "));
        clients[0].Say("\n");
        Assert.That(clients[0].IsClosed, Is.False, "who was there before is not ended for others");
        clients[1].End.Vanish();
        ClientEnd later = rig.Client();
        later.Say("subscribe mirror " + new string('x', line));
        Assert.That(later.IsClosed, Is.False, "whoever goes or ends the line makes room");
    }

    [Test]
    public void An_expensive_command_counts_as_ten()
    {
        ClientEnd client = _rig.Client("192.0.2.1");
        client.Take();
        client.Say(string.Concat(Enumerable.Repeat("topology\n", 30)));
        Assert.That(client.Take().Split("213 ").Length - 1, Is.EqualTo(21));
    }

    [Test]
    public void Commands_of_this_host_and_floods_of_anybody_are_not_slowed()
    {
        var rig = new Rig(l => l with { Access = l.Access with { AllowClients = ["192.0.2.1"] }, Export = new ExportDefinition() });
        ClientEnd here = rig.Client(), there = rig.Client("192.0.2.1");
        here.Take();
        there.Take();
        here.Say(string.Concat(Enumerable.Repeat("ping\n", 1000)));
        Assert.That(Count(here.Take()), Is.EqualTo(1000));
        there.Say(string.Concat(Enumerable.Repeat("flood 1\nx", 1000)));
        Assert.That(Count(there.Take()), Is.EqualTo(1000));
    }

    [Test]
    public void Who_takes_none_of_its_replies_is_ended_after_ten_seconds()
    {
        _rig.Drains = false;
        ClientEnd client = _rig.Client();
        client.Say(string.Concat(Enumerable.Repeat("help\n", 300)));
        Assert.That(client.End.IsPaused);
        _rig.Pass(9);
        Assert.That(client.IsClosed, Is.False);
        _rig.Pass(3);
        Assert.That(client.IsClosed);
        Assert.That(_rig.Core.State.Counters.SessionsSlow, Is.EqualTo(1));
        Assert.That(_rig.Core.Limits.Unread, Is.Zero);
    }

    [Test]
    public void When_all_together_leave_too_much_unread_the_slowest_goes()
    {
        var rig = new Rig(l => l with { Access = l.Access with { OutputMax = 65_536 } }) { Drains = false };
        ClientEnd[] clients = [.. Enumerable.Range(0, 4).Select(_ => rig.Client())];
        foreach (ClientEnd client in clients)
        {
            client.Say(string.Concat(Enumerable.Repeat("help\n", 100)));
        }

        Assert.That(rig.Core.Limits.Unread, Is.LessThan(4 * 65_536), "each gets little more once there is too much");
        rig.Drain(clients[0].End);
        rig.Pass(2);
        rig.Drain(clients[0].End);
        rig.Pass(4.5);
        Assert.That(rig.Core.Limits.Unread, Is.LessThanOrEqualTo(65_536));
        Assert.That(clients.Count(c => c.IsClosed), Is.Positive);
    }

    [Test]
    public void One_session_gets_only_so_much_in_one_turn()
    {
        _rig.Drains = false;
        ClientEnd client = _rig.Client();
        client.Say(string.Concat(Enumerable.Repeat("help\n", 1000)));
        Assert.That(client.End.Unwritten, Is.LessThan(64 * 1024));
        _rig.Drains = true;
        _rig.Drain(client.End);
        _rig.Do();
        Assert.That(client.Take().Split("100 help").Length - 1, Is.EqualTo(1000), "and all of it in the end");
    }

    [Test]
    public void Subscriptions_of_one_session_are_bounded()
    {
        ClientEnd client = _rig.Client();
        string replies = client.Ask(string.Concat(Enumerable.Repeat("subscribe\n", 65)));
        Assert.That(SessionTests.Codes(replies).Split(' ').Count(c => c == "452"), Is.EqualTo(1));
    }

    [Test]
    public void Places_named_by_all_subscribers_together_are_bounded()
    {
        string position = string.Join(',', Enumerable.Range(0, 6000).Select(n => $"x{n}/1/1"));
        string[] codes = [.. Enumerable.Range(0, 12).Select(_ => SessionTests.Codes(_rig.Client().Ask($"subscribe from {position}\n")).Split(' ')[^1])];
        Assert.That(codes, Has.Some.EqualTo("452"));
        Assert.That(_rig.Core.Subscribers.NamedCount, Is.LessThan(65_536 + 6000));
    }

    [Test]
    public void A_wait_whose_client_is_gone_leaves_nothing_behind()
    {
        _rig.Client().Ask("flood 2\nhi");
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 2000; i++)
        {
            ClientEnd client = _rig.Client();
            client.Say("wait b/b1/1 all 3600\n");
            client.End.Heard.Clear();
            client.End.Vanish();
        }

        // The rig itself keeps something of each; a session with its buffers would be 2 KiB more.
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(2000 * 1500));
    }

    [TestCase(4, false)]
    [TestCase(7, true)]
    public void A_sized_update_must_keep_a_pace_after_five_seconds(double seconds, bool isEnded)
    {
        ClientEnd client = _rig.Client();
        client.Say("flood 100000\nx");
        _rig.Pass(seconds);
        Assert.That(client.IsClosed, Is.EqualTo(isEnded));
    }

    [Test]
    public void A_whole_update_has_thirty_seconds_and_one_for_each_500_bytes()
    {
        var rig = new Rig(group: g => g with { MaxUpdateSize = 10_000 });
        ClientEnd client = rig.Client();
        client.Say("flood\n");
        for (int i = 0; i < 49; i++)
        {
            rig.Pass(1);
            client.Say("x\n");
        }

        Assert.That(client.IsClosed, Is.False);
        rig.Pass(2.5);
        Assert.That(client.IsClosed);
        Assert.That(rig.Core.ChargedBytes, Is.Zero);
    }

    [Test]
    public void Updates_that_stand_still_yield_a_store_that_is_nearly_full()
    {
        var rig = new Rig(l => l with { DataStorageMax = 100_000 });
        ClientEnd[] clients = [.. Enumerable.Range(0, 8).Select(_ => rig.Client())];
        foreach (ClientEnd client in clients)
        {
            client.Say("flood\n" + new string('x', 9_990) + "\n");
        }

        rig.Pass(4);
        Assert.That(rig.Core.ChargedBytes, Is.GreaterThan(75_000));
        rig.Pass(3);
        Assert.That(rig.Core.ChargedBytes, Is.LessThan(100));
        Assert.That(rig.Client().Ask("flood 2\nhi"), Does.StartWith("250 "));
    }

    [Test]
    public void A_line_without_a_word_is_no_first_command()
    {
        ClientEnd client = _rig.Client();
        for (int i = 0; i < 70 && !client.IsClosed; i++)
        {
            client.Say("\n");
            _rig.Pass(1);
        }

        Assert.That(_rig.Core.State.Counters.Commands, Is.Zero);
    }

    [Test]
    public void Under_stress_one_error_and_ten_seconds_end_a_session()
    {
        var rig = new Rig(l => l with { Access = l.Access with { SessionMax = 8 } });
        ClientEnd[] clients = [.. Enumerable.Range(0, 7).Select(_ => rig.Client())];
        clients[0].Say("nonsense\n");
        Assert.That(clients[0].IsClosed);
        ClientEnd again = rig.Client();
        rig.Pass(11);
        Assert.That(clients[1].IsClosed);
        Assert.That(again.IsClosed);
    }

    private static int Count(string replies) => replies.Split('\n').Count(line => line.StartsWith("250", StringComparison.Ordinal));
}
