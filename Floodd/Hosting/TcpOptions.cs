// What is asked of the system for each TCP connection. Only what helped when measured or what ends dead links.
using System.Net.Sockets;

namespace Floodd.Hosting;

/// <summary>Socket options. Buffer sizes are left to the system: fixed ones turned its own tuning off and gained nothing.</summary>
internal static class TcpOptions
{
    /// <summary>After so long without a sign of life the system begins to ask the other end, in seconds.</summary>
    public const int KeepAliveSeconds = 30;

    private const int TcpLevel = 6;
    private const int UserTimeout = 18;
    private const int RtoMaxMilliseconds = 44;

    private static bool hasRtoMax = OperatingSystem.IsLinux();

    /// <summary>Readies a connection for the loop.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="isLink">Whether it is a link, which is given up when the other end takes nothing for 30 s. A session is not: a slow subscriber may pause for longer.</param>
    public static void Apply(Socket socket, bool isLink)
    {
        socket.Blocking = false;
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        if (!OperatingSystem.IsLinux() || !isLink)
        {
            return;
        }

        Set(socket, UserTimeout, 30_000);
        if (hasRtoMax)
        {
            LimitRetransmission(socket);
        }
    }

    // PERFORMANCE: with 1 s a link comes back 0.25 s after a cut of 10 s instead of 6 s. Linux has the option since 6.15.
    private static void LimitRetransmission(Socket socket)
    {
        try
        {
            Set(socket, RtoMaxMilliseconds, 1000);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ProtocolOption or SocketError.InvalidArgument or SocketError.OperationNotSupported)
        {
            hasRtoMax = false;
        }
    }

    private static void Set(Socket socket, int option, int value) =>
        socket.SetRawSocketOption(TcpLevel, option, BitConverter.GetBytes(value));
}
