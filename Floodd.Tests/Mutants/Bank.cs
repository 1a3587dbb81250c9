// All planted faults, and where each stands in the product's source. Reads the repository; changes nothing in it.
using Floodd.Tests.Tidy;

namespace Floodd.Tests.Mutants;

/// <summary>The bank of mutants.</summary>
internal static class Bank
{
    /// <summary>The folder of their files.</summary>
    public static string Folder { get; } = Path.Combine(Sources.Root, "Floodd.Tests", "Mutants", "bank");

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<Mutant> All() =>
        [.. Directory.EnumerateFiles(Folder, "*.mutant").Order(StringComparer.Ordinal).Select(path => Mutant.Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path)))];

    /// <summary>What keeps some mutants from being compiled into one copy: a text that is not there exactly once, or that two change. Empty if nothing does.</summary>
    /// <param name="mutants">The mutants.</param>
    /// <param name="read">Gives the text of a product's file; null if there is none.</param>
    public static IEnumerable<string> Faults(IReadOnlyList<Mutant> mutants, Func<string, string?> read)
    {
        foreach (IGrouping<string, (Mutant Mutant, Plant Plant)> file in mutants.SelectMany(m => m.Plants.Select(p => (Mutant: m, Plant: p))).GroupBy(p => p.Plant.File))
        {
            if (read(file.Key) is not { } text)
            {
                yield return $"{file.First().Mutant.Name}: there is no file {file.Key}";
                continue;
            }

            List<(int From, int To, string Name)> taken = [];
            foreach ((Mutant mutant, Plant plant) in file)
            {
                int from = text.IndexOf(plant.Original, StringComparison.Ordinal);
                int to = from + plant.Original.Length;
                if (from < 0 || text.IndexOf(plant.Original, from + 1, StringComparison.Ordinal) >= 0)
                {
                    yield return $"{mutant.Name}: its original text is {(from < 0 ? "nowhere" : "more than once")} in {file.Key}";
                }
                else if (taken.Find(t => from < t.To && t.From < to) is { Name: { } other })
                {
                    yield return $"{mutant.Name} and {other} change the same text of {file.Key}";
                }
                else
                {
                    taken.Add((from, to, mutant.Name));
                }
            }
        }
    }

    /// <summary>The text of a file with all that is planted there, each behind its switch.</summary>
    public static string Plant(IEnumerable<Mutant> mutants, string file, string text)
    {
        IEnumerable<(int At, Mutant Mutant, Plant Plant)> places = mutants
            .SelectMany(m => m.Plants.Where(p => p.File == file).Select(p => (text.IndexOf(p.Original, StringComparison.Ordinal), m, p)));

        // From the end on, so that places before stay where they are.
        foreach ((int at, Mutant mutant, Plant plant) in places.OrderByDescending(p => p.At))
        {
            text = string.Concat(text.AsSpan(0, at), plant.Switched(MutatedCopy.FlagOf(mutant)), text.AsSpan(at + plant.Original.Length));
        }

        return text;
    }
}
