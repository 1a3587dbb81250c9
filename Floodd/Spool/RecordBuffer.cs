// Records on their way into a file: complete, one behind the other, to be written at once. Reused.
using System.Numerics;
using Floodd.Wire;

namespace Floodd.Spool;

/// <summary>A growing buffer of sealed records.</summary>
internal sealed class RecordBuffer
{
    private const int KeptMax = 4 << 20;

    private byte[] _bytes = new byte[64 << 10];
    private ulong _salt;
    private long _offset;
    private long _number;

    /// <summary>The fields of the next record; empty after each <see cref="Add"/>.</summary>
    public FieldWriter Fields { get; } = new();

    /// <summary>The bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>The records so far.</summary>
    public int Count { get; private set; }

    /// <summary>The number that the next one gets.</summary>
    public long NextNumber => _number + Count;

    /// <summary>They; lent until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Begins anew.</summary>
    /// <param name="salt">The file's.</param>
    /// <param name="offset">Where in the file the first record will be.</param>
    /// <param name="number">Its number.</param>
    public void Begin(ulong salt, long offset, long number)
    {
        (_salt, _offset, _number, Length, Count) = (salt, offset, number, 0, 0);
        Fields.Clear();
        if (_bytes.Length > KeptMax)
        {
            _bytes = new byte[64 << 10];
        }
    }

    /// <summary>Adds a file's header, first of all.</summary>
    public void AddHeader(in SpoolHeader header)
    {
        Span<byte> room = Room(SpoolFormat.HeaderSize);
        room.Clear();
        SpoolFormat.WriteHeader(room, header);
        Length += SpoolFormat.HeaderSize;
    }

    /// <summary>Adds a record of what is in <see cref="Fields"/>, and payload behind it.</summary>
    /// <returns>The bytes that it takes.</returns>
    public int Add(RecordKind kind, ReadOnlySpan<byte> payload)
    {
        int body = Fields.Length + payload.Length;
        int size = checked((int)SpoolFormat.SizeOf(body));
        Span<byte> record = Room(size);
        Fields.Written.Span.CopyTo(record[SpoolFormat.HeadSize..]);
        payload.CopyTo(record[(SpoolFormat.HeadSize + Fields.Length)..]);
        SpoolFormat.Seal(record, kind, body, NextNumber, _salt, _offset + Length);
        Length += size;
        Count++;
        Fields.Clear();
        return size;
    }

    private Span<byte> Room(int size)
    {
        long needed = (long)Length + size;
        if (_bytes.Length < needed)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, (long)BitOperations.RoundUpToPowerOf2((ulong)needed))));
        }

        return _bytes.AsSpan(Length, size);
    }
}
