// A topology-generator of the operator's: what it is told, that its answer is used, and that one which does anything else harms nobody.
using System.Diagnostics;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class GeneratorTests
{
    private static readonly string[] Ring = ["s1 s2", "s1 s4", "s2 s3", "s3 s4"];
    private static readonly string[] OtherRing = ["s1 s2", "s1 s3", "s2 s4", "s3 s4"];

    // What it does, and what the log says of that.
    private static readonly (string Script, string Reason)[] Wrong =
    [
        ("sleep 1000", "no progress for 2 s"),
        ("cat > /dev/null; setsid sleep 1000 & sleep 1000", "no progress for 2 s"),
        ("trap '' TERM HUP; sleep 1000; sleep 1000", "no progress for 2 s"),
        ("exit 3", "exited with 3"),
        ("echo 's1 s2'; kill -9 $$", "ended by signal 9"),
        ("cat", "line 1 names no link between two members: (:plan"),
        ("head -c 100000 /dev/urandom", "names no link between two members"),
        ("printf 's1 s2\\ns2 s3\\ns3 s9\\ns9 s1\\n'", "line 3 names no link between two members: s3 s9"),
        ("printf 's1 s2\\ns2 s2\\n'", "line 2 names no link between two members: s2 s2"),
        ("printf 's1 s2\\ns1 s3\\ns1 s4\\n'", "s1 has 3 links, and max-degree is 2"),
        ("printf 's1 s2\\ns2 s3\\ns3 s1\\n'", "it does not connect all members"),
        ("cat > /dev/null", "it does not connect all members"),
        ("yes 's1 s2' | head -c 20000000", "said more than 8388608 bytes"),
    ];

    [Test]
    public void What_a_generator_answers_is_in_force_and_whatever_else_it_does_changes_nothing()
    {
        using var scripts = new TestFolder();
        Answer(scripts, Ring);
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 4, GroupLines = $" (:max-degree 2) (:topology-generator \"/bin/sh {scripts.File("plan")}\")" });
        SeenTopology.WaitFor(group, Ring);

        TestSite master = group[0];
        Assert.That(master.Ask("replan").Code, Is.EqualTo(250));
        string[] input = [];
        Eventually.Holds(() => IsAfterRing(input = ReadInput(scripts)), "to be told of the links in force", () => string.Join('\n', input));
        CheckInput(input);

        using var prober = new Prober(master);
        foreach ((string script, string reason) in Wrong)
        {
            Write(scripts, script);
            double before = FailuresAt(master);
            master.Ask("replan");
            Eventually.Holds(() => master.Daemon.Log.Contains(reason, StringComparison.Ordinal) && FailuresAt(master) > before, $"{script} to be told of: {reason}", () => master.Daemon.Log);
            Assert.That(group.Sites.Select(site => SeenTopology.At(site).Names), Is.All.EqualTo(Ring), script);
        }

        Answer(scripts, OtherRing);
        SeenTopology.WaitFor(group, OtherRing);
        Answer(scripts, Ring);
        Assert.That(group[2].Ask("replan").Code, Is.EqualTo(250));
        SeenTopology.WaitFor(group, Ring);
        TestContext.Out.WriteLine($"{prober.Finish()}; {FailuresAt(master)} failures");
        Eventually.Holds(() => Census.Naming(scripts.Path).Count == 0, "no child to be left", () => Census.Describe(Census.Naming(scripts.Path)));
    }

    [Test]
    public void A_daemon_answers_while_its_generator_hangs_and_ends_it_when_it_ends()
    {
        using var scripts = new TestFolder();
        Write(scripts, "setsid sleep 1000 & sleep 1000");
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            SiteCount = 2,
            Connectivity = 1,
            Periods = "",
            GroupLines = $" (:topology-generator \"cd {scripts.Path}; . ./plan\")",
        });
        TestSite master = group[0];
        Eventually.Holds(() => Census.Naming(scripts.Path).Count >= 2, "the generator to hang", group.Logs);
        IReadOnlyList<int> hanging = Census.Naming(scripts.Path);
        Assert.That(master.Ask("ping").Code, Is.EqualTo(250));
        using ClientSession session = master.Open();
        string id = session.Flood("g", "meanwhile"u8);
        Assert.That(session.Ask($"wait {id} all 30").Code, Is.EqualTo(250), "the fall-back carries updates");
        Assert.That(FailuresAt(master), Is.Zero);
        Assert.That(Census.Naming(scripts.Path), Is.SupersetOf(hanging), "it still hangs");
        Assert.That(master.Daemon.Terminate(), Is.Zero);
        Eventually.Holds(() => Census.Naming(scripts.Path).Count == 0, "no child to be left", () => Census.Describe(Census.Naming(scripts.Path)));
    }

    // INTERFACES, section 6: the plan, the members, an estimate for each pair, the links in force; nothing else.
    private static void CheckInput(string[] input)
    {
        Assert.That(input[0], Does.Match(@"^\(:plan \(:group-name g\) \(:connectivity 2\) \(:max-degree 2\) \(:previous-edition [1-9]\d*\)\)$"));
        Assert.That(input[1..5], Is.EqualTo(new[] { "(:member s1)", "(:member s2)", "(:member s3)", "(:member s4)" }));
        Assert.That(input[5..11].Select(l => l.Split(" (:rtt-ms ")[0]), Is.EqualTo(new[]
        {
            "(:estimate s1 s2", "(:estimate s1 s3", "(:estimate s1 s4", "(:estimate s2 s3", "(:estimate s2 s4", "(:estimate s3 s4",
        }));
        Assert.That(input[5..11], Is.All.Match(@"^\(:estimate s\d s\d \(:rtt-ms \d+\.\d+\)( \(:bandwidth \d+\))?( \(:guessed yes\))?\)$"));
        Assert.That(input[11..], Is.EqualTo(Ring.Select(l => $"(:link {l})")));
    }

    private static bool IsAfterRing(string[] input) => input.Length > 0 && !input[0].Contains("(:previous-edition 0)", StringComparison.Ordinal);

    private static string[] ReadInput(TestFolder scripts) => File.Exists(scripts.File("input")) ? File.ReadAllLines(scripts.File("input")) : [];

    private static void Answer(TestFolder scripts, string[] links) =>
        Write(scripts, $"cat > {scripts.File("input")}.new && mv {scripts.File("input")}.new {scripts.File("input")}\nprintf '{string.Join("\\n", links)}\\n'");

    // At once, so that no run reads half of it.
    private static void Write(TestFolder scripts, string text) => File.Move(scripts.Write("plan.new", text + "\n"), scripts.File("plan"), overwrite: true);

    private static double FailuresAt(TestSite site) => site.Statistics()["generator-failures"];

    // Asks all the while whether the daemon is there.
    private sealed class Prober : IDisposable
    {
        private readonly ManualResetEventSlim _end = new();
        private readonly Task<string> _work;

        public Prober(TestSite site) => _work = Task.Factory.StartNew(() => Work(site), TaskCreationOptions.LongRunning);

        public string Finish()
        {
            _end.Set();
            return _work.GetAwaiter().GetResult();
        }

        public void Dispose()
        {
            _end.Set();
            if (Task.WaitAny([_work], Eventually.Patience) == 0)
            {
                _end.Dispose();
            }
        }

        private string Work(TestSite site)
        {
            using ClientSession session = site.Open();
            var times = new List<double>();
            do
            {
                long start = Stopwatch.GetTimestamp();
                Assert.That(session.Ask("ping").Code, Is.EqualTo(250));
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            while (!_end.Wait(5));
            times.Sort();
            return $"{times.Count} pings, median {times[times.Count / 2]:F2} ms, p99 {times[times.Count * 99 / 100]:F2} ms, longest {times[^1]:F2} ms";
        }
    }
}
