// The seeds that once found something, from regressions.txt. Reads, judges nothing.
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Floodd.Tests.Campaign;

/// <summary>One line of the file: <c>SEED [OPTIONS] # what it found</c>.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Options">What changes its script.</param>
/// <param name="Found">One sentence.</param>
internal sealed record Regression(ulong Seed, CampaignOptions Options, string Found)
{
    public override string ToString() => $"{Seed}: {Found}";

    /// <summary>All of them, in the order of the file.</summary>
    public static IEnumerable<Regression> All([CallerFilePath] string here = "")
    {
        foreach (string line in File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "regressions.txt")))
        {
            string[] halves = line.Split('#', 2);
            string[] words = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            CampaignOptions options = CampaignOptions.Read(words[1..], out string wrong) ?? throw new FormatException($"'{line}': {wrong}");
            yield return new Regression(ulong.Parse(words[0], CultureInfo.InvariantCulture), options, halves.Length > 1 ? halves[1].Trim() : "");
        }
    }
}
