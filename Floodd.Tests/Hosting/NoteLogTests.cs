// Notes in the log: how loud, and how many.
using Floodd.Core;
using Floodd.Hosting;
using Floodd.Model;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

internal sealed class NoteLogTests
{
    [Test]
    public void The_number_of_a_kind_says_how_loud_it_is()
    {
        Assert.That(Enum.GetValues<NoteKind>().Select(NoteLog.LevelOf).Distinct(), Is.EquivalentTo(new[]
        {
            LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Debug,
        }));
        Assert.That(NoteLog.LevelOf(NoteKind.NameInUse), Is.EqualTo(LogLevel.Error));
    }

    [Test]
    public void A_note_keeps_its_kind_as_the_event_id()
    {
        var log = new ListLog();
        new NoteLog(log).Write(Instant.Zero, NoteKind.LinkUp, "link to b is up");
        Assert.That(log.Lines, Is.EqualTo(new[] { "Information 110 link to b is up" }));
    }

    [Test]
    public void The_eleventh_of_a_kind_in_a_second_is_only_counted()
    {
        var log = new ListLog();
        var notes = new NoteLog(log);
        for (int i = 0; i < 25; i++)
        {
            notes.Write(Instant.Zero + TimeSpan.FromMilliseconds(i), NoteKind.SessionRefused, $"refused {i}");
        }

        notes.Write(Instant.Zero + TimeSpan.FromMilliseconds(30), NoteKind.LinkUp, "another kind");
        Assert.That(log.Lines, Has.Count.EqualTo(11));
        Assert.That(log.Lines[^1], Does.EndWith("another kind"));
        Assert.That(notes.Due, Is.EqualTo(Instant.Zero + TimeSpan.FromSeconds(1)));
        notes.Tick(notes.Due);
        Assert.That(log.Lines[^1], Is.EqualTo("Warning 220 15 more of this kind within one second"));
        Assert.That(notes.Due, Is.EqualTo(Instant.Never));
        notes.Write(Instant.Zero + TimeSpan.FromSeconds(2), NoteKind.SessionRefused, "refused later");
        Assert.That(log.Lines[^1], Does.EndWith("refused later"));
        Assert.That(log.Lines, Has.Count.EqualTo(13));
    }

    [Test]
    public void Whatever_a_note_quotes_it_stays_one_line_and_plain()
    {
        var log = new ListLog();
        string hostile = string.Concat(Enumerable.Range(0, char.MaxValue + 1).Select(i => (char)i).Where(c => !char.IsSurrogate(c)));
        new NoteLog(log).Write(Instant.Zero, NoteKind.SessionRefused, $"from {hostile} it says\r\n2026-01-01 00:00:00 fail: floodd[1] all is lost\u2028\u202e");
        Assert.That(log.Lines, Has.Count.EqualTo(1));
        Assert.That(log.Lines[0].Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202e' or '\u200b' or '\ufeff'), Is.False);
        Assert.That(log.Lines[0], Does.Contain("it says\\x0d\\x0a2026").And.EndWith("\\x2028\\x202e"));
    }

    private sealed class ListLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");
    }
}
