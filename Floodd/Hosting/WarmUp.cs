// Walks the paths that trouble takes, once, while there is none. It changes nothing.
using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using Floodd.Client.Protocol;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Hosting;

/// <summary>The runtime loads code when it is first used, and that needs descriptors: without them the first error text or the first child would end the daemon instead of being an error (RELIABILITY T9).</summary>
internal static class WarmUp
{
    private static readonly Lazy<Task> Bare = new(() => StartAsync(exporting: false));
    private static readonly Lazy<Task> Exporting = new(() => StartAsync(exporting: true));

    /// <summary>Begins, if nobody in this process did.</summary>
    /// <param name="exporting">Whether the export is walked too: who has no export command is spared the memory that its code takes.</param>
    public static void Begin(bool exporting) => _ = (exporting ? Exporting : Bare).Value;

    private static Task StartAsync(bool exporting) => Task.WhenAll(Task.Run(WalkAsync), Task.Run(() => Rehearsal.Run(exporting)));

    private static async Task<string> WalkAsync()
    {
        var error = new SocketException((int)SocketError.TooManyOpenSockets);
        string said = $"{FloodKey.Of("key"u8)}" + Printable.Text($"{error}{new IOException(error.Message, error)}{new Win32Exception(24)}");
        using var lookup = new Lookup();
        (_, string reason) = await lookup.FindAsync("localhost", Dialer.Limit).ConfigureAwait(false);
        if (OperatingSystem.IsWindows())
        {
            return said + reason;
        }

        try
        {
            using Process child = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", ":"]) { RedirectStandardInput = true })!;
            await child.WaitForExitAsync().ConfigureAwait(false);
        }
        catch (Win32Exception e)
        {
            said += e.Message;
        }

        return said + reason;
    }
}
