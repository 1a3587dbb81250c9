// How one bad update is found among many, what becomes of it, and what clients may say to that. No process is ever started.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Floodd.Spool;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SetAsideTests
{
    private Rig _rig = new();
    private int _ended;

    private Counters Counters => _rig.Core.State.Counters;

    private SetAsideUpdates Aside => _rig.Core.State.Aside;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(500)]
    [TestCase(999)]
    public void One_bad_update_among_a_thousand_is_found_in_about_fifteen_runs(int bad)
    {
        ClientEnd client = Flood(1000);
        List<string> taken = RunAll($"<{bad}>");
        Assert.That(taken, Is.EqualTo(Enumerable.Range(0, 1000).Where(i => i != bad).Select(i => $"<{i}>")), "in order, each once, and nothing else is set aside");
        Assert.That(Counters.ExportRetries, Is.LessThanOrEqualTo(10 + 4), "runs that were refused and followed by another");
        Assert.That(_rig.Exports, Has.Count.LessThanOrEqualTo(10 + 5 + 11), "with those that bundles need to grow again");
        Assert.That(Aside.All.Single().Id.Sequence, Is.EqualTo(bad + 2));
        Assert.That((_rig.Now - Instant.Zero).TotalSeconds, Is.LessThan(17), "the search itself is short");
        Conserved(client);
    }

    [Test]
    public void While_all_is_refused_one_update_at_a_time_is_set_aside([Values(1, 2, 3, 7)] int count)
    {
        Flood(count);
        RunAll("<");
        Assert.That(Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(Enumerable.Range(2, count)));
        Assert.That(Aside.All.Select(u => u.Tries), Is.All.EqualTo(5));
    }

    [Test]
    public void Several_bad_updates_of_several_origins_are_all_found_and_the_order_of_each_is_kept([Range(1, 20)] int seed)
    {
        var random = new Prng((ulong)seed);
        _rig = new Rig(l => l with { Export = l.Export with { BundleMax = 1 + random.Next(300) } });
        LinkEnd link = _rig.Link(Rig.A);
        ClientEnd client = _rig.Client();
        client.Ask("flood 6 key busy\n<busy>");
        var sent = new Dictionary<string, List<string>> { ["a"] = [], ["b"] = [] };
        var bad = new HashSet<string>();
        for (int i = 0; i < 60; i++)
        {
            bool own = random.Chance(0.5);
            string text = $"<{(own ? "b" : "a")}{i}>";
            if (random.Chance(0.1))
            {
                bad.Add(text);
            }

            // Some repeat the key of another, and are passed over.
            string? key = random.Chance(0.2) ? $"K{random.Next(4)}" : null;
            if (own)
            {
                string reply = client.Ask($"flood {text.Length}{(key is null ? "" : $" key {key}")}\n{text}");
                Assert.That(reply, Does.StartWith("250 "));
            }
            else
            {
                link.Run(sent["a"].Count + 1, Piece.Whole(text) with { Key = key });
            }

            sent[own ? "b" : "a"].Add(text);
            if (random.Chance(0.2))
            {
                EndOne(bad);
            }
        }

        while (_ended < _rig.Exports.Count || _rig.Core.Exports.LineOf(_rig.Group).HasMore)
        {
            EndOne(bad);
        }

        List<string> taken = [.. _taken.Where(t => t != "<busy>")];
        Assert.That(taken, Is.Unique);
        Assert.That(taken.Where(t => t[1] == 'a'), Is.SubsetOf(sent["a"]).And.EqualTo(sent["a"].Where(taken.Contains)));
        Assert.That(taken.Where(t => t[1] == 'b'), Is.EqualTo(sent["b"].Where(taken.Contains)));
        Assert.That(taken.Intersect(bad), Is.Empty);
        Assert.That(Aside.All.Select(u => u.Id), Is.Unique);
        Assert.That(taken.Count + 1 + Aside.All.Count, Is.EqualTo(_rig.Group.WholeCount), "what became whole and is no repeat was taken or set aside");
        Conserved(client);
    }

    private readonly List<string> _taken = [];

    [Test]
    public void What_asks_for_later_gets_the_same_updates_in_the_midst_of_the_search_too()
    {
        Flood(8);
        End(1);
        string half = Next();
        Assert.That(half, Is.EqualTo("<0><1><2><3>"));
        foreach ((RunEnd end, int code) in new[] { (RunEnd.Exited, 75), (RunEnd.Signaled, 9), (RunEnd.TimedOut, 0) })
        {
            End(code, end);
            Assert.That(Next(), Is.EqualTo(half));
        }

        End(0);
        Assert.That(Next(), Is.EqualTo("<4><5>"));
        End(0);
        Assert.That(Next(), Is.EqualTo("<6>"));
    }

    [Test]
    public void When_the_trouble_has_passed_bundles_grow_again()
    {
        Flood(64);
        for (int i = 0; i < 7; i++)
        {
            End(1);
            Next();
        }

        var counts = new List<int>();
        while (_ended < _rig.Exports.Count)
        {
            counts.Add(Next().Count(c => c == '<'));
            End(0);
        }

        Assert.That(counts, Is.EqualTo(new[] { 1, 2, 4, 8, 16, 32, 1 }));
    }

    [Test]
    public void A_run_is_told_whether_an_earlier_one_may_have_taken_some_of_it()
    {
        Flood(4);
        var told = new List<(string, bool)>();
        void Look() => told.Add((Next(), Value("FLOODD_REDELIVERED") == "1"));
        Look();
        End(1);
        Look();
        End(75);
        Look();
        End(0);
        Look();
        _rig.Client().Ask("flood 3\n<4>");
        End(0);
        Look();
        End(0);
        Look();
        Assert.That(told, Is.EqualTo(new[]
        {
            ("<0><1><2><3>", false), ("<0><1>", true), ("<0><1>", true), ("<2>", true), ("<3>", true), ("<4>", false),
        }));
        End(9, RunEnd.Signaled);
        Assert.That((Next(), Value("FLOODD_REDELIVERED")), Is.EqualTo(("<4>", "1")));
    }

    [Test]
    public void Exports_shows_what_is_going_on()
    {
        ClientEnd client = _rig.Client();
        Assert.That(client.Ask("exports\n"), Is.EqualTo("220 exports of mirror follows\n(:export (:group-name mirror) (:state idle) (:waiting 0) (:waiting-bytes 0) (:runs 0) (:retries 0) (:set-aside 0) (:set-aside-bytes 0))\n.\n"));
        Flood(3);
        Assert.That(client.Ask("exports mirror\n"), Does.Contain("(:state running) (:waiting 3) (:waiting-bytes 9) (:runs 2) (:retries 0)"));
        _rig.EndRun(_rig.Exports[^1], code: 1);
        Assert.That(client.Ask("exports\n"), Does.Contain("(:state waiting) (:waiting 3) (:waiting-bytes 9) (:runs 2) (:retries 1) (:set-aside 0) (:set-aside-bytes 0) (:again-in 0.1) (:at-most 1) (:last-end \"Exited 1\"))"));
        _ended = _rig.Exports.Count;
        RunAll("<0>");
        _rig.Pass(60);
        string listing = client.Ask("exports\n");
        Assert.That(listing, Does.Contain("(:state idle) (:waiting 0)").And.Contain("(:set-aside 1)"));
        Assert.That(listing, Does.Match(@"\n\(:set-aside b/b1/2 \(:group-name mirror\) \(:state kept\) \(:size 3\) \(:tries 5\) \(:age 6\d\) \(:reason ""Exited 1""\)\)\n"));
    }

    [Test]
    public void What_was_set_aside_is_tried_again_alone_and_settled_when_it_is_taken()
    {
        ClientEnd client = Flood(3);
        RunAll("<1>");
        _rig.Client().Ask("flood 4\nbusy");
        Assert.That(client.Ask("retry b/b1/3\n"), Is.EqualTo("250 1 updates of mirror are exported again\n"));
        Assert.That(client.Ask("retry b/b1/3 mirror\n"), Does.StartWith("250 1 "), "once more means the same");
        Assert.That(Next(), Is.EqualTo("busy"), "one run at a time");
        End(0);
        Assert.That((Next(), Value("FLOODD_REDELIVERED"), Value("FLOODD_ID"), Value("FLOODD_COUNT")), Is.EqualTo(("<1>", "1", "b/b1/3", "1")));
        Assert.That(client.Ask("skip b/b1/3\n"), Does.StartWith("450 "));
        Assert.That(client.Ask("exports\n"), Does.Contain("(:state retrying)"));
        End(65);
        Assert.That(_ended, Is.EqualTo(_rig.Exports.Count), "it is not tried again by itself");
        Assert.That(client.Ask("exports\n"), Does.Contain("(:tries 6)").And.Contain("\"Exited 65\"").And.Contain("(:state kept)"));
        Conserved(client);
        client.Ask("retry ALL\n");
        Assert.That(Next(), Is.EqualTo("<1>"));
        End(0);
        Assert.That((Aside.All.Count, Aside.Charged, Counters.SetAsideExported, Counters.UpdatesExported), Is.EqualTo((0, 0L, 1L, 5L)));
        Assert.That(client.Ask("retry b/b1/3\n"), Is.EqualTo("550 no update b/b1/3 of mirror is set aside here\n"));
        Conserved(client);
    }

    [Test]
    public void What_is_tried_again_and_what_comes_new_take_turns()
    {
        Flood(6);
        RunAll("<");
        _rig.Client().Ask("retry all\n");
        var seen = new List<string>();
        for (int i = 0; i < 8; i++)
        {
            seen.Add(Next());
            _rig.Client().Ask("flood 1\nn");
            End(0);
        }

        Assert.That(seen, Is.EqualTo(new[] { "<0>", "n", "<1>", "nn", "<2>", "nn", "<3>", "nn" }));
    }

    [Test]
    public void Retry_all_ends_the_pause_as_well()
    {
        Flood(1);
        for (int i = 0; i < 8; i++)
        {
            Next();
            End(75);
        }

        int runs = _rig.Exports.Count;
        _rig.Client().Ask("retry b/b1/2\n");
        Assert.That(_rig.Exports, Has.Count.EqualTo(runs));
        Assert.That(_rig.Client().Ask("retry all\n"), Does.StartWith("250 0 "));
        Assert.That(_rig.Exports, Has.Count.EqualTo(runs + 1));
    }

    [Test]
    public void What_is_skipped_is_gone_and_counted()
    {
        ClientEnd client = Flood(3);
        RunAll("<");
        long before = _rig.Core.State.Store.Charged;
        Assert.That(client.Ask("skip b/b1/3\n"), Is.EqualTo("250 1 updates of mirror are skipped\n"));
        Assert.That(Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(new[] { 2, 4 }));
        Assert.That(client.Ask("retry b/b1/4\nskip all\n"), Is.EqualTo("250 1 updates of mirror are exported again\n250 2 updates of mirror are skipped\n"), "what only waits to be tried again can be skipped");
        Assert.That(_rig.Exports, Has.Count.EqualTo(_ended));
        Assert.That((Counters.SetAsideSkipped, Aside.Charged), Is.EqualTo((3L, 0L)));
        Assert.That(_rig.Core.State.Store.Charged, Is.LessThan(before));
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.SetAsideSettled), Is.EqualTo(2));
        Conserved(client);
    }

    [Test]
    public void Nobody_elsewhere_may_retry_or_skip()
    {
        Flood(1);
        RunAll("<");
        ClientEnd elsewhere = _rig.Client("192.0.2.1");
        Assert.That(elsewhere.Ask("exports\n"), Does.StartWith("220 "));
        Assert.That(elsewhere.Ask("retry all\nskip all\nskip b/b1/2\n").Split('\n')[..3], Is.All.StartWith("502 "));
        Assert.That(Aside.All, Has.Count.EqualTo(1));
        var open = new Rig(l => l with { Access = new AccessDefinition { Insecure = true, AllowClients = ["192.0.2.1"], AllowShutdown = ["192.0.2.1"] } });
        Assert.That(open.Client("192.0.2.1").Ask("skip all\n"), Does.StartWith("502 "), "in no posture");
    }

    [Test]
    public void The_slab_of_what_was_set_aside_can_go()
    {
        _rig = new Rig(l => l with { LogPurgePeriod = TimeSpan.FromSeconds(1) });
        Flood(3);
        RunAll("<1>");
        _rig.Pass(60);
        Assert.That(_rig.Group.Own!.Oldest, Is.Null);
        Assert.That(_rig.Core.State.Store.Charged, Is.EqualTo(Aside.Charged).And.GreaterThan(0));
        _rig.Client().Ask("retry all\n");
        Assert.That(Next(), Is.EqualTo("<1>"));
    }

    [Test]
    public void The_oldest_is_given_up_when_newer_ones_need_its_room()
    {
        _rig = new Rig(l => l with { SetAsideMax = 200 });
        ClientEnd client = Flood(5);
        RunAll("<");
        Assert.That(Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(new[] { 5, 6 }), "75 bytes and more for each");
        Assert.That(Aside.Charged, Is.LessThanOrEqualTo(200));
        Assert.That((Counters.UpdatesSetAside, Counters.SetAsideGivenUp), Is.EqualTo((5L, 3L)));
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.SetAsideGivenUp), Is.EqualTo(3));
        Conserved(client);
    }

    [Test]
    public void What_is_larger_than_all_that_may_be_set_aside_is_given_up_alone()
    {
        _rig = new Rig(l => l with { SetAsideMax = 200 });
        Flood(1);
        RunAll("<");
        ClientEnd client = _rig.Client();
        client.Ask($"flood 201\n<{new string('x', 200)}");
        RunAll("<x");
        Assert.That(Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(new[] { 2 }));
        Assert.That((Counters.UpdatesSetAside, Counters.SetAsideGivenUp), Is.EqualTo((2L, 1L)));
        Conserved(client);
    }

    [Test]
    public void A_full_store_gives_up_what_is_set_aside_last_but_before_it_refuses_an_update()
    {
        _rig = new Rig(l => l with { DataStorageMax = 20_000, SetAsideMax = 10_000 }, g => g with { MaxUpdateSize = 10_000 });
        ClientEnd client = _rig.Client();
        client.Ask($"flood 5001\n<{new string('x', 5000)}");
        RunAll("<");
        Assert.That(Aside.All, Has.Count.EqualTo(1));

        // The update itself is kept for the neighbor, which has not got it yet; what comes from there is to be exported here.
        LinkEnd link = _rig.Link(Rig.A);
        link.Run(1, Piece.Whole(new string('y', 5000)));
        Assert.That((Aside.All.Count, _rig.Group.WholeCount), Is.EqualTo((1, 2L)));
        link.Run(2, Piece.Whole(new string('y', 5000)));
        Assert.That((Aside.All.Count, _rig.Group.WholeCount), Is.EqualTo((0, 3L)));
        Assert.That((Counters.SetAsideGivenUp, Counters.GivenUpUp), Is.EqualTo((1L, 0L)));
        Conserved(client);
    }

    [Test]
    public void What_an_earlier_life_had_set_aside_is_there_again()
    {
        Flood(2);
        RunAll("<");
        ImmutableArray<SpoolEntry.SetAside> kept =
            [.. Aside.All.Select(u => new SpoolEntry.SetAside(u.Group, u.Id.Stream, u.Id.Sequence, u.Records.Count, u.Records.Records(0, u.Records.Count), u.Why))];
        _rig = new Rig(incarnation: 0xb2);
        Aside.Restore(kept);
        ClientEnd client = _rig.Client();
        Assert.That(client.Ask("exports\n"), Does.Contain("(:set-aside b/b1/2 (:group-name mirror) (:state kept) (:size 3) (:tries 5) (:age 0) (:reason \"Exited 1\"))").And.Contain("(:set-aside b/b1/3 "));
        client.Ask("retry b/b1/3\n");
        Assert.That((Rig.InputOf(_rig.Exports[^1]), _rig.Exports[^1].Environment.ToDictionary()["FLOODD_REDELIVERED"]), Is.EqualTo(("<1>", "1")));
        _rig.EndRun(_rig.Exports[^1]);
        Assert.That((Aside.All.Count, Counters.SetAsideExported), Is.EqualTo((1, 1L)));
    }

    [Test]
    public void Without_a_command_any_more_what_was_to_be_given_again_is_delivered()
    {
        ClientEnd client = Flood(4);
        RunAll("<0>", until: () => Aside.All.Count == 1);
        Assert.That(client.Ask("retry all\n"), Does.StartWith("250 1 "));
        Next();
        End(1);
        _rig.Do(new Event.Reloaded(_rig.Configuration with { Local = _rig.Configuration.Local with { Export = new ExportDefinition() } }));
        while (_ended < _rig.Exports.Count)
        {
            End(1);
        }

        _rig.Pass(60);
        Assert.That(client.Ask("exports\n"), Does.Contain("(:state none) (:waiting 0)").And.Contain("(:state kept)"));
        Assert.That(client.Ask("retry all\n"), Is.EqualTo("550 there is no export-command here\n"));
        Assert.That(Counters.UpdatesExported, Is.EqualTo(4), "and the one before the three");
        Conserved(client);
    }

    // What waits behind a run of another goes together.
    private ClientEnd Flood(int count)
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 4\nbusy");
        client.Ask(string.Concat(Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"flood {$"<{i}>".Length}\n<{i}>"))));
        _rig.EndRun(_rig.Exports[^1]);
        _ended = _rig.Exports.Count - 1;
        return client;
    }

    // Ends all runs: those with the bad text in them with 1.
    private List<string> RunAll(string bad, Func<bool>? until = null)
    {
        var taken = new List<string>();
        while (until?.Invoke() != true && (_ended < _rig.Exports.Count || _rig.Core.Exports.LineOf(_rig.Group).HasMore))
        {
            string input = Next();
            bool refused = input.Contains(bad, StringComparison.Ordinal);
            taken.AddRange(refused ? [] : Split(input));
            End(refused ? 1 : 0);
        }

        return taken;
    }

    private void EndOne(HashSet<string> bad)
    {
        List<string> texts = Split(Next());
        bool refused = texts.Exists(bad.Contains);
        _taken.AddRange(refused ? [] : texts);
        End(refused ? 65 : 0);
    }

    private static List<string> Split(string input) => [.. input.Split('>', StringSplitOptions.RemoveEmptyEntries).Select(t => t + ">")];

    private string Next()
    {
        for (int tenths = 0; _ended == _rig.Exports.Count && tenths < 6000; tenths++)
        {
            _rig.Pass(0.1);
        }

        return Rig.InputOf(_rig.Exports[_ended]);
    }

    private void End(int code, RunEnd kind = RunEnd.Exited) => _rig.EndRun(_rig.Exports[_ended++], kind, code);

    private string? Value(string name) => _rig.Exports[_ended].Environment.ToDictionary().GetValueOrDefault(name);

    private static void Conserved(ClientEnd client)
    {
        Dictionary<string, long> told = client.Ask("stats\n").Split('\n').Select(l => l.Trim('(', ')').Split(' ')).Where(w => w.Length == 2 && w[0].StartsWith(':'))
            .ToDictionary(w => w[0][1..], w => long.Parse(w[1], CultureInfo.InvariantCulture));
        long aside = told["set-aside-kept"] + told["set-aside-skipped"] + told["set-aside-given-up"];
        Assert.That(told["updates-whole"], Is.EqualTo(told["updates-exported"] + told["updates-waiting-for-export"] + aside));
        Assert.That(told["updates-set-aside"], Is.EqualTo(aside + told["set-aside-exported"]));
    }
}
