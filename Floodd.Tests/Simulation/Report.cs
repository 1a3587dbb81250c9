// What a failing world prints: seed, how to replay it, each site's state and last events. Reads, never changes.
using System.Globalization;
using System.Text;

namespace Floodd.Tests.Simulation;

/// <summary>The report of a failure.</summary>
internal static class Report
{
    private const int SitesShown = 8;
    private const int LinesShown = 16;

    /// <summary>Writes it.</summary>
    public static string Of(World world, string sentence)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{sentence}\n  at {world.Now / 1e7:F6}s of the world with seed {world.Seed}, {world.Trace.StepCount} steps, trace {world.Trace.Hash:x16}\n");
        text.Append(CultureInfo.InvariantCulture, $"  replay: {world.Options.Replay ?? $"FLOODD_SEED={world.Seed} dotnet test Floodd.Tests --filter 'FullyQualifiedName~{TestName()}'"}\n");
        foreach (string fault in world.FaultLog)
        {
            text.Append(CultureInfo.InvariantCulture, $"  fault {fault}\n");
        }

        foreach (SimulatedSite site in world.Sites.OrderByDescending(s => s.Timeline.LastAt).Take(SitesShown).OrderBy(s => s.Index))
        {
            string state = !site.IsUp ? "down" : site.IsPaused ? "paused" : "up";
            text.Append(CultureInfo.InvariantCulture, $"  {site.Name} {state}, life {site.Life}, born at {site.BornAt / 1e7:F6}s, {site.Connections.Count} connections, store {site.Core?.ChargedBytes() ?? 0}\n");
            site.Timeline.WriteTo(text, LinesShown);
        }

        return text.ToString();
    }

    private static string TestName()
    {
        string name = NUnit.Framework.TestContext.CurrentContext.Test.FullName;
        int arguments = name.IndexOf('(', StringComparison.Ordinal);
        return arguments < 0 ? name : name[..arguments];
    }
}
