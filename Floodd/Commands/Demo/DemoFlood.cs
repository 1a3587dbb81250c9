// Floods the demo's text at its sites, over their client ports like any client. Remembers what was taken, and judges nothing.
using System.Collections.Immutable;
using Floodd.Client;

namespace Floodd.Commands.Demo;

/// <summary>The flooding of one demo.</summary>
internal static class DemoFlood
{
    private const int BurstCount = 10;

    /// <summary>Floods each site's updates, all sites at the same time.</summary>
    /// <param name="sites">The sites.</param>
    /// <param name="pause">How long each site pauses after every ten updates, so that a person sees the counts grow.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What the sites have taken responsibility for.</returns>
    public static async Task<ImmutableArray<ExportedUpdate>> FloodAsync(DemoSites sites, TimeSpan pause, CancellationToken cancellation)
    {
        ExportedUpdate[][] all = await Task.WhenAll(sites.All.Select((site, i) =>
            FloodAsync(site, DemoText.UpdatesOf(site.Name, i, sites.All.Length), pause, cancellation))).ConfigureAwait(false);
        return [.. all.SelectMany(updates => updates)];
    }

    private static async Task<ExportedUpdate[]> FloodAsync(
        DemoSite site, ImmutableArray<ReadOnlyMemory<byte>> updates, TimeSpan pause, CancellationToken cancellation)
    {
        FlooddClient client = await site.ConnectAsync(cancellation).ConfigureAwait(false);
        var asked = new List<Task<FloodReceipt>>();
        foreach (ReadOnlyMemory<byte> update in updates)
        {
            asked.Add(client.FloodAsync(DemoSites.GroupName, update, cancellation));
            if (pause > TimeSpan.Zero && asked.Count % BurstCount == 0)
            {
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
            }
        }

        FloodReceipt[] receipts = await Task.WhenAll(asked).ConfigureAwait(false);
        return [.. receipts.Select((receipt, i) => ExportedUpdate.Of(receipt.Id, updates[i].Span))];
    }
}
