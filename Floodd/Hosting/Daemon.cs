// A whole daemon: puts the parts together, runs the loop on a thread of its own, ends it. It decides nothing.
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Floodd.Commands;
using Floodd.Config;
using Floodd.Core;
using Floodd.Spool;
using Microsoft.Extensions.Logging;

namespace Floodd.Hosting;

/// <summary>One site, running. Several can live in one process.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly EventLoop _loop;
    private readonly ExportRunner _exports;
    private readonly SpoolWriter? _writer;
    private readonly ILogger _log;
    private readonly TaskCompletionSource<int> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Daemon(Configuration configuration, DaemonOptions options, ulong life, SpoolLog? spool, SpooledState? spooled)
    {
        _log = options.Log;
        Configuration = configuration;
        ulong seed = options.Seed ?? NewSeed();
        var core = new SiteCore(Fitting(configuration), life, seed, spooled);
        _writer = spool is null ? null : new SpoolWriter(spool, Post);
        _exports = new ExportRunner(Post);
        _loop = new EventLoop(
            EventLoop.CreateReadiness(), configuration.Local.BindAddress, core.Step, () => core.NextWake, _exports.Start, _exports.Start, new NoteLog(_log),
            _writer is null ? null : _writer.Submit,
            options.HasProcess ? new HeapLimit(() => core.State.Store.Charged) : null,
            spool is null ? null : id => core.Desk.Find(id)?.Held is { Count: > 0 });
    }

    /// <summary>The configuration that it was started with.</summary>
    public Configuration Configuration { get; }

    /// <summary>The client port in fact opened.</summary>
    public int ClientPort { get; private set; }

    /// <summary>The data port in fact opened.</summary>
    public int DataPort { get; private set; }

    /// <summary>The exit code, once the daemon has ended.</summary>
    public Task<int> Completion => _completion.Task;

    /// <summary>Opens both ports and begins.</summary>
    /// <exception cref="IOException">A port or the spool's directory cannot be opened; the text says which and why.</exception>
    /// <exception cref="SpoolUnusableException">The spool cannot be read or written.</exception>
    public static Daemon Start(Configuration configuration, DaemonOptions options)
    {
        ulong life = options.Incarnation ?? NewIncarnation();
        SpoolLog? spool = SpoolStart.Open(configuration.Local, life, out SpooledState? spooled, out string? warning);
        if (warning is not null)
        {
            options.Log.LogWarning(new EventId((int)NoteKind.SpoolShort, nameof(NoteKind.SpoolShort)), "{Site}: {Note}", configuration.Self, warning);
        }

        var daemon = new Daemon(configuration, options, life, spool, spooled);
        try
        {
            daemon.ClientPort = daemon.Listen("client port", configuration.SelfDefinition.ClientPort, isForLinks: false);
            daemon.DataPort = daemon.Listen("data port", configuration.SelfDefinition.DataPort, isForLinks: true);
        }
        catch (IOException)
        {
            daemon._loop.Dispose();
            daemon._writer?.Dispose();
            throw;
        }

        WarmUp.Begin(configuration.Local.Export.Command is not null, options.HasProcess);
        daemon._writer?.Start($"floodd {configuration.Self} spool");
        daemon._loop.Inbox.Post(new Event.Started(daemon.ClientPort, daemon.DataPort));
        new Thread(daemon.Run) { IsBackground = true, Name = $"floodd {configuration.Self}" }.Start();
        return daemon;
    }

    /// <summary>Tells the core of something. From any thread.</summary>
    public void Post(Event e) => _loop.Inbox.Post(e is Event.Reloaded reloaded ? new Event.Reloaded(Fitting(reloaded.Configuration)) : e);

    /// <summary>Asks the daemon to end and waits until it has, 10 s at most.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync(string reason)
    {
        Post(new Event.StopRequested(reason));
        return Completion;
    }

    /// <summary>Ends the daemon, if it has not ended yet.</summary>
    public async ValueTask DisposeAsync() => await StopAsync("disposed of").ConfigureAwait(false);

    private Configuration Fitting(Configuration configuration)
    {
        Configuration fitting = DescriptorBudget.Fit(configuration, Descriptors.Limit, out string? note);
        if (note is not null)
        {
            _log.LogWarning(new EventId((int)NoteKind.FewDescriptors, nameof(NoteKind.FewDescriptors)), "{Note}", note);
        }

        return fitting;
    }

    // Two lives must never share a number, not even two in one second.
    private static ulong NewIncarnation() =>
        ((ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() << 16) | (ushort)NewSeed();

    // A GUID comes from the system's secure generator, as what the cryptographic library gives does; but that library takes more than 5 MiB. The few bits
    // that every GUID has alike are folded into the others.
    private static ulong NewSeed()
    {
        Span<ulong> halves = stackalloc ulong[2];
        Guid.NewGuid().TryWriteBytes(MemoryMarshal.AsBytes(halves));
        return halves[0] ^ halves[1];
    }

    private int Listen(string what, int port, bool isForLinks)
    {
        try
        {
            return _loop.Listen(port, isForLinks);
        }
        catch (SocketException e)
        {
            string at = Configuration.Local.BindAddress is { } address ? $" at {address}" : "";
            throw new IOException($"cannot open the {what} {port}{at}: {Words.Of(e.SocketErrorCode)}", e);
        }
    }

    private void Run()
    {
        int code = ExitCode.Done;
        try
        {
            _loop.Run();
            if (!_loop.EndedInOrder)
            {
                _log.LogError("{Site}: not ready to end after {Seconds} s; ended", Configuration.Self, EventLoop.StopTime.TotalSeconds);
                code = ExitCode.Internal;
            }
        }
#pragma warning disable CA1031 // Whatever is wrong with the program: better dead, with what led to it in the _log, than doing wrong.
        catch (Exception e)
#pragma warning restore CA1031
        {
            code = ExitCode.Internal;
            _log.LogCritical("{Site}: {Failure}\nlast events:\n{Events}", Configuration.Self, e, string.Join('\n', _loop.Recent.Lines()));
        }

        _loop.Dispose();
        _writer?.Dispose();
        if (_writer is { HasFailed: true } && code == ExitCode.Done)
        {
            code = ExitCode.InputOutput;
        }

        _ = EndAsync(code);
    }

    private async Task EndAsync(int code)
    {
        try
        {
            await _exports.EndAllAsync().ConfigureAwait(false);
            _exports.Dispose();
            _completion.SetResult(code);
        }
#pragma warning disable CA1031 // The end must be told, whatever happens.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.LogError("{Site}: a command could not be ended: {Failure}", Configuration.Self, e);
            _completion.SetResult(ExitCode.Internal);
        }
    }
}
