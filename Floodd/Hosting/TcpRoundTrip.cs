// What the system has measured of a TCP connection's round trip. It measures nothing itself.
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Floodd.Hosting;

/// <summary><c>TCP_INFO</c> of Linux, tcp(7): the smoothed round trip, in microseconds, behind eight bytes and fifteen numbers.</summary>
internal static class TcpRoundTrip
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int RoundTripAt = 68;

    /// <summary>The round trip; null if the system does not say, as for a connection on which nothing was acknowledged.</summary>
    public static TimeSpan? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> all = stackalloc byte[RoundTripAt + sizeof(uint)];
        try
        {
            int length = socket.GetRawSocketOption(TcpLevel, TcpInfo, all);
            uint microseconds = length < all.Length ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(all[RoundTripAt..]);
            return microseconds == 0 ? null : TimeSpan.FromMicroseconds(microseconds);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
