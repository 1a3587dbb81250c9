// The campaign's own tests: a short campaign, its regressions, and proof that it finds, replays and shortens.
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Floodd.Tests.Campaign;

[Category("Scenario")]
[Parallelizable(ParallelScope.All)]
internal sealed partial class CampaignTests
{
    private static IEnumerable<Regression> Regressions() => Regression.All();

    /// <summary>As many as may be in every test run; `campaign` does the rest.</summary>
    [TestCase(1UL, 150)]
    [TestCase(1_000_001UL, 150)]
    public void Runs_under_every_fault_keep_the_contract(ulong first, int runs)
    {
        var options = new CampaignOptions { First = first, Runs = runs, Threads = 1 };
        Tally tally = Campaigning.Run(options, TextWriter.Null);
        Assert.That(tally.Failed.Select(f => $"{options.Replay(f.Seed)}: {f.Sentence}"), Is.Empty);
        Assert.That(tally.Mismatches, Is.Empty);
        Assert.That(tally.RunsWithTenFaults, Is.GreaterThan(runs * 8 / 10));
    }

    [TestCaseSource(nameof(Regressions))]
    public void What_a_seed_once_found_is_mended(Regression regression)
    {
        RunResult run = RunResult.Of(regression.Options.ScriptOf(regression.Seed), regression.Options.Replay(regression.Seed));
        Assert.That(run.Report, Is.Null, regression.Found);
    }

    [Test]
    public void Equal_seeds_give_equal_runs()
    {
        var options = new CampaignOptions();
        for (ulong seed = 500; seed < 506; seed++)
        {
            ulong hash = RunResult.Of(options.ScriptOf(seed), "").Hash;
            Assert.That(RunResult.Of(options.ScriptOf(seed), "").Hash, Is.EqualTo(hash), $"seed {seed}");
        }
    }

    [Test]
    public void A_failing_script_is_shortened_to_what_makes_it_fail()
    {
        // A checker that dislikes two acts together stands for a defect.
        Script script = new CampaignOptions().ScriptOf(3);
        Act[] culprits = [script.Acts[2], script.Acts[^3]];
        var shrinker = new Shrinker(s => culprits.All(s.Acts.Contains) ? $"s0{s.Shape.Sites % 10} has {s.Acts.Count} acts" : null, "s05 has 99 acts");
        Script shrunk = shrinker.Shrink(script);
        Assert.That(shrunk.Acts, Is.EqualTo(culprits));
        Assert.That(shrunk.Shape.Sites, Is.EqualTo(2));
    }

    [Test]
    public void Every_kind_of_fault_can_happen()
    {
        // In worlds of every kind, long enough for some of each.
        var seen = new HashSet<string>();
        var options = new CampaignOptions();
        for (ulong seed = 1; seed < 4000 && seen.Count < ActKinds.ByName.Count; seed++)
        {
            foreach (Act act in options.ScriptOf(seed).Acts)
            {
                seen.Add(act.Kind);
            }
        }

        Assert.That(ActKinds.ByName.Keys.Except(seen), Is.Empty);
    }

    [Test]
    public void The_document_has_each_kind_with_its_rows()
    {
        string document = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, Document()));
        Dictionary<string, string> told = Row().Matches(document).ToDictionary(m => m.Groups["kind"].Value, m => m.Groups["rows"].Value);
        Assert.That(told, Is.EquivalentTo(ActKinds.Faults.ToDictionary(k => k.Name, k => k.Rows)));
    }

    private static string Document([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "README.md");

    [GeneratedRegex(@"^\| `(?<kind>[a-z0-9-]+)` \| (?<rows>F[F0-9 ]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
