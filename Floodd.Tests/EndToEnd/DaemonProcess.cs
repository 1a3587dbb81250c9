// One floodd as a separate process: started, watched, hit with signals, and always ended together with its children.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

/// <summary>The daemon ended before it was ready.</summary>
/// <param name="exitCode">With this exit code.</param>
/// <param name="text">What it wrote.</param>
internal sealed class DaemonEndedException(int exitCode, string text) : Exception($"the daemon ended with {exitCode}: {text}")
{
    public int ExitCode => exitCode;
}

/// <summary>A running daemon.</summary>
internal sealed class DaemonProcess : IDisposable
{
    private const int LinesKept = 400;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = [];
    private bool _isDisposed;

    /// <summary>Starts <c>floodd ARGUMENTS</c> in a directory; does not wait for it to be ready.</summary>
    public DaemonProcess(string directory, params IEnumerable<string> arguments)
        : this(Executable.Start(directory, arguments))
    {
    }

    /// <summary>Starts a daemon as said, for tests that change its environment.</summary>
    public DaemonProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>The last lines that it wrote to standard output and error.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Its resident memory in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Waits until the client port greets.</summary>
    /// <exception cref="DaemonEndedException">It ended instead.</exception>
    public void WaitUntilReady(int clientPort) => WaitUntilReady(() => ClientSession.Open(clientPort));

    /// <inheritdoc cref="WaitUntilReady(int)"/>
    public void WaitUntilReady(Func<ClientSession> open, TimeSpan? patience = null)
    {
        Eventually.Holds(() => _process.HasExited || Greets(open), "a greeting on the client port", () => Log, patience);
        if (_process.HasExited)
        {
            _process.WaitForExit();
            throw new DaemonEndedException(_process.ExitCode, Log);
        }
    }

    /// <summary>SIGKILL, and waits for the end. What the daemon had started goes with it or ends by itself.</summary>
    public void Kill()
    {
        Signals.Send(Id, Signals.Kill);
        WaitForExit();
    }

    /// <summary>SIGSTOP.</summary>
    public void Stop() => Signals.Send(Id, Signals.Stop);

    /// <summary>SIGCONT.</summary>
    public void Continue() => Signals.Send(Id, Signals.Continue);

    /// <summary>SIGHUP.</summary>
    public void Reload() => Signals.Send(Id, Signals.Hangup);

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public int Terminate()
    {
        Signals.Send(Id, Signals.Terminate);
        return WaitForExit();
    }

    /// <summary>Waits until its log says something: what is written goes through a thread of its own and a pipe.</summary>
    public void WaitUntilLogged(string text) => Eventually.Holds(() => Log.Contains(text, StringComparison.Ordinal), $"the log to say '{text}'", () => Log);

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>The exit code.</returns>
    public int WaitForExit()
    {
        if (!_process.WaitForExit(Eventually.Patience))
        {
            throw new AssertionException($"the daemon does not end: {Log}");
        }

        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Ends it and all that it started.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            // The children first: those of a dead parent can no longer be found as its own.
            Census.EndAll(Census.Descendants(Id).Append(Id));
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static bool Greets(Func<ClientSession> open)
    {
        try
        {
            using ClientSession session = open();
            return session.Greeting.StartsWith("200 floodd ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or AssertionException)
        {
            // Nobody is there yet; or it opened one port and found the other taken.
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _log.Enqueue(line);
            if (_log.Count > LinesKept)
            {
                _log.TryDequeue(out _);
            }
        }
    }
}
