// The floodd under test: the one that the build put beside the tests, or that FLOODD names. Runs it as a process of its own.
using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

/// <summary>How a run of a command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record Ending(int ExitCode, string Output, string Errors);

/// <summary>Starts floodd, or another command that a test needs.</summary>
internal static class Executable
{
    /// <summary>The program: the built one, unless the environment names another, such as a published one.</summary>
    public static readonly string Floodd = Path.GetFullPath(Environment.GetEnvironmentVariable("FLOODD") ?? Path.Combine(AppContext.BaseDirectory, "floodd"));

    // The directory of the runtime that runs the tests, three up from shared/Microsoft.NETCore.App/VERSION/.
    private static readonly string DotnetRoot = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>How to start floodd with these arguments, in a directory where it finds no configuration by chance.</summary>
    public static ProcessStartInfo Start(string directory, params IEnumerable<string> arguments) => StartOther(Floodd, directory, arguments);

    /// <summary>How to start any program, its three streams in our hand.</summary>
    public static ProcessStartInfo StartOther(string program, string directory, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment.Remove("FLOODD_CONFIG");
        return start;
    }

    /// <summary>Runs floodd to its end.</summary>
    public static Ending Run(TestFolder folder, params IEnumerable<string> arguments) => Run(Start(folder.Path, arguments));

    /// <summary>Runs a command to its end; one that does not end in time is killed and fails the test.</summary>
    /// <param name="start">Which, and how.</param>
    /// <param name="input">What it is given.</param>
    /// <param name="patience">How long it may take; null for as long as anything.</param>
    public static Ending Run(ProcessStartInfo start, string input = "", TimeSpan? patience = null)
    {
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(patience ?? Eventually.Patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new AssertionException($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end; it wrote: {output.Result}{errors.Result}");
        }

        return new Ending(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Whether a program is in the path.</summary>
    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
