// What the lab's switch must know of TCP in IPv4 to refuse and to forget connections (RFC 791, RFC 9293). Reads bytes and makes resets; keeps nothing.
using System.Buffers.Binary;

namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>Looks into datagrams.</summary>
internal static class TcpDatagram
{
    private const int HeaderBytes = 20;
    private const byte Tcp = 6;
    private const byte Fin = 1;
    private const byte Syn = 2;
    private const byte Rst = 4;
    private const byte Ack = 16;

    /// <summary>Both ports, which tell a connection between two sites from others; null if this is no whole TCP header.</summary>
    public static int? PortsOf(ReadOnlySpan<byte> datagram) =>
        HeaderOf(datagram) is { IsEmpty: false } header ? BinaryPrimitives.ReadInt32BigEndian(header) : null;

    /// <summary>Whether it begins a connection, or answers such a one.</summary>
    public static bool IsFirst(ReadOnlySpan<byte> datagram) => HeaderOf(datagram) is { IsEmpty: false } header && (header[13] & Syn) != 0;

    /// <summary>The reset that a host without that connection would answer with (RFC 9293, 3.10.7.1); null where none is due.</summary>
    public static byte[]? Reset(ReadOnlySpan<byte> datagram)
    {
        ReadOnlySpan<byte> header = HeaderOf(datagram);
        if (header.IsEmpty || (header[13] & Rst) != 0)
        {
            return null;
        }

        byte[] reset = new byte[2 * HeaderBytes];
        Span<byte> ip = reset.AsSpan(0, HeaderBytes);
        Span<byte> tcp = reset.AsSpan(HeaderBytes);
        ip[0] = 0x45;
        BinaryPrimitives.WriteInt16BigEndian(ip[2..], 2 * HeaderBytes);
        ip[8] = 64;
        ip[9] = Tcp;
        datagram.Slice(16, 4).CopyTo(ip[12..]);
        datagram.Slice(12, 4).CopyTo(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(0, ip));

        header[..2].CopyTo(tcp[2..]);
        header.Slice(2, 2).CopyTo(tcp);
        if ((header[13] & Ack) != 0)
        {
            header.Slice(8, 4).CopyTo(tcp[4..]);
            tcp[13] = Rst;
        }
        else
        {
            uint length = (uint)(header.Length - (4 * (header[12] >> 4))) + ((header[13] & Syn) != 0 ? 1u : 0) + ((header[13] & Fin) != 0 ? 1u : 0);
            BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], BinaryPrimitives.ReadUInt32BigEndian(header[4..]) + length);
            tcp[13] = Rst | Ack;
        }

        tcp[12] = 5 << 4;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(Sum(ip.Slice(12, 8)) + Tcp + HeaderBytes, tcp));
        return reset;
    }

    // The TCP header and what follows it; empty if it is not whole, not TCP, or a later fragment.
    private static ReadOnlySpan<byte> HeaderOf(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < 2 * HeaderBytes || datagram[9] != Tcp || (BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]) & 0x1fff) != 0)
        {
            return [];
        }

        int start = 4 * (datagram[0] & 15);
        return datagram.Length < start + HeaderBytes ? [] : datagram[start..];
    }

    // RFC 1071.
    private static ushort Checksum(uint sum, ReadOnlySpan<byte> bytes)
    {
        sum += Sum(bytes);
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        return sum;
    }
}
