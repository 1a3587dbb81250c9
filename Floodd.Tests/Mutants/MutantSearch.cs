// The search for one mutant, in a process of its own whose product is the mutated copy: seed after seed until a checker bites.
using System.Globalization;

namespace Floodd.Tests.Mutants;

/// <summary>What runs beside the mutated product.</summary>
internal static class MutantSearch
{
    /// <summary>The word of the test program that begins it; the first seed, how many, and what they run follow.</summary>
    public const string Word = "search-mutant";

    /// <summary>The beginnings of the lines that it prints: before each seed; with the sentence of what was found; when nothing was.</summary>
    public const string Trying = "trying ", Found = "found ", Nothing = "nothing";

    /// <summary>Runs seeds until the first that fails.</summary>
    public static int Run(string[] arguments)
    {
        EndWithParent();
        ulong first = ulong.Parse(arguments[0], CultureInfo.InvariantCulture);
        int count = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            ulong seed = first + (ulong)i;
            Console.WriteLine($"{Trying}{seed}");
            if (MutantSeed.FirstFault(seed, arguments[2]) is { } sentence)
            {
                Console.WriteLine($"{Found}{sentence}");
                return 0;
            }
        }

        Console.WriteLine(Nothing);
        return 0;
    }

    // Whoever started the search holds its input open and says nothing.
    private static void EndWithParent() => new Thread(() =>
    {
        while (Console.In.Read() >= 0)
        {
        }

        Environment.Exit(0);
    })
    { IsBackground = true }.Start();
}
