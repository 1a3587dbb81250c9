// The demo's log file: what all its daemons note, a line for each. Never stands in a daemon's way for long, and never under the temporary folder.
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Floodd.Commands.Demo;

/// <summary>A file that daemons of one process log to.</summary>
internal sealed class DemoLog : IDisposable
{
    /// <summary>Its name, in the directory where the demo was started.</summary>
    public const string FileName = "floodd-demo.log";

    private readonly Lock _guard = new();
    private readonly StreamWriter _file;
    private bool _closed;

    private DemoLog(string path)
    {
        Path = path;
        _file = new StreamWriter(path, append: false);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes the file, or empties that of the last time.</summary>
    public static DemoLog Open() => new(System.IO.Path.GetFullPath(FileName));

    /// <summary>The log of one site.</summary>
    public ILogger For(string site) => new SiteLog(this, site);

    /// <summary>Writes what is left; later lines are dropped.</summary>
    public void Dispose()
    {
        lock (_guard)
        {
            _closed = true;
            _file.Dispose();
        }
    }

    private void Write(string site, LogLevel level, string text)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {site} {level}: {text}");
        lock (_guard)
        {
            if (!_closed)
            {
                _file.WriteLine(line);
            }
        }
    }

    private sealed class SiteLog(DemoLog log, string site) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(site, logLevel, formatter(state, exception));
    }
}
