// A place for mutants: updates of many groups go out over many links in one turn. Holds for the product as it is.
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants.Places;

/// <summary>What a client floods into many groups at once is everywhere at once, and no link breaks over it.</summary>
internal static class ManyGroups
{
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(2);

    /// <summary>Runs a seed.</summary>
    public static World Run(ulong seed)
    {
        var draw = new Prng(seed ^ 0x4D41_4E59);
        int sites = 3 + draw.Next(3), groups = 20 + draw.Next(40);
        var world = new World(seed, sites, w =>
        {
            w.Group = g => g with { Connectivity = 2, MaxDegree = 4 };
            for (int i = 0; i < groups; i++)
            {
                w.AddGroup($"g{i:00}", [.. Enumerable.Range(0, sites)]);
            }
        });
        world.Run(TimeSpan.FromSeconds(8));
        for (int round = 0; round < 5; round++)
        {
            int site = draw.Next(sites);
            List<Flooded> flooded = [.. Enumerable.Range(0, groups).Select(group => world.Flood(site, draw.Next(500), group))];
            world.Run(Prompt);
            if (flooded.Find(f => f.ExportedCount < sites) is { } late)
            {
                throw new ViolationException($"{late} was not everywhere after {Prompt.TotalSeconds} s, though nothing was wrong");
            }
        }

        world.RunUntilDelivered(TimeSpan.FromSeconds(30));
        return world;
    }
}
