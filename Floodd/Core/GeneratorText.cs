// What a topology generator of the operator's reads and writes: lines. Judges the answer, starts nothing.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Floodd.Client.Protocol;
using Floodd.Measuring;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>The generator's input and output, as the contract with users has them.</summary>
public static class GeneratorText
{
    /// <summary>The most that a generator may answer, in bytes.</summary>
    public const int AnswerMax = 8 << 20;

    private const int PieceAim = 32 * 1024;

    /// <summary>The input, in pieces: the plan, its members, what is believed of each pair, the links in force.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Question(PlanDraft draft)
    {
        var piece = new StringBuilder();
        foreach (string line in Lines(draft))
        {
            piece.Append(line).Append('\n');
            if (piece.Length > PieceAim)
            {
                yield return Encoding.UTF8.GetBytes(piece.ToString());
                piece.Clear();
            }
        }

        yield return Encoding.UTF8.GetBytes(piece.ToString());
    }

    /// <summary>Reads the answer: a line <c>a b</c> for each link.</summary>
    /// <param name="draft">What was asked.</param>
    /// <param name="answer">What the command said.</param>
    /// <param name="edges">The links in order; empty if something is wrong.</param>
    /// <returns>What is wrong; null if nothing.</returns>
    public static string? Read(PlanDraft draft, ReadOnlySpan<byte> answer, out ImmutableArray<Edge> edges)
    {
        edges = [];
        var found = new SortedSet<Edge>();
        int number = 0;
        foreach (string line in Encoding.UTF8.GetString(answer).Split('\n'))
        {
            number++;
            string[] words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (words.Length != 2 || Member(draft, words[0]) is not { } a || Member(draft, words[1]) is not { } b || a == b)
            {
                return $"line {number} names no link between two members: {Printable.Text(line.Length > 80 ? line[..80] : line)}";
            }

            found.Add(Edge.Between(a, b));
        }

        if (found.SelectMany(e => new[] { e.A, e.B }).GroupBy(s => s).FirstOrDefault(g => g.Count() > draft.MaxDegree) is { } hub)
        {
            return $"{hub.Key} has {hub.Count()} links, and max-degree is {draft.MaxDegree}";
        }

        if (!Topology.Joins(found, draft.Members))
        {
            return "it does not connect all members";
        }

        edges = [.. found];
        return null;
    }

    private static IEnumerable<string> Lines(PlanDraft draft)
    {
        yield return Line($"(:plan (:group-name {draft.Group}) (:connectivity {draft.Connectivity}) (:max-degree {draft.MaxDegree}) (:previous-edition {draft.Previous?.Edition ?? 0}))");
        foreach (SiteName member in draft.Members)
        {
            yield return $"(:member {member})";
        }

        CompletedMatrix completed = draft.Complete();
        for (int i = 0; i < completed.Count; i++)
        {
            for (int j = i + 1; j < completed.Count; j++)
            {
                if (!draft.Unusable.Contains(Edge.Between(draft.Members[i], draft.Members[j])))
                {
                    string bandwidth = completed.Bandwidth(i, j) > 0 ? Line($" (:bandwidth {completed.Bandwidth(i, j):F0})") : "";
                    string guessed = completed.IsMeasured(i, j) ? "" : " (:guessed yes)";
                    yield return Line($"(:estimate {draft.Members[i]} {draft.Members[j]} (:rtt-ms {completed.Rtt(i, j):F3}){bandwidth}{guessed})");
                }
            }
        }

        foreach (Edge edge in draft.Previous?.Edges ?? [])
        {
            yield return $"(:link {edge.A} {edge.B})";
        }
    }

    private static SiteName? Member(PlanDraft draft, string word) =>
        NameRule.IsName(word) && draft.Members.BinarySearch(new SiteName(word)) >= 0 ? new SiteName(word) : null;

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
