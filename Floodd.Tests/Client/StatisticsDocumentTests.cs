// CLIENT-PROTOCOL.md names every line of `stats`, and no other. Asks a simulated site; reads the source tree only.
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed partial class StatisticsDocumentTests
{
    [Test]
    public void Every_statistic_is_documented_in_the_order_of_the_reply()
    {
        string document = File.ReadAllText(Path.Combine(Here(), "..", "..", "Floodd.Client", "Protocol", "CLIENT-PROTOCOL.md"));
        int start = document.IndexOf("## Statistics", StringComparison.Ordinal);
        string section = document[start..document.IndexOf("\n## ", start, StringComparison.Ordinal)];
        var world = new World(Seeds.One(1), sites: 1);
        world.Run(TimeSpan.FromSeconds(1));
        Reply stats = world.Ask(0, "stats");

        Assert.That(
            Row().Matches(section).Select(row => row.Groups["name"].Value),
            Is.EqualTo(stats.Lines.Select(line => line[2..line.IndexOf(' ', StringComparison.Ordinal)]).Append("set-aside")));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"^\| `(?<name>[a-z-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
