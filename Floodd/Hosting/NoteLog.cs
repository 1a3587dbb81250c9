// The core's notes as log lines: one fact, one line, and never a flood of them. It adds nothing of its own but counts.
using System.Globalization;
using Floodd.Core;
using Floodd.Model;
using Microsoft.Extensions.Logging;

namespace Floodd.Hosting;

/// <summary>Writes notes, at most <see cref="PerSecond"/> of a kind; the rest is counted (RELIABILITY T30). Belongs to the loop's thread.</summary>
/// <param name="log">Where to.</param>
internal sealed class NoteLog(ILogger log)
{
    /// <summary>The most lines of one kind in one second.</summary>
    public const int PerSecond = 10;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Dictionary<NoteKind, Window> _windows = [];

    /// <summary>When <see cref="Tick"/> has a count to write.</summary>
    public Instant Due { get; private set; } = Instant.Never;

    /// <summary>How loud a kind is: the hundreds of its number say it.</summary>
    public static LogLevel LevelOf(NoteKind kind) => ((int)kind / 100) switch
    {
        1 => LogLevel.Information,
        2 => LogLevel.Warning,
        3 => LogLevel.Error,
        _ => LogLevel.Debug,
    };

    /// <summary>Writes a note or counts it.</summary>
    public void Write(Instant now, NoteKind kind, string text)
    {
        if (!log.IsEnabled(LevelOf(kind)))
        {
            return;
        }

        if (!_windows.TryGetValue(kind, out Window? window))
        {
            _windows.Add(kind, window = new Window());
        }

        if (now >= window.Ends)
        {
            WriteCount(kind, window);
            window.Ends = now + Second;
            window.Count = 0;
        }

        if (++window.Count <= PerSecond)
        {
            Put(kind, text);
        }
        else if (window.Ends < Due)
        {
            Due = window.Ends;
        }
    }

    /// <summary>Writes the counts of seconds that are over.</summary>
    public void Tick(Instant now)
    {
        if (now < Due)
        {
            return;
        }

        Due = Instant.Never;
        foreach ((NoteKind kind, Window window) in _windows)
        {
            if (window.Count <= PerSecond)
            {
                continue;
            }

            if (now >= window.Ends)
            {
                WriteCount(kind, window);
            }
            else if (window.Ends < Due)
            {
                Due = window.Ends;
            }
        }
    }

    private void WriteCount(NoteKind kind, Window window)
    {
        if (window.Count > PerSecond)
        {
            Put(kind, $"{window.Count - PerSecond} more of this kind within one second");
            window.Count = 0;
        }
    }

    private void Put(NoteKind kind, string text) => log.Log(LevelOf(kind), new EventId((int)kind, kind.ToString()), "{Note}", OneLine(text));

    // Whatever a note quotes: one fact is one line, and nothing in it moves a terminal's cursor.
    internal static string OneLine(string text) => text.Any(Disturbs)
        ? string.Concat(text.Select(c => Disturbs(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()))
        : text;

    // Not only controls: some readers end a line at U+2028, and others write backwards behind U+202E.
    private static bool Disturbs(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private sealed class Window
    {
        public Instant Ends { get; set; }

        public int Count { get; set; }
    }
}
