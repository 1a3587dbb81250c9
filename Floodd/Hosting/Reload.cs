// Reading the configuration again while the daemon runs: all of it or nothing. It stops and restarts nothing.
using Floodd.Client.Protocol;
using Floodd.Commands;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Microsoft.Extensions.Logging;

namespace Floodd.Hosting;

/// <summary>What SIGHUP does.</summary>
/// <param name="daemon">Told of the new configuration.</param>
/// <param name="log">Told of errors and of what has to wait for a restart.</param>
/// <param name="load">Reads the same files as at the start.</param>
internal sealed class Reload(Daemon daemon, ILogger log, Func<LoadedConfiguration> load)
{
    private readonly Lock _gate = new();
    private Configuration _running = daemon.Configuration;

    /// <summary>Reads once; on a pool thread, since files may be slow.</summary>
    public void Run()
    {
        lock (_gate)
        {
            LoadedConfiguration loaded = load();
            if (loaded.Configuration is null)
            {
                foreach (string error in loaded.Errors)
                {
                    Tell(LogLevel.Error, NoteKind.Reloaded, Printable.Text(error, 1024));
                }

                Tell(LogLevel.Error, NoteKind.Reloaded, "the configuration was not changed");
                return;
            }

            ConfigurationDifference difference = ConfigurationDifference.Between(_running, loaded.Configuration);
            foreach (string change in difference.Changes)
            {
                Tell(LogLevel.Information, NoteKind.Reloaded, change);
            }

            foreach (string change in difference.NeedRestart)
            {
                Tell(LogLevel.Warning, NoteKind.RestartNeeded, $"needs a restart: {change}");
            }

            _running = difference.Applicable;
            daemon.Post(new Event.Reloaded(_running));
        }
    }

    private void Tell(LogLevel level, NoteKind kind, string text) => log.Log(level, new EventId((int)kind, kind.ToString()), "{Note}", NoteLog.OneLine(text));
}
