// A folder in which the scripts of examples/ are tried, as an operator would at a shell. Starts no daemon.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Floodd.Tests.Tidy;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

/// <summary>Runs lines of shell in a folder, and makes the bundles that a daemon would feed to an export command.</summary>
/// <param name="folder">Where; stays the caller's.</param>
internal sealed class ExampleFolder(TestFolder folder)
{
    /// <summary>The examples of the repository.</summary>
    public static readonly string Examples = Path.Combine(Sources.Root, "examples");

    /// <summary>Runs lines with <c>$EXAMPLES</c> and <c>$FLOODD</c> in a clean environment; the folder is the directory and the home.</summary>
    public Ending Shell(string lines, params IEnumerable<(string Name, string Value)> environment)
    {
        ProcessStartInfo start = Executable.StartOther("/bin/sh", folder.Path, ["-c", lines]);
        (string, string)[] own =
        [
            ("HOME", folder.Path), ("EXAMPLES", Examples), ("FLOODD", Executable.Floodd), ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "dante"), ("GIT_AUTHOR_EMAIL", "dante@inferno"), ("GIT_COMMITTER_NAME", "dante"), ("GIT_COMMITTER_EMAIL", "dante@inferno"),
        ];
        foreach ((string name, string value) in own.Concat(environment))
        {
            start.Environment[name] = value;
        }

        return Executable.Run(start);
    }

    /// <summary>Runs lines that must succeed, each of them.</summary>
    /// <returns>Their standard output.</returns>
    public string Demand(string lines, params IEnumerable<(string Name, string Value)> environment)
    {
        Ending ending = Shell("set -eu\n" + lines, environment);
        Assert.That(ending.ExitCode, Is.Zero, $"{lines}\n{ending.Output}{ending.Errors}");
        return ending.Output;
    }

    /// <summary>Feeds a command with updates, framed, as the daemon does.</summary>
    /// <returns>How it ended.</returns>
    public Ending Feed(string command, params (string Id, byte[] Bytes)[] updates)
    {
        using var bundle = new MemoryStream();
        foreach ((string id, byte[] bytes) in updates)
        {
            bundle.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"update g {id} {bytes.Length}\n")));
            bundle.Write(bytes);
            bundle.Write("\n"u8);
        }

        return FeedRaw(command, bundle.ToArray(), (int)bundle.Length);
    }

    /// <summary>Feeds a command with any bytes.</summary>
    /// <param name="command">The command.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="bytes">What <c>FLOODD_BYTES</c> says.</param>
    /// <returns>How it ended.</returns>
    public Ending FeedRaw(string command, byte[] input, int bytes)
    {
        File.WriteAllBytes(folder.File("bundle"), input);
        return Shell($"exec {command} < bundle", ("FLOODD_BYTES", bytes.ToString(CultureInfo.InvariantCulture)), ("FLOODD_GROUP", "g"));
    }
}
