// Connections by where they come from: how many are open, and how many came within this second. It refuses nobody itself.
using System.Buffers.Binary;
using System.Net;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>Counts connections by address; of IPv6 by the network of 64 bits, as one host has all of it.</summary>
internal sealed class Newcomers
{
    private readonly Dictionary<(ulong, bool), int> _open = [];
    private readonly Dictionary<(ulong, bool), int> _come = [];
    private long _second = -1;

    /// <summary>Whether two addresses count as one.</summary>
    public static bool AreTogether(IPAddress a, IPAddress b) => KeyOf(a) == KeyOf(b);

    /// <summary>How many are open from there.</summary>
    public int Open(IPAddress from) => _open.GetValueOrDefault(KeyOf(from));

    /// <summary>One more has come.</summary>
    /// <returns>How many have come from there within this second.</returns>
    public int Come(IPAddress from, Instant now)
    {
        long second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second != _second)
        {
            _second = second;
            _come.Clear();
        }

        int count = _come.GetValueOrDefault(KeyOf(from)) + 1;
        _come[KeyOf(from)] = count;
        return count;
    }

    /// <summary>It was let in.</summary>
    public void Enter(IPAddress from) => _open[KeyOf(from)] = Open(from) + 1;

    /// <summary>One that was let in has gone.</summary>
    public void Leave(IPAddress from)
    {
        int left = Open(from) - 1;
        Invariant.Check(left >= 0);
        if (left == 0)
        {
            _open.Remove(KeyOf(from));
        }
        else
        {
            _open[KeyOf(from)] = left;
        }
    }

    private static (ulong, bool) KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        plain.TryWriteBytes(bytes, out int count);
        return (count == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes), count == 4);
    }
}
