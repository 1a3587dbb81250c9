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
    private const long LittleBytes = 16 << 20;

    private static readonly Lazy<Task> Bare = new(() => StartAsync(exporting: false));
    private static readonly Lazy<Task> Exporting = new(() => StartAsync(exporting: true));

    /// <summary>Begins, if nobody in this process did.</summary>
    /// <param name="exporting">Whether the export is walked too: who has no export command is spared the memory that its code takes.</param>
    /// <param name="hasProcess">Whether the heap is this daemon's alone, so that what is left of the walk is given back.</param>
    public static void Begin(bool exporting, bool hasProcess)
    {
        Task walk = (exporting ? Exporting : Bare).Value;
        if (hasProcess)
        {
            _ = walk.ContinueWith(_ => GiveBack(), TaskScheduler.Default);
        }
    }

    private static Task StartAsync(bool exporting) => Task.WhenAll(Task.Run(WalkAsync), Task.Run(() => Rehearsal.Run(exporting)));

    // Takes some milliseconds, as there is little else yet. A daemon that already holds much has a use for the memory, and would have to wait.
    private static void GiveBack()
    {
        if (GC.GetTotalMemory(false) < LittleBytes)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

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
