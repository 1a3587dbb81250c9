// The export of a site: how it goes, and what becomes of the updates that its command refused.
using System.Globalization;
using Floodd.Client.Connections;

namespace Floodd.Client;

/// <content>Exports.</content>
public sealed partial class FlooddClient
{
    /// <summary>How the export of a group goes at the site that the client talks to, and the updates that its command refused.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How it stands now.</returns>
    public async Task<FloodExports> GetExportsAsync(string? group, CancellationToken cancellation = default) =>
        FloodExports.From(await ListAsync("exports" + Word(group), cancellation).ConfigureAwait(false));

    /// <summary>
    /// Has an update that was set aside exported again, in a run of its own; returns before that ends. If it is refused again it stays set aside.
    /// </summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="id">The update.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FlooddException">
    /// 502: only clients on the site's own host may. 550: no such update is set aside, or there is no export command.
    /// </exception>
    public Task RetryExportAsync(string? group, FloodId id, CancellationToken cancellation = default) => SteerAsync("retry " + Word(id), group, cancellation);

    /// <summary>The same for all updates of a group that are set aside; what waits because the last run failed is tried at once, too.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="FlooddException">502: only clients on the site's own host may. 550: there is no export command.</exception>
    public Task<int> RetryAllExportsAsync(string? group, CancellationToken cancellation = default) => SteerAsync("retry all", group, cancellation);

    /// <summary>Drops an update for good that was set aside.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="id">The update.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FlooddException">
    /// 502: only clients on the site's own host may. 550: no such update is set aside. 450: it is being exported again just now.
    /// </exception>
    public Task SkipExportAsync(string? group, FloodId id, CancellationToken cancellation = default) => SteerAsync("skip " + Word(id), group, cancellation);

    /// <summary>Drops all updates of a group for good that are set aside, but for one that is being exported again just now.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="FlooddException">502: only clients on the site's own host may. 450: there is but the one that is being exported.</exception>
    public Task<int> SkipAllExportsAsync(string? group, CancellationToken cancellation = default) => SteerAsync("skip all", group, cancellation);

    // An origin that is no name could end the line and begin another.
    private static string Word(FloodId id) => id.InLine(nameof(id)).ToString();

    // 250 N updates of g ...
    private async Task<int> SteerAsync(string line, string? group, CancellationToken cancellation)
    {
        Reply reply = await AskAsync(line + Word(group), default, repeatable: false, cancellation).ConfigureAwait(false);
        return int.TryParse(reply.Text.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : throw FlooddException.Misunderstood(reply.Text);
    }
}
