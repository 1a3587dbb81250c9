// `faults`: hurts a group of real daemons in the lab, fault after fault, and prints a table. Every choice follows from the seed; what real time makes of it does not.
using System.Diagnostics;
using Floodd.Tests.EndToEnd.Lab;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>The command.</summary>
internal static class FaultsCommand
{
    /// <summary>Its form.</summary>
    public const string Form =
        "faults [--seed S] [--minutes M | --each | --kind KIND[,KIND]...] [--sites N] [--pace MILLISECONDS]: real daemons in the lab, fault after fault";

    private const int DescriptorMax = 256;

    /// <summary>Runs it.</summary>
    /// <returns>0 if nothing was lost, repeated or wrong; 1 if something was; 64 for a wrong command line; 69 where there is no lab.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            var options = new Options(arguments);
            int seed = options.Number("--seed", Environment.TickCount & 0xffff);
            double minutes = options.Decimal("--minutes", 5);
            bool each = options.Has("--each");
            string? kinds = options.Text("--kind");
            int pace = options.Number("--pace", 50);
            var draw = new Random(seed);
            int drawn = draw.Next(5, 9);
            int sites = options.Number("--sites", drawn);
            options.End();
            IEnumerable<Strike> strikes = kinds is not null ? Chosen(kinds) : each ? Strikes.All : ByChance(draw, TimeSpan.FromMinutes(minutes));
            return Run(seed, sites, TimeSpan.FromMilliseconds(pace), strikes, draw);
        }
        catch (OptionException e)
        {
            Console.Error.WriteLine($"{e.Message}\n{Form}");
            return 64;
        }
        catch (IgnoreException e)
        {
            Console.Error.WriteLine(e.Message);
            return 69;
        }
    }

    /// <summary>Starts the group that is hurt, a site in each network of the lab.</summary>
    public static FaultGroup Start(LabNetwork network, int seed, TimeSpan pace) =>
        FaultGroup.Start(
            new GroupPlan { DescriptorMax = DescriptorMax, ExportCommand = site => FaultGroup.PacedExport(site, 0.1) }.In(network), new FaultLoad(pace), seed);

    private static int Run(int seed, int sites, TimeSpan pace, IEnumerable<Strike> strikes, Random draw)
    {
        Console.WriteLine($"seed {seed}, {sites} sites");
        using LabNetwork network = LabNetwork.Open(sites);
        using FaultGroup group = Start(network, seed, pace);
        var campaign = new FaultCampaign(group, Console.Out);
        campaign.Strike(Strikes.Calm, draw);
        foreach (Strike strike in strikes)
        {
            campaign.Strike(strike, new Random(draw.Next()));
        }

        return campaign.Finish() ? 0 : 1;
    }

    private static Strike[] Chosen(string kinds) =>
        [.. kinds.Split(',').Select(kind => Strikes.All.FirstOrDefault(each => each.Kind == kind)
            ?? throw new OptionException($"no such kind: {kind}; there are {string.Join(' ', Strikes.All.Select(each => each.Kind))}"))];

    private static IEnumerable<Strike> ByChance(Random draw, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            yield return Strikes.All[draw.Next(Strikes.All.Count)];
        }
    }
}
