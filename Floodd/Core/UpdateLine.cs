// The line before an update, as subscribers and framed exports get it.
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Floodd.Model;

namespace Floodd.Core;

/// <summary><c>update GROUP ID SIZE LF</c></summary>
internal static class UpdateLine
{
    /// <summary>What two numbers, a blank and two LF take at most: all but the line's start, and what ends the update.</summary>
    public const int RestMax = 20 + 20 + 3;

    /// <summary>What is the same for all updates of a stream.</summary>
    public static byte[] StartOf(GroupName group, StreamId stream) => Encoding.UTF8.GetBytes($"update {group} {stream}/");

    /// <summary>Writes a line.</summary>
    /// <returns>Its length.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> room, ReadOnlySpan<byte> start, long number, long size)
    {
        start.CopyTo(room);
        int at = start.Length;
        Utf8Formatter.TryFormat(number, room[at..], out int digits);
        room[at += digits] = (byte)' ';
        Utf8Formatter.TryFormat(size, room[++at..], out digits);
        room[at += digits] = (byte)'\n';
        return at + 1;
    }
}
