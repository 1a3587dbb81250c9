// Names of hosts to addresses, off the loop's thread. A slow or failing name service costs only those who ask.
using System.Net;
using System.Net.Sockets;

namespace Floodd.Hosting;

/// <summary>Asks the system's resolver, a few names at once at most: each question may hold a pool thread.</summary>
internal sealed class Lookup : IDisposable
{
    private const int AtOnce = 4;
    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <summary>The addresses of a name; empty, with a reason, if there are none.</summary>
    /// <param name="host">An address or a name.</param>
    /// <param name="limit">How long it may take.</param>
    public async Task<(IPAddress[] Addresses, string Reason)> FindAsync(string host, TimeSpan limit)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return ([address], "");
        }

        using var over = new CancellationTokenSource(limit);
        try
        {
            await _places.WaitAsync(over.Token).ConfigureAwait(false);
            try
            {
                IPAddress[] found = await Dns.GetHostAddressesAsync(host, over.Token).ConfigureAwait(false);
                return (found, found.Length > 0 ? "" : Words.Of(SocketError.HostNotFound));
            }
            finally
            {
                _places.Release();
            }
        }
        catch (SocketException e)
        {
            return ([], Words.Of(e.SocketErrorCode));
        }
        catch (OperationCanceledException)
        {
            return ([], Words.Of(SocketError.TryAgain));
        }
        catch (ArgumentException)
        {
            return ([], "not a host's name");
        }
    }

    /// <summary>Asks nothing more.</summary>
    public void Dispose() => _places.Dispose();
}
