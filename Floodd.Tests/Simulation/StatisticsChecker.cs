// Compares what sites count of themselves with what the world saw: nothing received is neither exported, duplicate nor refused. For worlds at rest.
using System.Globalization;
using Floodd.Wire;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of conservation.</summary>
internal static class StatisticsChecker
{
    /// <summary>Asks every site that is up for its statistics; throws if they do not add up.</summary>
    public static void Check(World world)
    {
        foreach (SimulatedSite site in world.Sites.Where(s => s is { IsUp: true, IsHostile: false }))
        {
            // Asked first: time goes by until a site has told its statistics, in which a hole may become a gap that they do not count yet.
            bool hasHoles = site.Core!.HasHoles();
            Dictionary<string, long> told = Read(world, site);
            (long accepted, long acceptedBytes, long exported, long exportedBytes, long foreignSegments, long repeated, long skippable, long skippableSegments, long refused, long earlierSegments) = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            foreach (Flooded flooded in world.Ledger.All)
            {
                bool isOwn = flooded.Origin == site.Index && flooded.OriginLife == site.Life;
                // A receipt may have been lost on its way; what was accepted was exported at its origin.
                if (isOwn && (flooded.IsAccepted || flooded.Key is not null))
                {
                    (accepted, acceptedBytes) = (accepted + 1, acceptedBytes + flooded.Length);
                }

                bool isEarlier = flooded.LifeExportedAt(site.Index) is var life && life != site.Life && (life > 0 || flooded.SentAt < site.ExpectedFrom);
                earlierSegments += isEarlier && !isOwn ? SegmentsOf(flooded) : 0;
                if (flooded.LifeExportedAt(site.Index) == site.Life)
                {
                    (exported, exportedBytes) = (exported + 1, exportedBytes + flooded.Length);
                    foreignSegments += isOwn ? 0 : SegmentsOf(flooded);
                }
                else if (flooded.LifeRefusedAt(site.Index) == site.Life)
                {
                    refused++;
                    foreignSegments += isOwn ? 0 : SegmentsOf(flooded);
                }
                else if (flooded.ClientKey is not null && !flooded.IsRefused && !isOwn)
                {
                    (skippable, skippableSegments) = (skippable + 1, skippableSegments + SegmentsOf(flooded));
                }

                repeated += isOwn && flooded.RepeatOf is not null ? 1 : 0;
            }

            Require(site, "updates accepted", told["updates-accepted"], accepted);
            Require(site, "bytes accepted", told["bytes-accepted"], acceptedBytes);
            // What was in a run when it was heard that an earlier life had exported it is counted as that.
            long before = told["updates-exported-before"];
            Require(site, "updates exported", told["updates-exported"], Math.Clamp(told["updates-exported"], exported - before, exported));
            Require(site, "bytes exported", told["bytes-exported"], before > 0 ? Math.Min(told["bytes-exported"], exportedBytes) : exportedBytes);
            Require(site, "segments waiting for export", told["segments-waiting-for-export"], 0);
            Require(site, "updates waiting for export", told["updates-waiting-for-export"], 0);
            Require(site, "updates set aside and not exported since", told["updates-set-aside"] - told["set-aside-exported"], refused);
            Conserve(site, told);
            // What lies behind a gap that is still looked for was received and will be exported, or is incomplete for ever.
            if (!hasHoles && told["gaps"] == 0 && told["given-up-incomplete"] == 0)
            {
                // Updates that repeat the key of another come in and are not exported. So may those that an earlier life has exported, or that are
                // from before the site joined, until it is heard that they are.
                long fresh = told["segments-received"] - told["segments-duplicate"] - told["segments-refused"];
                long most = told["updates-skipped"] == 0 ? foreignSegments : foreignSegments + skippableSegments;
                Require(site, "segments received and neither duplicate nor refused", fresh, Math.Clamp(fresh, foreignSegments + told["updates-skipped"], most + earlierSegments));
            }

            Require(site, "updates skipped", told["updates-skipped"], Math.Min(told["updates-skipped"], skippable));
            Require(site, "updates repeated", told["updates-repeated"], Math.Max(told["updates-repeated"], repeated));
        }
    }

    /// <summary>Asks every site that is up; throws if one lost what had become whole there. Holds at any time.</summary>
    public static void ConserveEverywhere(World world)
    {
        foreach (SimulatedSite site in world.Sites.Where(s => s is { IsUp: true, IsHostile: false }))
        {
            Conserve(site, Read(world, site));
        }
    }

    /// <summary>Nothing that became whole here is silently gone. Holds at any time.</summary>
    public static void Conserve(SimulatedSite site, IReadOnlyDictionary<string, long> told)
    {
        long aside = told["set-aside-kept"] + told["set-aside-skipped"] + told["set-aside-given-up"];
        Require(site, "updates whole", told["updates-whole"], told["updates-exported"] + told["updates-exported-before"] + told["updates-waiting-for-export"] + aside);
        Require(site, "updates set aside", told["updates-set-aside"], aside + told["set-aside-exported"]);
    }

    /// <summary>How many segments an update has.</summary>
    public static int SegmentsOf(Flooded flooded) => Math.Max(1, (flooded.Length + WireLimits.SegmentMax - 1) / WireLimits.SegmentMax);

    private static void Require(SimulatedSite site, string what, long told, long seen)
    {
        if (told != seen)
        {
            throw new ViolationException($"{site.Name} counts {told} {what}, the world {seen}");
        }
    }

    /// <summary>What a site counts of itself.</summary>
    public static Dictionary<string, long> Read(World world, SimulatedSite site)
    {
        var values = new Dictionary<string, long>();
        foreach (string line in world.Ask(site.Index, "stats").Lines)
        {
            // (:name value)
            string[] words = line.Trim('(', ')').Split(' ');
            if (words.Length == 2 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            {
                values[words[0].TrimStart(':')] = value;
            }
        }

        return values;
    }
}
