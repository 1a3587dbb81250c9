// How one bad update is found among many, and what a run is told of those before it. No process is ever started.
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ExportSearchTests
{
    private RefusingRig _rig = new();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(500)]
    [TestCase(999)]
    public void One_bad_update_among_a_thousand_is_found_in_about_fifteen_runs(int bad)
    {
        _rig.Flood(1000);
        _rig.RunAll($"<{bad}>");
        Assert.That(_rig.Taken, Is.EqualTo(Enumerable.Range(0, 1000).Where(i => i != bad).Select(i => $"<{i}>")), "in order, each once, and nothing else is set aside");
        Assert.That(_rig.Counters.ExportRetries, Is.LessThanOrEqualTo(10 + 4), "runs that were refused and followed by another");
        Assert.That(_rig.Site.Exports, Has.Count.LessThanOrEqualTo(10 + 5 + 11), "with those that bundles need to grow again");
        Assert.That(_rig.Aside.All.Single().Id.Sequence, Is.EqualTo(bad + 2));
        Assert.That((_rig.Site.Now - Instant.Zero).TotalSeconds, Is.LessThan(17), "the search itself is short");
        _rig.CheckConservation();
    }

    [Test]
    public void While_all_is_refused_one_update_at_a_time_is_set_aside([Values(1, 2, 3, 7)] int count)
    {
        _rig.Flood(count);
        _rig.RunAll("<");
        Assert.That(_rig.Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(Enumerable.Range(2, count)));
        Assert.That(_rig.Aside.All.Select(u => u.Tries), Is.All.EqualTo(5));
    }

    [Test]
    public void Several_bad_updates_of_several_origins_are_all_found_and_the_order_of_each_is_kept([Range(1, 20)] int seed)
    {
        var random = new Prng((ulong)seed);
        _rig = new RefusingRig(l => l with { Export = l.Export with { BundleMax = 1 + random.Next(300) } });
        LinkEnd link = _rig.Site.Link(Rig.A);
        ClientEnd client = _rig.Site.Client();
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
            if (random.Chance(0.2) && _rig.HasMore)
            {
                _rig.RunOne(bad.Contains);
            }
        }

        while (_rig.HasMore)
        {
            _rig.RunOne(bad.Contains);
        }

        List<string> taken = [.. _rig.Taken.Where(t => t != "<busy>")];
        Assert.That(taken, Is.Unique);
        Assert.That(taken.Where(t => t[1] == 'a'), Is.SubsetOf(sent["a"]).And.EqualTo(sent["a"].Where(taken.Contains)));
        Assert.That(taken.Where(t => t[1] == 'b'), Is.EqualTo(sent["b"].Where(taken.Contains)));
        Assert.That(taken.Intersect(bad), Is.Empty);
        Assert.That(_rig.Aside.All.Select(u => u.Id), Is.Unique);
        Assert.That(taken.Count + 1 + _rig.Aside.All.Count, Is.EqualTo(_rig.Site.Group.WholeCount), "what became whole and is no repeat was taken or set aside");
        _rig.CheckConservation();
    }

    [Test]
    public void What_asks_for_later_gets_the_same_updates_in_the_midst_of_the_search_too()
    {
        _rig.Flood(8);
        _rig.End(1);
        string half = _rig.Next();
        Assert.That(half, Is.EqualTo("<0><1><2><3>"));
        foreach ((RunEnd end, int code) in new[] { (RunEnd.Exited, 75), (RunEnd.Signaled, 9), (RunEnd.TimedOut, 0) })
        {
            _rig.End(code, end);
            Assert.That(_rig.Next(), Is.EqualTo(half));
        }

        _rig.End(0);
        Assert.That(_rig.Next(), Is.EqualTo("<4><5>"));
        _rig.End(0);
        Assert.That(_rig.Next(), Is.EqualTo("<6>"));
    }

    [Test]
    public void When_the_trouble_has_passed_bundles_grow_again()
    {
        _rig.Flood(64);
        for (int i = 0; i < 7; i++)
        {
            _rig.End(1);
            _rig.Next();
        }

        var counts = new List<int>();
        while (_rig.Ended < _rig.Site.Exports.Count)
        {
            counts.Add(_rig.Next().Count(c => c == '<'));
            _rig.End(0);
        }

        Assert.That(counts, Is.EqualTo(new[] { 1, 2, 4, 8, 16, 32, 1 }));
    }

    [Test]
    public void A_run_is_told_whether_an_earlier_one_may_have_taken_some_of_it()
    {
        _rig.Flood(4);
        var told = new List<(string, bool)>();
        void Look() => told.Add((_rig.Next(), _rig.Value("FLOODD_REDELIVERED") == "1"));
        Look();
        _rig.End(1);
        Look();
        _rig.End(75);
        Look();
        _rig.End(0);
        Look();
        _rig.Site.Client().Ask("flood 3\n<4>");
        _rig.End(0);
        Look();
        _rig.End(0);
        Look();
        Assert.That(told, Is.EqualTo(new[]
        {
            ("<0><1><2><3>", false), ("<0><1>", true), ("<0><1>", true), ("<2>", true), ("<3>", true), ("<4>", false),
        }));
        _rig.End(9, RunEnd.Signaled);
        Assert.That((_rig.Next(), _rig.Value("FLOODD_REDELIVERED")), Is.EqualTo(("<4>", "1")));
    }

    [Test]
    public void Without_a_command_any_more_what_was_to_be_given_again_is_delivered()
    {
        ClientEnd client = _rig.Flood(4);
        _rig.RunAll("<0>", until: () => _rig.Aside.All.Count == 1);
        Assert.That(client.Ask("retry all\n"), Does.StartWith("250 1 "));
        _rig.Next();
        _rig.End(1);
        _rig.Site.Do(new Event.Reloaded(_rig.Site.Configuration with { Local = _rig.Site.Configuration.Local with { Export = new ExportDefinition() } }));
        _rig.EndAll(1);

        _rig.Site.Pass(60);
        Assert.That(client.Ask("exports\n"), Does.Contain("(:state none) (:waiting 0)").And.Contain("(:state kept)"));
        Assert.That(client.Ask("retry all\n"), Is.EqualTo("550 there is no export-command here\n"));
        Assert.That(_rig.Counters.UpdatesExported, Is.EqualTo(4), "and the one before the three");
        _rig.CheckConservation();
    }
}
