// The minimal subscriber, killed and started again, against real daemons.
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[Parallelizable(ParallelScope.Self)]
internal sealed class SubscriberExampleTests
{
    [Test]
    public void It_goes_on_where_it_was_killed_without_loss()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 2, Connectivity = 1, ExportCommand = _ => null });
        string state = group.Folder.File("position");
        string[] arguments = [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{group[1].ClientPort}"), "g", state];
        using ClientSession session = group[0].Open();
        List<string> expected = [];
        void Flood(string text) => expected.Add($"{session.Flood("g", Encoding.UTF8.GetBytes(text))} {text}");

        Flood("one");
        Flood("two");
        using (var first = new ExampleProgram("subscriber", group.Folder.Path, arguments))
        {
            // Its note of the second is written behind the second's line.
            string second = expected[1].Split(' ')[0];
            Eventually.Holds(() => File.Exists(state) && File.ReadAllText(state) == second, "it to remember both", () => first.Errors);
            first.Kill();
            Assert.That(first.Output, Is.EqualTo(expected));
        }

        Flood("three, while it was away");
        using var next = new ExampleProgram("subscriber", group.Folder.Path, arguments);
        Eventually.Holds(() => next.Output.Count >= 1, "it to go on", () => next.Errors);
        Flood("four");
        Eventually.Holds(() => next.Output.Count >= 2, "it to go on", () => next.Errors);
        Assert.That(next.Output, Is.EqualTo(expected.Skip(2)));
    }

    [Test]
    public void Killed_at_any_moment_it_leaves_out_nothing()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, Connectivity = 1, ExportCommand = _ => null });
        string[] arguments = [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{group[0].ClientPort}"), "g", group.Folder.File("position")];
        using ClientSession session = group[0].Open();
        List<string> expected = [.. Enumerable.Range(0, 3000).Select(i => session.Flood("g", Encoding.ASCII.GetBytes($"{i}")))];
        List<string> printed = [];
        for (int life = 0; printed.Count == 0 || printed[^1] != expected[^1]; life++)
        {
            int wanted = Math.Min(500 * (life + 1), expected.Count - printed.Distinct().Count());
            using var program = new ExampleProgram("subscriber", group.Folder.Path, arguments);
            Eventually.Holds(() => program.Output.Count >= wanted, "some to be printed", () => program.Errors);
            program.Kill();

            // What was printed and not yet noted is printed again, which is one at most; a line that was cut short is not counted.
            printed.AddRange(program.Output.Select(line => line.Split(' ')[0]).Where(id => !printed.Contains(id)));
        }

        Assert.That(printed, Is.EqualTo(expected));
    }
}
