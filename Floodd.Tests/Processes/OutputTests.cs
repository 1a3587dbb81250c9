// What a command says, when somebody wants to know it: kept up to a bound, whoever else holds the pipe.
using System.Runtime.Versioning;
using System.Text;
using Floodd.Processes;
using NUnit.Framework;

namespace Floodd.Tests.Processes;

[UnsupportedOSPlatform("windows")]
internal sealed class OutputTests
{
    [Test]
    public async Task What_a_command_says_is_kept()
    {
        ShellResult result = await RunAsync("cat; echo said; echo not this >&2", max: 100, "heard, ");
        Assert.That((result.Text, Encoding.UTF8.GetString(result.Output.Span)), Is.EqualTo(("exited with 0", "heard, said\n")));
    }

    [Test]
    public async Task Nothing_is_kept_unless_asked_for()
    {
        ShellResult result = await RunAsync("echo said", max: 0);
        Assert.That((result.Text, result.Output.Length), Is.EqualTo(("exited with 0", 0)));
    }

    [Test]
    public async Task Too_much_ends_a_command_that_would_go_on_for_ever()
    {
        ShellResult result = await RunAsync("yes", max: 100_000);
        Assert.That((result.End, result.Text), Is.EqualTo((ShellEnd.TimedOut, "said more than 100000 bytes")));
    }

    [Test]
    public async Task Who_is_left_behind_with_the_pipe_holds_nobody_up()
    {
        ShellResult result = await RunAsync("sleep 1000 & echo said", max: 100);
        Assert.That((result.Text, Encoding.UTF8.GetString(result.Output.Span)), Is.EqualTo(("exited with 0", "said\n")));
    }

    [Test]
    public async Task What_a_failing_command_said_does_not_make_it_succeed()
    {
        ShellResult result = await RunAsync("echo said; exit 3", max: 100);
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Exited, 3)));
    }

    private static Task<ShellResult> RunAsync(string text, int max, string input = "") =>
        ShellRunner.RunAsync(new ShellCommand(text) { Timeout = TimeSpan.FromSeconds(20), OutputMax = max, Input = [Encoding.UTF8.GetBytes(input)] });
}
