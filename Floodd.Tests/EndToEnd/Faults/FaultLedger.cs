// All that a fault campaign flooded. Makes each update's bytes from the seed and its number, so that an export proves itself; never forgets.
using System.Buffers.Binary;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>The floods of a campaign, by number; any thread may write.</summary>
/// <param name="seed">Makes the bytes of this campaign different from those of others.</param>
internal sealed class FaultLedger(int seed)
{
    /// <summary>The least update: seed and number.</summary>
    public const int LeastBytes = 8;

    private readonly Lock _lock = new();
    private readonly List<Flood> _floods = [];

    /// <summary>How many floods were begun; their numbers are below.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _floods.Count;
            }
        }
    }

    /// <summary>A flood that is about to be tried.</summary>
    public Flood Begin(int origin, int life)
    {
        lock (_lock)
        {
            var flood = new Flood(_floods.Count, origin, life);
            _floods.Add(flood);
            return flood;
        }
    }

    /// <summary>The floods from a number on, as they are now.</summary>
    public IReadOnlyList<Flood> Since(int number)
    {
        lock (_lock)
        {
            return _floods[number..];
        }
    }

    /// <summary>The bytes of an update; size at least <see cref="LeastBytes"/>.</summary>
    public byte[] Bytes(int number, int size)
    {
        byte[] bytes = new byte[size];
        new Random(HashOf(number)).NextBytes(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes, seed);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), number);
        return bytes;
    }

    /// <summary>The number of an update that was exported; null if these are not the bytes of any.</summary>
    public int? NumberOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < LeastBytes || BinaryPrimitives.ReadInt32BigEndian(bytes) != seed)
        {
            return null;
        }

        int number = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        return number >= 0 && number < Count && bytes.SequenceEqual(Bytes(number, bytes.Length)) ? number : null;
    }

    private int HashOf(int number) => unchecked((seed * 486187739) + number);
}
