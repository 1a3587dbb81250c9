// A client that speaks the client port's language byte by byte over a plain socket; shares no code with the product on purpose.
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

/// <summary>One connection to a client port. Every read has a deadline.</summary>
internal sealed class ClientSession : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _next;
    private int _end;

    private ClientSession(Socket socket, IPEndPoint daemon, TimeSpan patience)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _socket.ReceiveTimeout = _socket.SendTimeout = (int)patience.TotalMilliseconds;
        _socket.Connect(daemon);
    }

    /// <summary>What the daemon said first.</summary>
    public string Greeting { get; private set; } = "";

    /// <summary>Connects and reads the greeting.</summary>
    /// <param name="port">A client port of this machine.</param>
    /// <param name="patience">How long a read or write may take; <see cref="Eventually.Patience"/> unless said.</param>
    public static ClientSession Open(int port, TimeSpan? patience = null) => Open(new IPEndPoint(IPAddress.Loopback, port), patience);

    /// <inheritdoc cref="Open(int, TimeSpan?)"/>
    public static ClientSession Open(IPEndPoint daemon, TimeSpan? patience = null) =>
        Open(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), daemon, patience);

    /// <summary>Connects a socket, perhaps one of another network, and reads the greeting; the socket is the session's from now on.</summary>
    public static ClientSession Open(Socket socket, IPEndPoint daemon, TimeSpan? patience = null)
    {
        try
        {
            var session = new ClientSession(socket, daemon, patience ?? Eventually.Patience);
            session.Greeting = session.ReadLine();
            return session;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>One request and its reply, on a connection of its own.</summary>
    public static Reply AskOnce(int port, string line)
    {
        using ClientSession session = Open(port);
        return session.Ask(line);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Sends the text as it is, in UTF-8.</summary>
    public void SendText(string text) => Send(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends the line and a LF.</summary>
    public void SendLine(string line) => SendText(line + "\n");

    /// <summary>A request and its reply.</summary>
    public Reply Ask(string line)
    {
        SendLine(line);
        return ReadReply();
    }

    /// <summary>Sends <c>flood GROUP SIZE</c> and the bytes; the receipt is still to be read.</summary>
    public void SendFlood(string group, ReadOnlySpan<byte> update)
    {
        SendLine(string.Create(CultureInfo.InvariantCulture, $"flood {group} {update.Length}"));
        Send(update);
    }

    /// <summary>Floods one update and demands its receipt.</summary>
    /// <returns>The update's id.</returns>
    public string Flood(string group, ReadOnlySpan<byte> update)
    {
        SendFlood(group, update);
        return ReadReply().Id;
    }

    /// <summary>Reads a reply, with its listing when it has one.</summary>
    public Reply ReadReply()
    {
        string first = ReadLine();
        if (first.Length < 4 || first[3] != ' ' || !int.TryParse(first[..3], NumberStyles.None, CultureInfo.InvariantCulture, out int code))
        {
            throw new AssertionException($"not a reply: '{first}'");
        }

        var body = ImmutableArray.CreateBuilder<string>();
        if (first.EndsWith(" follows", StringComparison.Ordinal))
        {
            for (string line = ReadLine(); line != "."; line = ReadLine())
            {
                body.Add(line.StartsWith('.') ? line[1..] : line);
            }
        }

        return new Reply(code, first[4..], body.ToImmutable());
    }

    /// <summary>Reads one line, without its LF or CRLF.</summary>
    public string ReadLine()
    {
        var line = new MemoryStream();
        for (int value = ReadByte(); value != '\n'; value = ReadByte())
        {
            if (value < 0)
            {
                throw new AssertionException($"the connection ended in the line '{Encoding.UTF8.GetString(line.ToArray())}'");
            }

            line.WriteByte((byte)value);
        }

        return Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public byte[] ReadBytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            int value = ReadByte();
            bytes[i] = value >= 0 ? (byte)value : throw new AssertionException($"the connection ended after {i} of {count} bytes");
        }

        return bytes;
    }

    /// <summary>Whether the daemon has closed the connection and everything was read; waits for one or the other.</summary>
    public bool IsAtEnd()
    {
        if (_next == _end)
        {
            Fill();
        }

        return _next == _end;
    }

    public void Dispose() => _socket.Dispose();

    private int ReadByte()
    {
        if (_next == _end)
        {
            Fill();
        }

        return _next == _end ? -1 : _buffer[_next++];
    }

    private void Fill()
    {
        _next = _end = 0;
        try
        {
            _end = _socket.Receive(_buffer);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // A reset is an end too: the daemon closed while something of ours was still on its way.
            _end = 0;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new TimeoutException($"the daemon said nothing for {_socket.ReceiveTimeout} ms", e);
        }
    }
}
