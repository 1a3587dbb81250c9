// Starts the search for one mutant and reads what came of it. Ends a search that stands still: that is a fault found too.
using System.Diagnostics;
using System.Globalization;

namespace Floodd.Tests.Mutants;

/// <summary>What came of a search.</summary>
/// <param name="Mutant">The mutant that was switched on; null for none.</param>
/// <param name="Sentence">With what it was found; null if it was not.</param>
/// <param name="Seeds">How many seeds were run.</param>
/// <param name="Time">How long it took, with the start of the program.</param>
internal sealed record MutantTrial(Mutant? Mutant, string? Sentence, int Seeds, TimeSpan Time)
{
    /// <summary>A seed takes a fraction of a second, or some seconds if its machine has other things to do.</summary>
    private static readonly TimeSpan StandstillLimit = TimeSpan.FromSeconds(300);

    /// <summary>Searches.</summary>
    /// <param name="copy">The mutated product.</param>
    /// <param name="mutant">What is switched on; null for nothing.</param>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="runner">What seeds run.</param>
    public static MutantTrial Run(MutatedCopy copy, Mutant? mutant, ulong first, int count, string runner)
    {
        var start = new ProcessStartInfo(
            "dotnet", [copy.Program, MutantSearch.Word, first.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture), runner])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[MutatedCopy.Variable] = mutant?.Name ?? "";
        var clock = Stopwatch.StartNew();
        using Process search = Process.Start(start)!;
        Task<string> errors = search.StandardError.ReadToEndAsync();
        (int seeds, string? sentence, bool isOver) = (0, null, false);
        while (!isOver)
        {
            Task<string?> line = search.StandardOutput.ReadLineAsync();
            if (!line.Wait(StandstillLimit))
            {
                search.Kill(entireProcessTree: true);
                (sentence, isOver) = ($"the seed did not end within {StandstillLimit.TotalSeconds} s", true);
                break;
            }

            switch (line.Result)
            {
                case null:
                    // It died: the runtime ends a process whose stack or memory is used up.
                    (sentence, isOver) = ($"the process ended: {errors.Result.Split('\n')[0]}", true);
                    break;
                case MutantSearch.Nothing:
                    isOver = true;
                    break;
                case var said when said.StartsWith(MutantSearch.Found, StringComparison.Ordinal):
                    (sentence, isOver) = (said[MutantSearch.Found.Length..], true);
                    break;
                default:
                    seeds++;
                    break;
            }
        }

        search.WaitForExit();
        return new MutantTrial(mutant, sentence, seeds, clock.Elapsed);
    }
}
