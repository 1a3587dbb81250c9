// Which seeds a scenario runs with: its own, or those that the environment asks for.
using System.Globalization;

namespace Floodd.Tests.Simulation;

/// <summary>FLOODD_SEED runs one seed, FLOODD_SEEDS so many, FLOODD_FIRST_SEED says where these begin.</summary>
internal static class Seeds
{
    /// <summary>The seed of a scenario that runs once.</summary>
    public static ulong One(ulong otherwise) => Read("FLOODD_SEED") ?? otherwise;

    /// <summary>The seeds of a scenario that runs often.</summary>
    /// <param name="count">How many, from 1 on, unless the environment says otherwise.</param>
    /// <param name="also">Seeds that once found something and are run in any case, but when one is asked for alone.</param>
    public static IEnumerable<ulong> Many(int count, params ulong[] also)
    {
        if (Read("FLOODD_SEED") is { } one)
        {
            yield return one;
            yield break;
        }

        ulong first = Read("FLOODD_FIRST_SEED") ?? 1;
        ulong seeds = Read("FLOODD_SEEDS") ?? (ulong)count;
        for (ulong i = 0; i < seeds; i++)
        {
            yield return first + i;
        }

        foreach (ulong seed in also)
        {
            if (seed < first || seed - first >= seeds)
            {
                yield return seed;
            }
        }
    }

    private static ulong? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : null;
}
