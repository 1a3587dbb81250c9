// Where the daemon's log goes: standard error, one line for each fact. It never makes the loop wait.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Floodd.Hosting;

/// <summary>Makes the log of a process.</summary>
internal static class DaemonLog
{
    /// <summary>The name that lines of the daemon itself carry.</summary>
    public const string Name = "floodd";

    /// <summary>A log on standard error; to be disposed of at the end, which writes what is waiting.</summary>
    /// <param name="debug">Whether to tell everything.</param>
    public static ILoggerFactory Create(bool debug) => LoggerFactory.Create(log => log
        .SetMinimumLevel(debug ? LogLevel.Debug : LogLevel.Information)
        .AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;

            // Whoever reads our standard error may stop reading: lines are lost then, and counted, but the loop goes on.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        })
        .AddSimpleConsole(line =>
        {
            line.SingleLine = true;
            line.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
        }));
}
