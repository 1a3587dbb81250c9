// A way to a daemon that breaks: it swallows some receipts and cuts the connection instead. Changes no byte that it lets through.
using System.Net;
using System.Net.Sockets;
using System.Text;
using Floodd.Client;

namespace Floodd.Tests.EndToEnd;

/// <summary>Forwards connections to a site's client port; every so many replies, the rest is lost.</summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> connections = [];
    private readonly Task accepting;
    private readonly TestSite site;
    private readonly int every;
    private int cutsLeft;

    /// <param name="site">Where to.</param>
    /// <param name="every">How many receipts get through before one is lost with its connection.</param>
    /// <param name="cutsMax">How often, in all.</param>
    public CuttingRelay(TestSite site, int every, int cutsMax)
    {
        (this.site, this.every, cutsLeft) = (site, every, cutsMax);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public FlooddEndpoint Endpoint => new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);

    /// <summary>How many receipts were swallowed at least.</summary>
    public int CutCount { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(connections);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                connections.Add(RelayAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
            return;
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                await far.ConnectAsync(site.Address, site.ClientPort, stopping.Token);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), stopping.Token), RepliesAsync(far.GetStream(), near.GetStream()));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // One end is gone, or the test is over.
                return;
            }
        }
    }

    private async Task RepliesAsync(NetworkStream from, NetworkStream to)
    {
        using var reader = new StreamReader(from, Encoding.ASCII);
        int receipts = 0;
        while (await reader.ReadLineAsync(stopping.Token) is { } line)
        {
            if (line.Contains(" flooded to ", StringComparison.Ordinal) && ++receipts > every && cutsLeft > 0)
            {
                cutsLeft--;
                CutCount++;
                return;
            }

            await to.WriteAsync(Encoding.ASCII.GetBytes(line + "\n"), stopping.Token);
        }
    }
}
