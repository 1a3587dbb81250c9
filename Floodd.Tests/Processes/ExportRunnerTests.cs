// The bridge between the core's runs and children: one event for each run, whatever happens. It tests no child behavior.
using System.Threading.Channels;
using Floodd.Core;
using Floodd.Hosting;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Processes;

internal sealed class ExportRunnerTests
{
    private Channel<Event> _posted = null!;
    private ExportRunner _runner = null!;
    private string _folder = "";

    [SetUp]
    public void Begin()
    {
        _posted = Channel.CreateUnbounded<Event>();
        _folder = Directory.CreateTempSubdirectory("floodd-test-").FullName;
        _runner = new ExportRunner(e => _posted.Writer.TryWrite(e));
    }

    [TearDown]
    public async Task End()
    {
        await _runner.EndAllAsync();
        _runner.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase("cat > taken", RunEnd.Exited, 0)]
    [TestCase("exit 75", RunEnd.Exited, 75)]
    [TestCase("kill -9 $$", RunEnd.Signaled, 9)]
    [TestCase("sleep 1000", RunEnd.TimedOut, 0)]
    public async Task A_run_ends_in_one_event(string command, RunEnd kind, int code)
    {
        _runner.Start(Run(7, command) with { Timeout = TimeSpan.FromSeconds(kind == RunEnd.TimedOut ? 0.5 : 60) });
        Assert.That(await NextAsync(), Is.EqualTo((7L, kind, code)));
        await _runner.EndAllAsync();
        Assert.That(_posted.Reader.Count, Is.Zero);
    }

    [Test]
    public async Task A_missing_directory_is_not_started()
    {
        _runner.Start(Run(1, "exit 0") with { Directory = "/nonexistent/floodd" });
        Assert.That(await NextAsync(), Is.EqualTo((1L, RunEnd.NotStarted, 0)));
    }

    [Test]
    public async Task A_broken_input_ends_the_run_in_one_event_too()
    {
        static IEnumerable<ReadOnlyMemory<byte>> Broken()
        {
            yield return new byte[10_000];
            throw new InvalidDataException("the store is damaged");
        }

        _runner.Start(Run(2, "sleep 1000") with { Input = Broken() });
        Assert.That(await NextAsync(), Is.EqualTo((2L, RunEnd.NotStarted, 0)));
    }

    [Test]
    public async Task The_environment_reaches_the_command()
    {
        _runner.Start(Run(3, "printf %s \"$FLOODD_ID\" > seen") with { Environment = [new("FLOODD_ID", "inferno/6740f2a1/42")] });
        Assert.That(await NextAsync(), Is.EqualTo((3L, RunEnd.Exited, 0)));
        Assert.That(File.ReadAllText(Path.Join(_folder, "seen")), Is.EqualTo("inferno/6740f2a1/42"));
    }

    [Test]
    public async Task Ending_all_ends_what_runs_and_posts_for_each()
    {
        for (int i = 0; i < 8; i++)
        {
            _runner.Start(Run(i, "setsid sleep 1000 & sleep 1000"));
        }

        await _runner.EndAllAsync();
        _posted.Writer.Complete();
        List<Event.RunEnded> ended = await _posted.Reader.ReadAllAsync().Cast<Event.RunEnded>().ToListAsync();
        Assert.That(ended.Select(e => e.Run).Order(), Is.EqualTo(Enumerable.Range(0, 8)));
        Assert.That(ended.Select(e => e.Outcome.Kind), Is.All.EqualTo(RunEnd.Signaled));
    }

    [Test]
    public async Task What_is_started_after_the_end_is_ended_at_once()
    {
        await _runner.EndAllAsync();
        _runner.Start(Run(9, "touch seen"));
        Assert.That(await NextAsync(), Is.EqualTo((9L, RunEnd.Signaled, 9)));
        Assert.That(Directory.EnumerateFiles(_folder), Is.Empty);
    }

    private ExportRun Run(long number, string command) =>
        new(new GroupName("g"), number, command, _folder, TimeSpan.FromSeconds(60), [], [new byte[100_000]]);

    private async Task<(long Run, RunEnd Kind, int Code)> NextAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        Event.RunEnded ended = (Event.RunEnded)await _posted.Reader.ReadAsync(patience.Token);
        return (ended.Run, ended.Outcome.Kind, ended.Outcome.Code);
    }
}
