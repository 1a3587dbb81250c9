// Round trips between places on a sphere that nobody measured: fiber, detours, last miles. Equal seeds give equal worlds.
using Floodd.Measuring;
using Floodd.Model;

namespace Floodd.Tests.Measuring;

/// <summary>Sites in towns, several in each; ways that are longer than straight, the same from both ends.</summary>
internal sealed class GeneratedWorld
{
    public GeneratedWorld(int count, ulong seed)
    {
        var random = new Prng(seed);
        (double Latitude, double Longitude)[] towns = [.. Enumerable.Range(0, Math.Max(1, count / 4)).Select(_ => ((random.NextDouble() * 110) - 50, (random.NextDouble() * 360) - 180))];
        Names = [.. Enumerable.Range(0, count).Select(i => new SiteName($"s{i:0000}"))];
        int[] homes = [.. Names.Select(_ => random.Next(towns.Length))];
        double[] heights = [.. Names.Select(_ => 0.2 + (3 * random.NextDouble()))];
        Places = [.. homes.Select(h => towns[h])];
        Rtts = new double[count, count];
        double[,] detours = new double[towns.Length, towns.Length];
        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
            {
                (int a, int b) = (Math.Min(homes[i], homes[j]), Math.Max(homes[i], homes[j]));
                if (detours[a, b] == 0)
                {
                    detours[a, b] = 1 + (0.6 * random.NextDouble() * random.NextDouble());
                }

                double kilometers = Place.Kilometers(Place.Of(Places[i].Latitude, Places[i].Longitude)!.Value, Place.Of(Places[j].Latitude, Places[j].Longitude)!.Value);
                Rtts[i, j] = Rtts[j, i] = ((0.3 + (kilometers / 65)) * detours[a, b]) + heights[i] + heights[j];
            }
        }
    }

    public SiteName[] Names { get; }

    public (double Latitude, double Longitude)[] Places { get; }

    public double[,] Rtts { get; }
}
