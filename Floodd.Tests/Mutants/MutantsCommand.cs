// `mutants`: builds the mutated copy, searches for each planted fault, prints the table and the verdict. How to search is for others.
using System.Collections.Concurrent;
using System.Globalization;
using Floodd.Tests.Tidy;

namespace Floodd.Tests.Mutants;

/// <summary>The command.</summary>
internal static class MutantsCommand
{
    public const string Usage = "       dotnet run -c Release --project Floodd.Tests -- mutants [--only NAME,...] [--seeds-factor F] [--threads T] [--starts S] [--with both|swarm|campaign|places]";

    /// <summary>So far apart are the first seeds of starts.</summary>
    private const ulong StartStep = 100_000;

    /// <summary>Runs it.</summary>
    /// <returns>0 if every mutant was found within its number of seeds from every start, and nothing without one; 64 for words that are not understood.</returns>
    public static int Run(string[] arguments)
    {
        (string[]? only, double factor, int threads, int starts, string runner) = (null, 1, Environment.ProcessorCount, 1, MutantSeed.Runners[0]);
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            bool isUnderstood = arguments[i] switch
            {
                "--only" => (only = value.Split(',')).Length > 0,
                "--seeds-factor" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out factor) && factor > 0,
                "--threads" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out threads) && threads > 0,
                "--starts" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out starts) && starts > 0,
                "--with" => MutantSeed.Runners.Contains(runner = value),
                _ => false,
            };
            if (!isUnderstood)
            {
                Console.Error.WriteLine($"'{arguments[i]} {value}' is not understood");
                return 64;
            }
        }

        IReadOnlyList<Mutant> all = Bank.All();
        List<string> unknown = [.. (only ?? []).Except(all.Select(m => m.Name))];
        if (unknown.Count > 0)
        {
            Console.Error.WriteLine($"not in the bank: {string.Join(' ', unknown)}");
            return 64;
        }

        // The canary is searched for in any case: a search that misses it shows nothing of the others.
        return Search([.. all.Where(m => only is null || only.Contains(m.Name) || m.IsCanary)], factor, threads, starts, runner);
    }

    private static int Search(IReadOnlyList<Mutant> mutants, double factor, int threads, int starts, string runner)
    {
        List<string> faults = [.. Bank.Faults(mutants, file => Sources.All.FirstOrDefault(f => f.Path == file)?.Text)];
        if (faults.Count > 0)
        {
            faults.ForEach(Console.Error.WriteLine);
            return 1;
        }

        using MutatedCopy copy = MutatedCopy.Build(mutants);
        int SeedsOf(Mutant mutant) => Math.Max(1, (int)Math.Ceiling(mutant.Seeds * factor));
        List<(Mutant? Mutant, ulong First, int Count)> searches = [(null, 1, mutants.Max(SeedsOf))];
        for (int start = 0; start < starts; start++)
        {
            ulong first = 1 + ((ulong)start * StartStep);
            searches.AddRange(mutants.OrderByDescending(m => m.IsCanary).Select(m => ((Mutant?)m, first, SeedsOf(m))));
        }

        MutantTrial[] trials = new MutantTrial[searches.Count];
        Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, searches.Count), EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            trials[i] = MutantTrial.Run(copy, searches[i].Mutant, searches[i].First, searches[i].Count, runner);
            Console.Error.WriteLine($"{trials[i].Mutant?.Name ?? "(none)"} from seed {searches[i].First}: {trials[i].Seeds} seeds, {trials[i].Sentence ?? "nothing"}");
        });
        return Tell(mutants, trials);
    }

    private static int Tell(IReadOnlyList<Mutant> mutants, MutantTrial[] trials)
    {
        bool isGood = true;
        Console.WriteLine("| mutant | breaks | found | seeds | within | seconds | with |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (Mutant mutant in mutants)
        {
            List<MutantTrial> own = [.. trials.Where(t => t.Mutant == mutant).OrderBy(t => t.Sentence is null).ThenBy(t => t.Seeds)];
            int found = own.Count(t => t.Sentence is not null);
            isGood &= found == own.Count;

            // The median over the starts; the sentence is that of the run in the middle.
            MutantTrial middle = own[(own.Count - 1) / 2];
            string seeds = middle.Sentence is null ? $"more than {middle.Seeds}" : own.Count == 1 ? $"{middle.Seeds}" : $"{middle.Seeds} ({own[0].Seeds} to {own[^1].Seeds})";
            string is_ = found == own.Count ? "yes" : found == 0 ? "**no**" : $"**{found} of {own.Count}**";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {mutant.Name} | {mutant.Breaks} | {is_} | {seeds} | {mutant.Seeds} | {middle.Time.TotalSeconds:F1} | {Cell(middle.Sentence)} |"));
        }

        MutantTrial none = trials.First(t => t.Mutant is null);
        Console.WriteLine(none.Sentence is null
            ? $"without a mutant: nothing in {none.Seeds} seeds"
            : $"VOID: without a mutant seed {none.Seeds} fails: {none.Sentence}");
        foreach (Mutant canary in mutants.Where(m => m.IsCanary && trials.Any(t => t.Mutant == m && t.Sentence is null)))
        {
            Console.WriteLine($"VOID: the canary {canary.Name} was not found");
        }

        return isGood && none.Sentence is null && mutants.Any(m => m.IsCanary) ? 0 : 1;
    }

    private static string Cell(string? sentence)
    {
        // What a site said may hold any bytes.
        string plain = string.Concat((sentence ?? "").Select(c => c is >= ' ' and <= '~' ? c : '.')).Replace("|", "\\|", StringComparison.Ordinal);
        return plain.Length > 140 ? plain[..140] + " ..." : plain;
    }
}
