// Where the daemon's log goes: standard error, one line for each fact. It never makes the loop wait.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Floodd.Hosting;

/// <summary>Makes the log of a process.</summary>
internal static class DaemonLog
{
    /// <summary>The name that lines of the daemon itself carry.</summary>
    public const string Name = "floodd";

    /// <summary>
    /// A log on standard error; to be disposed of at the end, which writes what is waiting. Its parts are put together here and not by
    /// <c>LoggerFactory.Create</c>, whose container, and what the formats that nobody uses are made with, take more than a MiB of every daemon.
    /// </summary>
    /// <param name="debug">Whether to tell everything.</param>
    public static ILoggerFactory Create(bool debug)
    {
        var console = new ConsoleLoggerOptions
        {
            FormatterName = LogLine.FormatterName,
            LogToStandardErrorThreshold = LogLevel.Trace,

            // Whoever reads our standard error may stop reading: lines are lost then, and counted, but the loop goes on.
            QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite,
        };
        return new LoggerFactory(
            [new ConsoleLoggerProvider(new Unchanging(console), [new LogLine()])],
            new LoggerFilterOptions { MinLevel = debug ? LogLevel.Debug : LogLevel.Information });
    }

    private sealed class Unchanging(ConsoleLoggerOptions options) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => options;

        public ConsoleLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}
