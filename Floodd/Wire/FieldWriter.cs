// Writes the fields of frames into one growing buffer, frame behind frame. The buffer is reused: what was taken from it is lent.
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Floodd.Wire;

/// <summary>Fields: unsigned numbers as LEB128 varints, texts as length and UTF-8, doubles as eight bytes.</summary>
public sealed class FieldWriter
{
    private const int Utf8PerChar = 3;

    private byte[] _buffer = new byte[1024];
    private int _frameStart;

    /// <summary>The bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes of the frame begun last, head included.</summary>
    public int FrameLength => Length - _frameStart;

    /// <summary>What was written; lent until the next write or <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Forgets what was written.</summary>
    public void Clear() => Length = _frameStart = 0;

    /// <summary>Leaves room for a frame's head; fields follow.</summary>
    public void BeginFrame()
    {
        _frameStart = Length;
        Room(Frame.HeadSize)[..Frame.HeadSize].Clear();
        Length += Frame.HeadSize;
    }

    /// <summary>Fills in the head of the frame begun last.</summary>
    public void EndFrame(FrameKind kind) => Frame.Seal(_buffer.AsSpan(_frameStart, FrameLength), kind, FrameLength - Frame.HeadSize);

    /// <summary>A number as a varint of 1 to 10 bytes.</summary>
    public void Number(ulong value)
    {
        Span<byte> room = Room(10);
        int at = 0;
        while (value >= 0x80)
        {
            room[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[at++] = (byte)value;
        Length += at;
    }

    /// <summary>A number that is not negative.</summary>
    public void Number(long value) => Number((ulong)value);

    /// <summary>Yes or no.</summary>
    public void Flag(bool value) => Number(value ? 1UL : 0UL);

    /// <summary>A text, at most 65,535 bytes.</summary>
    public void Text(string value)
    {
        if (value.Length < 128 / Utf8PerChar)
        {
            // As most names are: the length takes one byte, whatever they are made of, and can follow.
            Span<byte> room = Room(1 + (value.Length * Utf8PerChar));
            room[0] = (byte)Encoding.UTF8.GetBytes(value, room[1..]);
            Length += 1 + room[0];
            return;
        }

        int count = Encoding.UTF8.GetByteCount(value);
        Number((ulong)count);
        Length += Encoding.UTF8.GetBytes(value, Room(count));
    }

    /// <summary>Bytes with their length before them.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number((ulong)value.Length);
        value.CopyTo(Room(value.Length));
        Length += value.Length;
    }

    /// <summary>Bytes without their length.</summary>
    public void Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        Length += value.Length;
    }

    /// <summary>A real number; NaN stands for unknown.</summary>
    public void Real(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);
        Length += 8;
    }

    /// <summary>A span of time, in milliseconds.</summary>
    public void Time(TimeSpan value) => Number((ulong)Math.Max(0, value.TotalMilliseconds));

    private Span<byte> Room(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Array.Resize(ref _buffer, (int)BitOperations.RoundUpToPowerOf2((uint)(Length + count)));
        }

        return _buffer.AsSpan(Length);
    }
}
