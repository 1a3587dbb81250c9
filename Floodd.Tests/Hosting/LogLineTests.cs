// A line of the log: one, whatever is in it.
using Floodd.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

internal sealed class LogLineTests
{
    [Test]
    public void A_line_says_when_how_bad_who_and_what() =>
        Assert.That(Written("b cannot be reached", null), Does.Match(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} warn: floodd\[7\] b cannot be reached\n$"));

    [Test]
    public void An_exception_stands_behind_it_in_the_same_line()
    {
        string line = Written("no\r\nway", new IOException("first\nsecond"));
        Assert.That(line, Does.EndWith("warn: floodd[7] no way System.IO.IOException: first second\n"));
        Assert.That(line.Split('\n'), Has.Length.EqualTo(2));
    }

    private static string Written(string text, Exception? error)
    {
        var line = new StringWriter { NewLine = "\n" };
        new LogLine().Write(new LogEntry<string>(LogLevel.Warning, "floodd", new EventId(7), text, error, (state, _) => state), null, line);
        return line.ToString();
    }
}
