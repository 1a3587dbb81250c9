// The topology generator in examples/, run as the daemon runs one, on a question that the daemon would ask. No daemon takes part.
using System.Collections.Immutable;
using System.Runtime.Versioning;
using Floodd.Core;
using Floodd.Measuring;
using Floodd.Model;
using Floodd.Processes;
using Floodd.Tests.Tidy;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[UnsupportedOSPlatform("windows")]
internal sealed class RingGeneratorTests
{
    [TestCase(2, 1)]
    [TestCase(3, 3)]
    [TestCase(12, 12)]
    public async Task Its_answer_is_a_ring_to_the_nearest_that_is_left(int count, int links)
    {
        // Members along a street: the ring goes up the street and back at once.
        ImmutableArray<SiteName> members = [.. Enumerable.Range(0, count).Select(i => new SiteName($"s{i:00}"))];
        var matrix = new EstimateMatrix(TimeSpan.FromHours(1));
        foreach (SiteName member in members)
        {
            matrix.Know(member);
        }

        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
            {
                matrix.Put(Instant.Zero, members[i], members[j], new Claim(10 * (j - i), 0, 0, TimeSpan.Zero));
            }
        }

        var draft = new PlanDraft(new("street"), members, 2, 8, matrix, Instant.Zero, null, []);
        var command = new ShellCommand($"'{Path.Join(Sources.Root, "examples", "ring-generator")}'") { Input = GeneratorText.Question(draft), OutputMax = GeneratorText.AnswerMax };
        ShellResult result = await ShellRunner.RunAsync(command);

        Assert.That(result.Text, Is.EqualTo("exited with 0"));
        Assert.That(GeneratorText.Read(draft, result.Output.Span, out ImmutableArray<Edge> edges), Is.Null);
        Assert.That(edges, Has.Length.EqualTo(links));
        Assert.That(Enumerable.Range(1, count - 1).All(i => edges.Contains(Edge.Between(members[i - 1], members[i]))), Is.True);
    }
}
