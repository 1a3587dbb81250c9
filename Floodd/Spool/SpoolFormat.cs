// The bytes of a spool's files: the header of a file and the head of a record. Knows nothing of what is in a record.
using System.Buffers.Binary;
using System.Globalization;
using Floodd.Wire;

namespace Floodd.Spool;

/// <summary>What stands at the beginning of a file.</summary>
/// <param name="Number">The file's number, from 1; its name says the same.</param>
/// <param name="Incarnation">What this site's own streams were numbered under while the file was written.</param>
/// <param name="Salt">What the checks of the file's records start from: unknown to whoever floods.</param>
/// <param name="Identity">The file's <see cref="IDiskFile.Identity"/> when it was made.</param>
/// <param name="FirstRecord">The number of its first record: all before it are in older files, or were.</param>
internal readonly record struct SpoolHeader(long Number, ulong Incarnation, ulong Salt, ulong Identity, long FirstRecord);

/// <summary>Sizes, names, heads and checks; <c>README.md</c> draws them.</summary>
internal static class SpoolFormat
{
    /// <summary>The bytes before the first record: the header twice, in sectors of their own.</summary>
    public const int HeaderSize = 1024;

    /// <summary>The bytes before a record's body.</summary>
    public const int HeadSize = 32;

    /// <summary>The name of the file that says: a sync has failed here, believe nothing that was not copied since.</summary>
    public const string Suspect = "suspect";

    private const int CopySize = 64;
    private const int CopyDistance = 512;
    private const uint Version = 1;
    private const ulong Magic = 0x6C6F6F7073_646C66; // "fldspool"
    private const uint Marker = 0x5EC04DF1;
    private const string Extension = ".spool";
    private const int Digits = 16;

    /// <summary>The name of the file with a number.</summary>
    public static string NameOf(long number) => number.ToString("D16", CultureInfo.InvariantCulture) + Extension;

    /// <summary>The number of a file; 0 if it is none of ours.</summary>
    public static long NumberOf(string name) =>
        name.Length == Digits + Extension.Length && name.EndsWith(Extension, StringComparison.Ordinal) && !name.AsSpan(0, Digits).ContainsAnyExceptInRange('0', '9')
            ? long.Parse(name.AsSpan(0, Digits), CultureInfo.InvariantCulture) : 0;

    /// <summary>The bytes that a record with such a body takes.</summary>
    public static long SizeOf(long body) => HeadSize + Padded(body);

    /// <summary>Writes a file's header.</summary>
    /// <param name="into">At least <see cref="HeaderSize"/> zeros.</param>
    /// <param name="header">It.</param>
    public static void WriteHeader(Span<byte> into, in SpoolHeader header)
    {
        Span<byte> copy = into[..CopySize];
        BinaryPrimitives.WriteUInt64LittleEndian(copy, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(copy[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(copy[16..], header.Number);
        BinaryPrimitives.WriteUInt64LittleEndian(copy[24..], header.Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(copy[32..], header.Salt);
        BinaryPrimitives.WriteUInt64LittleEndian(copy[40..], header.Identity);
        BinaryPrimitives.WriteInt64LittleEndian(copy[48..], header.FirstRecord);
        BinaryPrimitives.WriteUInt32LittleEndian(copy[60..], Crc32C.Of(copy[..60]));
        copy.CopyTo(into[CopyDistance..]);
    }

    /// <summary>Reads a file's header, from whichever copy is sound.</summary>
    /// <returns>Null if none is, or it is another file's.</returns>
    /// <exception cref="DiskException">A newer version wrote it.</exception>
    public static SpoolHeader? ReadHeader(ReadOnlySpan<byte> file, long number)
    {
        for (int at = 0; at <= CopyDistance && file.Length >= at + CopySize; at += CopyDistance)
        {
            ReadOnlySpan<byte> copy = file.Slice(at, CopySize);
            if (BinaryPrimitives.ReadUInt64LittleEndian(copy) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(copy[60..]) != Crc32C.Of(copy[..60]))
            {
                continue;
            }

            uint version = BinaryPrimitives.ReadUInt32LittleEndian(copy[8..]);
            if (version != Version)
            {
                throw new DiskException(DiskFault.Failed, $"{NameOf(number)} has format {version}, and this floodd reads format {Version} only");
            }

            var header = new SpoolHeader(
                BinaryPrimitives.ReadInt64LittleEndian(copy[16..]), BinaryPrimitives.ReadUInt64LittleEndian(copy[24..]), BinaryPrimitives.ReadUInt64LittleEndian(copy[32..]),
                BinaryPrimitives.ReadUInt64LittleEndian(copy[40..]), BinaryPrimitives.ReadInt64LittleEndian(copy[48..]));
            if (header.Number == number)
            {
                return header;
            }
        }

        return null;
    }

    /// <summary>Completes a record whose body is in its place: writes the head before it, and zeros behind it.</summary>
    /// <param name="record">Room for all of it.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="body">The length of its body.</param>
    /// <param name="number">Its number.</param>
    /// <param name="salt">The file's.</param>
    /// <param name="offset">Where in the file it will be.</param>
    public static void Seal(Span<byte> record, RecordKind kind, int body, long number, ulong salt, long offset)
    {
        record[(HeadSize + body)..].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, Marker);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)kind);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], (ulong)body);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(record[24..], BodyCheck(record[HeadSize..], number, salt));
        BinaryPrimitives.WriteUInt32LittleEndian(record[28..], HeadCheck(record, salt, offset));
    }

    /// <summary>Reads a record's head.</summary>
    /// <param name="file">All of the file.</param>
    /// <param name="offset">Where the head is.</param>
    /// <param name="salt">The file's.</param>
    /// <param name="record">What it says.</param>
    /// <returns>Whether a sound head is there, and room for its body behind it.</returns>
    public static bool TryReadHead(ReadOnlySpan<byte> file, int offset, ulong salt, out SpoolRecord record)
    {
        record = default;
        if (file.Length - offset < HeadSize)
        {
            return false;
        }

        ReadOnlySpan<byte> head = file.Slice(offset, HeadSize);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != Marker || BinaryPrimitives.ReadUInt32LittleEndian(head[28..]) != HeadCheck(head, salt, offset))
        {
            return false;
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(head[8..]);
        record = new SpoolRecord((RecordKind)BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), BinaryPrimitives.ReadInt64LittleEndian(head[16..]), offset, (int)Math.Min(length, int.MaxValue));
        return length <= int.MaxValue;
    }

    /// <summary>Whether the body of a record with a sound head is as it was written.</summary>
    public static bool IsSound(ReadOnlySpan<byte> file, in SpoolRecord record, ulong salt) =>
        record.End <= file.Length
        && BinaryPrimitives.ReadUInt32LittleEndian(file[(record.Offset + 24)..]) == BodyCheck(file[record.BodyOffset..(int)record.End], record.Number, salt);

    private static long Padded(long length) => (length + 7) & ~7L;

    // With the number, so that a body behind another record's head is not taken for its own; with the place, so that a head that
    // was written to the wrong one is no head there.
    private static uint BodyCheck(ReadOnlySpan<byte> padded, long number, ulong salt) =>
        ~Crc32C.Append(Crc32C.Append(Crc32C.Append(uint.MaxValue, salt), (ulong)number), padded);

    private static uint HeadCheck(ReadOnlySpan<byte> head, ulong salt, long offset) =>
        ~Crc32C.Append(Crc32C.Append(Crc32C.Append(uint.MaxValue, salt), (ulong)offset), head[..28]);
}

/// <summary>Where a record is in its file.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Number">Its number.</param>
/// <param name="Offset">Where its head begins.</param>
/// <param name="Length">The bytes of its body.</param>
internal readonly record struct SpoolRecord(RecordKind Kind, long Number, int Offset, int Length)
{
    /// <summary>Where its body begins.</summary>
    public int BodyOffset => Offset + SpoolFormat.HeadSize;

    /// <summary>Where the next record begins.</summary>
    public long End => Offset + SpoolFormat.SizeOf(Length);
}
