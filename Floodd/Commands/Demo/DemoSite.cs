// One site of the demo: its daemon, what it exported, and what it says of itself at its client port. Floods nothing of its own accord.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Client;
using Floodd.Config;
using Floodd.Hosting;
using Microsoft.Extensions.Logging;

namespace Floodd.Commands.Demo;

/// <summary>A site that runs in this process.</summary>
internal sealed class DemoSite : IAsyncDisposable
{
    // A request to a site that was just shut down need not wait long for it to come back.
    private static readonly TimeSpan ReconnectTimeout = TimeSpan.FromSeconds(1);

    // Long enough for the others to see that it is gone, and for a person to flood something that it misses.
    private static readonly TimeSpan AwayTime = TimeSpan.FromSeconds(15);

    private readonly Configuration _configuration;
    private readonly ILogger _log;
    private Daemon _daemon;
    private FlooddClient? _client;
    private Task _asking = Task.CompletedTask;
    private DateTime? _backAt;

    private DemoSite(Configuration configuration, ILogger log)
    {
        _configuration = configuration;
        _log = log;
        Exports = new ExportFile(Path.Combine(configuration.Local.Export.Directory, Name));
        _daemon = Daemon.Start(configuration, new DaemonOptions { Log = log });
    }

    /// <summary>Its name.</summary>
    public string Name => _configuration.Self.Value;

    /// <summary>Where clients reach it.</summary>
    public int ClientPort => _daemon.ClientPort;

    /// <summary>What its export command has written.</summary>
    public ExportFile Exports { get; }

    /// <summary>How many links it has up, as it said last.</summary>
    public string LinksUp { get; private set; } = "";

    /// <summary>The topology in force, as it said last; 0 for the fall-back.</summary>
    public long Edition { get; private set; }

    /// <summary>The links of that topology.</summary>
    public ImmutableArray<FloodLink> Links { get; private set; } = [];

    /// <summary>How many members it can reach, itself included.</summary>
    public int MembersUp { get; private set; }

    /// <summary>Whether its daemon runs.</summary>
    public bool Runs => !_daemon.Completion.IsCompleted;

    /// <summary>Opens its ports and begins.</summary>
    /// <exception cref="IOException">A port is taken.</exception>
    public static DemoSite Start(Configuration configuration, ILogger log) => new(configuration, log);

    /// <summary>A connection to its client port.</summary>
    public async Task<FlooddClient> ConnectAsync(CancellationToken cancellation) =>
        _client ??= await FlooddClient.ConnectAsync(
            new FlooddClientOptions { Endpoints = [new("127.0.0.1", ClientPort)], ReconnectTimeout = ReconnectTimeout, BackOffMax = ReconnectTimeout },
            cancellation).ConfigureAwait(false);

    /// <summary>Reads what it exported and asks it how it is. An answer that takes long is not waited for: what it said last stands.</summary>
    public async Task LookAsync(TimeSpan patience, CancellationToken cancellation)
    {
        Exports.ReadOn();
        if (Runs && _asking.IsCompleted)
        {
            _asking = AskAsync(cancellation);
        }

        await Task.WhenAny(_asking, Task.Delay(patience, cancellation)).ConfigureAwait(false);
        if (_asking.IsFaulted)
        {
            await _asking.ConfigureAwait(false);
        }
    }

    /// <summary>Starts its daemon again some time after a client has shut it down.</summary>
    /// <returns>What happened; null if nothing did.</returns>
    public string? Revive()
    {
        if (Runs)
        {
            return null;
        }

        if (_backAt is null)
        {
            _backAt = DateTime.UtcNow + AwayTime;
            (LinksUp, MembersUp) = ("", 0);
            return $"{Name} was shut down; the others go on. It comes back in {AwayTime.TotalSeconds:0} s and catches up.";
        }

        if (DateTime.UtcNow < _backAt)
        {
            return null;
        }

        try
        {
            _daemon = Daemon.Start(_configuration, new DaemonOptions { Log = _log });
            _backAt = null;
            return $"{Name} is back.";
        }
        catch (IOException e)
        {
            // Somebody has its port at the moment.
            _backAt = DateTime.UtcNow + AwayTime;
            return $"{Name} cannot come back: {e.Message}";
        }
    }

    /// <summary>Ends its daemon.</summary>
    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync().ConfigureAwait(false);
        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }

        await _asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        try
        {
            FlooddClient connected = await ConnectAsync(cancellation).ConfigureAwait(false);
            Task<FloodStatistics> statistics = connected.GetStatisticsAsync(cancellation);
            Task<FloodTopology> topology = connected.GetTopologyAsync(DemoSites.GroupName, cancellation);
            ImmutableArray<FloodMember> members = await connected.GetMembersAsync(DemoSites.GroupName, cancellation).ConfigureAwait(false);
            (Edition, Links) = (await topology.ConfigureAwait(false)) is var t ? (t.Edition, t.Links) : default;
            LinksUp = (await statistics.ConfigureAwait(false))["links-up"].ToString(CultureInfo.InvariantCulture);
            MembersUp = members.Count(m => m.State is FloodMemberState.Self or FloodMemberState.Up);
        }
        catch (FlooddException)
        {
            // It is being shut down, or has not opened its ports again; the next look asks again.
            MembersUp = 0;
        }
    }
}
