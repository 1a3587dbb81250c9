// Reads the fields of a frame. A field that is not there makes the whole reading failed, never an exception.
using System.Buffers.Binary;
using System.Text;

namespace Floodd.Wire;

/// <summary>The counterpart of <see cref="FieldWriter"/>. After the first failure every field reads as empty.</summary>
/// <param name="payload">A frame's payload.</param>
public ref struct FieldReader(ReadOnlySpan<byte> payload)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>Whether a field was missing or malformed.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether all was read and nothing failed. Fields that a newer version added behind ours do not count as failure.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>How many bytes have not been read.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>A varint.</summary>
    public ulong Number()
    {
        ulong value = 0;
        for (int i = 0; i < _rest.Length && i < 10; i++)
        {
            byte b = _rest[i];
            if (i == 9 && b > 1)
            {
                break;
            }

            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        return Fail();
    }

    /// <summary>A number from 0 to <paramref name="max"/>; below 0, as for the index into an empty list, there is none.</summary>
    public long Number(long max)
    {
        ulong value = Number();
        return max >= 0 && value <= (ulong)max ? (long)value : (long)Fail();
    }

    /// <summary>Yes or no.</summary>
    public bool Flag() => Number(1) == 1;

    /// <summary>A text of at most <paramref name="max"/> bytes of valid UTF-8.</summary>
    public string Text(int max)
    {
        ReadOnlySpan<byte> bytes = Bytes(max);
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Fail();
            return "";
        }
    }

    /// <summary>Bytes, at most <paramref name="max"/>; a slice of the payload.</summary>
    public ReadOnlySpan<byte> Bytes(int max)
    {
        long length = Number(max);
        if (Failed || length > _rest.Length)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }

    /// <summary>A real number.</summary>
    public double Real()
    {
        if (_rest.Length < 8)
        {
            Fail();
            return double.NaN;
        }

        double value = BinaryPrimitives.ReadDoubleLittleEndian(_rest);
        _rest = _rest[8..];
        return value;
    }

    /// <summary>A span of time of at most ten years.</summary>
    public TimeSpan Time() => TimeSpan.FromMilliseconds(Number(10L * 366 * 86_400_000));

    /// <summary>The field just read makes no sense: the reading has failed.</summary>
    public void Refuse() => Fail();

    private ulong Fail()
    {
        Failed = true;
        _rest = default;
        return 0;
    }
}
