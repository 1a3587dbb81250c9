// Children that hang, fork, hide and never end: every one is ended with its run. Each test runs with and without control groups.
using System.Diagnostics;
using System.Globalization;
using Floodd.Processes;
using NUnit.Framework;

namespace Floodd.Tests.Processes;

[TestFixture(true)]
[TestFixture(false)]
internal sealed class ContainmentTests(bool controlGroups)
{
    // PF_EXITING of the kernel.
    private const uint Exiting = 4;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);

    private readonly Containment _containment = controlGroups ? Containment.Here : Containment.Here.WithoutControlGroups;
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("floodd-test-").FullName;

    [TearDown]
    public void NothingIsLeft()
    {
        Directory.Delete(_folder, recursive: true);
        Assert.That(Survivors(_folder), Is.Empty);
        foreach (string parent in new[] { _containment.KillDirectory, _containment.LimitDirectory }.OfType<string>())
        {
            Assert.That(Directory.GetDirectories(parent, $"floodd-run-*-{Environment.ProcessId}-*"), Is.Empty);
        }
    }

    [TestCase("sleep 1000", TestName = "{m}(before reading)")]
    [TestCase("head -c 100000; sleep 1000", TestName = "{m}(mid-read)")]
    [TestCase("cat; sleep 1000", TestName = "{m}(after reading)")]
    [TestCase("trap '' TERM INT HUP; cat; while :; do sleep 1000; done", TestName = "{m}(deaf to signals)")]
    [TestCase("cat; kill -STOP $$", TestName = "{m}(stopped)")]
    public async Task A_command_that_hangs_is_ended(string text)
    {
        ShellResult result = await Run(text, new byte[1 << 20]);
        Assert.That(result.End, Is.EqualTo(ShellEnd.TimedOut));
    }

    [TestCase("sleep 1000 & sleep 1000 & wait")]
    [TestCase("setsid sleep 1000 & wait")]
    [TestCase("(setsid sh -c 'setsid sleep 1000 & sleep 1000 & wait' & ) & cat; sleep 1000")]
    [TestCase("i=0; while [ $i -lt 50 ]; do sleep 1000 & i=$((i+1)); done; wait")]
    [TestCase("i=0; while [ $i -lt 50 ]; do setsid sleep 1000 & i=$((i+1)); done; wait")]
    public async Task A_family_is_ended_with_its_command_at_the_limit(string text)
    {
        ShellResult result = await Run(text, new byte[10]);
        Assert.That(result.End, Is.EqualTo(ShellEnd.TimedOut));
    }

    [TestCase("sleep 1000 & exit 0", 0)]
    [TestCase("cat; setsid sleep 1000 & exit 0", 0)]
    [TestCase("(setsid sh -c 'exec <&- >&- 2>&-; setsid sleep 1000 & sleep 1000' &) ; exit 75", 75)]
    [TestCase("i=0; while [ $i -lt 50 ]; do setsid sleep 1000 & i=$((i+1)); done; exit 0", 0)]
    public async Task What_a_command_leaves_behind_is_ended_when_it_exits(string text, int code)
    {
        ShellResult result = await Run(text, new byte[10], TimeSpan.FromSeconds(30));
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Exited, code)));
    }

    [Test]
    public async Task Six_hundred_children_are_too_many_or_are_all_ended()
    {
        ShellResult result = await Run(
            "i=0; while [ $i -lt 600 ]; do sleep 1000 & i=$((i+1)); done; exit 0", [], TimeSpan.FromSeconds(60));

        Assert.That((result.End, result.Code != 0), Is.EqualTo((ShellEnd.Exited, _containment.LimitDirectory is not null)));
    }

    [Test]
    public async Task A_grandchild_that_keeps_the_input_open_is_not_fed()
    {
        ShellResult result = await Run("exec 3<&0; sleep 1000 <&3 & exit 0", new byte[10 << 20], TimeSpan.FromSeconds(30));
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Exited, 0)));
        Assert.That(result.BytesTaken, Is.LessThan(1 << 20));
    }

    [Test]
    public async Task A_slow_reader_that_gets_on_is_not_ended()
    {
        // Longer than the limit in all, 8 KiB at a time; what the pipe holds at the end, 64 KiB, takes a ninth of the limit.
        ShellResult result = await Run(
            "i=0; while [ $i -lt 90 ]; do dd bs=8192 count=1 iflag=fullblock of=/dev/null; sleep 0.05; i=$((i+1)); done",
            new byte[8192 * 90],
            TimeSpan.FromSeconds(4));
        Assert.That((result.End, result.Code, result.BytesTaken), Is.EqualTo((ShellEnd.Exited, 0, 8192L * 90)));
    }

    [Test]
    public async Task Cancellation_ends_a_command_as_a_signal_does()
    {
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(200));
        ShellResult result = await ShellRunner.RunAsync(
            new("setsid sleep 1000 & cat; sleep 1000") { WorkingDirectory = _folder, Input = [new byte[1 << 20]] }, _containment, cancellation.Token);
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Signaled, 9)));
    }

    [Test]
    public async Task What_is_cancelled_before_it_starts_never_starts()
    {
        ShellResult result = await ShellRunner.RunAsync(
            new("touch seen") { WorkingDirectory = _folder }, _containment, new CancellationToken(canceled: true));
        Assert.That(result.End, Is.EqualTo(ShellEnd.Signaled));
        Assert.That(Directory.EnumerateFiles(_folder), Is.Empty);
    }

    [Test]
    public async Task Two_hundred_runs_leave_no_process_no_zombie_and_no_descriptor()
    {
        await Run("exit 0", []);
        int before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (int i = 0; i < 50; i++)
        {
            await Task.WhenAll(Run("cat", new byte[100]), Run("exit 75", new byte[200_000]), Run("sleep 1000 & exit 0", []), Run("setsid true &", []));
        }

        // The last pipes may be closed by finalizers of the child library.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(Directory.GetFileSystemEntries("/proc/self/fd"), Has.Length.LessThan(before + 10));
        Assert.That(Zombies(), Is.Empty);
    }

    private Task<ShellResult> Run(string text, byte[] input, TimeSpan? limit = null) => ShellRunner.RunAsync(
        new(text) { WorkingDirectory = _folder, Input = [input], Timeout = limit ?? Short }, _containment, CancellationToken.None);

    // All of a test's processes work in its folder, whatever else they change; the kernel marks it as deleted. One that is killed loses
    // its program first and its folder a moment later: it can do nothing any more.
    private static List<string> Survivors(string folder) =>
        [.. Directory.GetDirectories("/proc").Where(p => LinkOf(p + "/cwd").StartsWith(folder, StringComparison.Ordinal) && !IsExiting(p))];

    private static bool IsExiting(string process) => Status(process + "/stat") is not { } status || (uint.Parse(status[6], CultureInfo.InvariantCulture) & Exiting) != 0;

    private static string LinkOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, false)?.FullName ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static List<string> Zombies()
    {
        string self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return [.. Directory.GetDirectories("/proc").Where(p => char.IsAsciiDigit(p[6]) && Status(p + "/stat") is ["Z", var parent, ..] && parent == self)];
    }

    // What follows the program's name: state, parent, group, session, terminal, its group, flags, ... (proc_pid_stat(5)). Null if the process is gone.
    private static string[]? Status(string stat)
    {
        try
        {
            string text = File.ReadAllText(stat);
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
