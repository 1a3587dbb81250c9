// A few thousand inputs for each target with every test run, the inputs that once failed, and whether the engine finds what is wrong at all.
using Floodd.Model;
using Floodd.Spool;
using NUnit.Framework;

namespace Floodd.Tests.Fuzzing;

internal sealed class FuzzTests
{
    private static readonly TimeSpan TimePerTarget = TimeSpan.FromSeconds(0.5);

    public static IEnumerable<string> Names => FuzzCommand.Targets.Select(make => make().Name);

    [TestCaseSource(nameof(Names))]
    public void A_few_thousand_inputs_do_no_harm(string name)
    {
        FuzzRun run = new FuzzRun(TargetOf(name), 1).Go(3000, TimePerTarget);
        Assert.That(run.Failures, Is.Empty);
        Assert.That(name == "greeting" || run.Accepted > 0, "some inputs mean something");
    }

    [Test]
    public void What_once_failed_fails_no_more()
    {
        string[] lines = [.. File.ReadAllLines(Path.Combine(Tidy.Sources.Root, "Floodd.Tests", "Fuzzing", "regressions.txt")).Where(line => line.Length > 0 && line[0] != '#')];
        Assert.That(lines, Is.Not.Empty);
        foreach (string line in lines)
        {
            string[] words = line.Split(' ');
            Assert.That(() => TargetOf(words[0]).Begin()(Convert.FromHexString(words[1])), Throws.Nothing, line);
        }
    }

    [Test]
    public void An_exception_in_one_input_of_a_thousand_is_found_and_repeated()
    {
        FuzzTarget target = Broken(bytes => bytes[0] == 7 ? throw new InvalidOperationException("seven") : true);
        FuzzFailure failure = new FuzzRun(target, 3).Go(100_000, TimeSpan.FromSeconds(30)).Failures[0];
        Assert.That(failure.Text, Does.Contain("seven"));
        Assert.That(failure.Alone);
        Assert.That(new FuzzRun(target, 3).InputOf(failure.Index), Is.EqualTo(failure.Input), "seed and number give it again");
        Assert.That(() => target.Begin()(failure.Input), Throws.InvalidOperationException);
    }

    [Test]
    public void A_target_that_allocates_too_much_or_waits_is_found()
    {
        FuzzRun heavy = new FuzzRun(Broken(bytes => new byte[bytes[0] == 7 ? 1 << 20 : 1].Length > 0), 3).Go(100_000, TimeSpan.FromSeconds(30));
        Assert.That(heavy.Failures[0].Text, Does.Contain("allocates"));
        FuzzRun slow = new FuzzRun(Broken(bytes => bytes[0] != 7 || Spin()), 3).Go(2000, TimeSpan.FromSeconds(30));
        Assert.That(slow.Failures[0].Text, Does.Contain("ms"));
    }

    [Test]
    public void A_reader_that_is_misled_by_a_cut_is_found() =>
        Assert.That(() => Cuts.Agree("abcd"u8.ToArray(), way => (ulong)way.Pieces("abcd"u8.ToArray()).Count(p => p.Span.Contains((byte)'c') && p.Length > 1)), Throws.TypeOf<FuzzFailureException>());

    [Test]
    public void A_spool_that_loses_what_lies_untouched_or_changes_it_is_found()
    {
        SpoolSample sample = Enumerable.Range(0, SpoolSample.Count).Select(i => new SpoolSample((ulong)i)).First(s => s.Held > 3);
        var disk = new HeldDisk(sample.Files);
        SpooledState state = SpoolRecovery.Read(disk, 99).State;
        Assert.That(() => sample.Check(disk, state), Throws.Nothing);
        Assert.That(() => sample.Check(disk, state with { Streams = [] }), Throws.TypeOf<FuzzFailureException>());
        SpooledStream stream = state.Streams.First(s => s.Runs.Length > 0);
        SpooledRun run = stream.Runs[0] with { Records = stream.Runs[0].Records.ToArray().Reverse().ToArray() };
        Assert.That(() => sample.Check(disk, state with { Streams = state.Streams.Replace(stream, stream with { Runs = stream.Runs.SetItem(0, run) }) }), Throws.TypeOf<FuzzFailureException>());
        disk.Own(sample.Files[^1].Name).AsSpan().Clear();
        Assert.That(() => sample.Check(disk, SpoolRecovery.Read(disk, 99).State), Throws.Nothing, "what was hit may be missing");
    }

    private static FuzzTarget TargetOf(string name) => FuzzCommand.Targets.Select(make => make()).Single(t => t.Name == name);

    private static FuzzTarget Broken(Func<byte[], bool> life) => new("broken", random => [(byte)random.Next(256)], () => life);

    private static bool Spin()
    {
        TimeSpan until = ProcessorTime.OfThisThread() + TimeSpan.FromMilliseconds(120);
        while (ProcessorTime.OfThisThread() < until)
        {
        }

        return true;
    }
}
