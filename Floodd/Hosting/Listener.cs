// One open port. It accepts and hands over; who may come in is not its business.
using System.Net;
using System.Net.Sockets;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>A listening socket of the loop.</summary>
internal sealed class Listener : IDisposable
{
    /// <summary>The most connections accepted in one turn, so that a crowd at the door does not stop those inside.</summary>
    public const int AcceptsPerTurn = 32;

    private const int Backlog = 1024;
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastBackOff = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly Action<Socket> _accepted;
    private readonly Action<string> _refused;
    private readonly Descriptors _descriptors;
    private TimeSpan _backOff = FirstBackOff;
    private IReadiness? _readiness;

    private Listener(Socket socket, Descriptors descriptors, Action<Socket> accepted, Action<string> refused)
    {
        _socket = socket;
        _accepted = accepted;
        _refused = refused;
        _descriptors = descriptors;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>The port in fact opened.</summary>
    public int Port { get; }

    /// <summary>The key it is watched under.</summary>
    public long Key { get; private set; }

    /// <summary>When it tries again after it ran out of descriptors.</summary>
    public Instant RetryAt { get; private set; } = Instant.Never;

    /// <summary>Opens a port.</summary>
    /// <param name="bind">The address, or null for all of both families.</param>
    /// <param name="port">The port; 0 asks for a free one.</param>
    /// <param name="descriptors">The spare descriptor.</param>
    /// <param name="accepted">Given each new connection.</param>
    /// <param name="refused">Told why a connection was not taken.</param>
    /// <exception cref="SocketException">The port cannot be opened.</exception>
    public static Listener Open(IPAddress? bind, int port, Descriptors descriptors, Action<Socket> accepted, Action<string> refused)
    {
        Socket _socket = bind is not null ? Bind(bind, port) : BindAll(port);
        _socket.Listen(Backlog);
        _socket.Blocking = false;
        return new Listener(_socket, descriptors, accepted, refused);
    }

    /// <summary>An address as the core knows it: IPv4 seen through an IPv6 socket is IPv4.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Begins to accept.</summary>
    public void Watch(IReadiness by, long key)
    {
        _readiness = by;
        Key = key;
        by.Add(_socket, key, read: true, write: false);
    }

    /// <summary>Accepts what waits, up to the bound.</summary>
    public void Go(Instant now)
    {
        for (int count = 0; count < AcceptsPerTurn && _socket.Poll(0, SelectMode.SelectRead); count++)
        {
            Socket connection;
            try
            {
                connection = _socket.Accept();
            }
            catch (SocketException e)
            {
                if (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.WouldBlock or SocketError.ConnectionReset)
                {
                    // It went away between its coming and our looking.
                    continue;
                }

                _refused(Words.Of(e.SocketErrorCode));
                if (e.SocketErrorCode == SocketError.TooManyOpenSockets)
                {
                    _descriptors.TurnAway(_socket);
                }

                BackOff(now);
                return;
            }

            if (Descriptors.IsTooHigh(connection))
            {
                _refused(Words.Of(SocketError.TooManyOpenSockets));
                connection.Dispose();
                BackOff(now);
                return;
            }

            _backOff = FirstBackOff;
            _accepted(connection);
        }
    }

    /// <summary>Accepts again if the back-off is over.</summary>
    public void Retry(Instant now)
    {
        if (RetryAt <= now)
        {
            RetryAt = Instant.Never;
            _readiness!.Change(_socket, Key, read: true, write: false);
        }
    }

    /// <summary>Closes the port.</summary>
    public void Dispose()
    {
        _readiness?.Remove(_socket);
        RetryAt = Instant.Never;
        _socket.Dispose();
    }

    // Without descriptors the port stays readable: only not to look at it keeps the loop from spinning.
    private void BackOff(Instant now)
    {
        RetryAt = now + _backOff;
        _backOff = _backOff * 2 < LastBackOff ? _backOff * 2 : LastBackOff;
        _readiness!.Change(_socket, Key, read: false, write: false);
    }

    private static Socket BindAll(int port)
    {
        if (Socket.OSSupportsIPv6)
        {
            try
            {
                return Bind(IPAddress.IPv6Any, port);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
            {
                // The system knows IPv6 but has it switched off: IPv4 then.
                return Bind(IPAddress.Any, port);
            }
        }

        return Bind(IPAddress.Any, port);
    }

    // .NET asks for SO_REUSEADDR in Bind itself, so that a restart need not wait; its own ReuseAddress would let a second daemon share the port.
    private static Socket Bind(IPAddress address, int port)
    {
        var _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                _socket.DualMode = true;
            }

            _socket.Bind(new IPEndPoint(address, port));
            return _socket;
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }
    }
}
