// Connecting to other sites' data ports: without waiting, address after address, within one time limit. It never asks a name service on the loop.
using System.Net;
using System.Net.Sockets;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>The dials that are under way. Belongs to the loop's thread. Sockets connect on the loop itself: .NET's own asynchronous connect would leave each of them registered with a second epoll for life, which wakes another thread for every read.</summary>
/// <param name="readiness">Told what to watch.</param>
/// <param name="inbox">For answers that come later.</param>
/// <param name="lookup">For names.</param>
/// <param name="bind">The address to dial from, or null for any.</param>
/// <param name="newKey">Numbers sockets.</param>
/// <param name="connected">Given each new connection.</param>
internal sealed class Dialer(
    IReadiness readiness, Inbox inbox, Lookup lookup, IPAddress? bind, Func<long> newKey, Action<SiteName, IPAddress, Socket> connected)
{
    /// <summary>How long a dial may take, look-up included.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Dictionary<long, Attempt> _attempts = [];
    private readonly Queue<Attempt> _deadlines = new();

    /// <summary>When <see cref="Expire"/> has something to do.</summary>
    public Instant NextDeadline => _deadlines.TryPeek(out Attempt? first) ? first.Deadline : Instant.Never;

    /// <summary>Begins to dial; one LinkOpened or DialFailed follows, in a later step.</summary>
    public void Dial(Instant now, Effect.Dial dial)
    {
        var attempt = new Attempt(dial.Site, dial.Port, now + Limit);
        _deadlines.Enqueue(attempt);
        if (IPAddress.TryParse(dial.Host, out IPAddress? address))
        {
            attempt.Addresses.Enqueue(address);
            inbox.Post(() => Next(attempt));
        }
        else
        {
            _ = LookUpAsync(attempt, dial.Host);
        }
    }

    /// <summary>Goes on with a socket that can.</summary>
    /// <returns>Whether the key is one of ours.</returns>
    public bool Go(Ready ready)
    {
        if (!_attempts.Remove(ready.Key, out Attempt? attempt))
        {
            return false;
        }

        Socket socket = attempt.Socket!;
        attempt.Socket = null;
        readiness.Remove(socket);
        var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error == SocketError.Success)
        {
            Connected(attempt, socket);
        }
        else
        {
            socket.Dispose();
            attempt.Reason = Words.Of(error);
            Next(attempt);
        }

        return true;
    }

    /// <summary>Gives up what took too long.</summary>
    public void Expire(Instant now)
    {
        while (_deadlines.TryPeek(out Attempt? first) && (first.IsOver || first.Deadline <= now))
        {
            _deadlines.Dequeue();
            if (!first.IsOver)
            {
                first.Reason ??= Words.Of(SocketError.TimedOut);
                Fail(first);
            }
        }
    }

    /// <summary>Gives up all, and says nothing.</summary>
    public void Abandon()
    {
        foreach (Attempt attempt in _attempts.Values)
        {
            readiness.Remove(attempt.Socket!);
            attempt.Socket!.Dispose();
        }

        _attempts.Clear();
        _deadlines.Clear();
    }

    private async Task LookUpAsync(Attempt attempt, string host)
    {
        (IPAddress[] addresses, string reason) = await lookup.FindAsync(host, Limit).ConfigureAwait(false);
        inbox.Post(() =>
        {
            attempt.Reason = addresses.Length == 0 ? reason : null;
            foreach (IPAddress address in addresses)
            {
                attempt.Addresses.Enqueue(address);
            }

            Next(attempt);
        });
    }

    private void Next(Attempt attempt)
    {
        while (!attempt.IsOver)
        {
            if (!attempt.Addresses.TryDequeue(out IPAddress? address))
            {
                Fail(attempt);
                return;
            }

            attempt.Address = address;
            if (Begin(attempt, address))
            {
                return;
            }
        }
    }

    // A connect that would wait is reported by an exception; dials are rare enough for that.
    private bool Begin(Attempt attempt, IPAddress address)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            if (bind is not null && bind.AddressFamily == address.AddressFamily)
            {
                // Sites know each other by address: we must come from the one that we are known by.
                socket.Bind(new IPEndPoint(bind, 0));
            }

            socket.Connect(new IPEndPoint(address, attempt.Port));
            Connected(attempt, socket);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            attempt.Socket = socket;
            attempt.Key = newKey();
            _attempts.Add(attempt.Key, attempt);
            readiness.Add(socket!, attempt.Key, read: false, write: true);
            return true;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            attempt.Reason = Words.Of(e.SocketErrorCode);
            return false;
        }
    }

    private void Connected(Attempt attempt, Socket socket)
    {
        // A port in the range of temporary ones that nobody listens on can be connected to itself.
        if (Equals(socket.LocalEndPoint, new IPEndPoint(attempt.Address!, attempt.Port)))
        {
            socket.Dispose();
            attempt.Reason = Words.Of(SocketError.ConnectionRefused);
            Next(attempt);
            return;
        }

        attempt.IsOver = true;
        connected(attempt.Site, Listener.Plain(attempt.Address!), socket);
    }

    private void Fail(Attempt attempt)
    {
        attempt.IsOver = true;
        if (attempt.Socket is not null)
        {
            _attempts.Remove(attempt.Key);
            readiness.Remove(attempt.Socket);
            attempt.Socket.Dispose();
        }

        inbox.Post(new Event.DialFailed(attempt.Site, attempt.Reason ?? Words.Of(SocketError.HostNotFound)));
    }

    private sealed class Attempt(SiteName site, int port, Instant deadline)
    {
        public SiteName Site { get; } = site;

        public int Port { get; } = port;

        public Instant Deadline { get; } = deadline;

        public Queue<IPAddress> Addresses { get; } = new();

        public IPAddress? Address { get; set; }

        public Socket? Socket { get; set; }

        public long Key { get; set; }

        public string? Reason { get; set; }

        public bool IsOver { get; set; }
    }
}
