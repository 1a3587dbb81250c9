// What the command line as a whole promises: texts on the right stream and exit codes.
using Floodd.Commands;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

internal sealed class CommandLineTests
{
    [Test]
    public async Task The_version_is_one_line() =>
        Assert.That(await Run("--version"), Is.EqualTo((ExitCode.Done, "floodd 0.1.0\n", "")));

    [Test]
    public async Task Help_names_every_way_to_start()
    {
        (int code, string output, string error) = await Run("--help");
        Assert.That((code, error), Is.EqualTo((ExitCode.Done, "")));
        Assert.That(output, Does.Contain("--config").And.Contain("--print-pid").And.Contain("--debug").And.Contain("SITE").And.Contain("check"));
    }

    [TestCase("a", "b")]
    [TestCase("--no-such-option", "x")]
    [TestCase("a", "--config")]
    public async Task A_command_line_that_makes_no_sense_is_64(params string[] arguments)
    {
        (int code, string output, string error) = await Run(arguments);
        Assert.That((code, output), Is.EqualTo((ExitCode.Usage, "")));
        Assert.That(error, Does.StartWith("floodd: ").And.EndWith("floodd: try 'floodd --help'\n"));
    }

    [Test]
    public async Task A_configuration_that_is_not_there_is_78()
    {
        (int code, string output, string error) = await Run("-c", "/nonexistent/floodd.conf");
        Assert.That((code, output), Is.EqualTo((ExitCode.Configuration, "")));
        Assert.That(error, Does.StartWith("/nonexistent/floodd.conf:1:1: "));
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await RootCommands.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
