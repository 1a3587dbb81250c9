// A program of examples/ that runs beside the daemons of a test: started, read, killed. Always ended when disposed.
using System.Collections.Concurrent;
using System.Diagnostics;

namespace Floodd.Tests.EndToEnd.Examples;

/// <summary>A running example.</summary>
internal sealed class ExampleProgram : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = [];

    /// <summary>Starts a program that the build put beside the tests.</summary>
    public ExampleProgram(string name, string directory, params IEnumerable<string> arguments)
    {
        _process = Process.Start(Executable.StartOther(Path.Combine(AppContext.BaseDirectory, name), directory, arguments))!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The lines of its standard output so far.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Ends it, by SIGKILL, and waits for the last of its output.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
