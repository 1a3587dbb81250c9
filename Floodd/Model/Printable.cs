// Text of strangers made fit for one line of a log or a terminal. It never lets a control byte through.
using System.Text;

namespace Floodd.Model;

/// <summary>Escapes what came from outside: bytes outside 0x20 to 0x7e become <c>\xNN</c>, a backslash becomes <c>\\</c>.</summary>
public static class Printable
{
    /// <summary>The most bytes of one remote text that are shown; more ends in <c>...</c>.</summary>
    public const int MaxBytes = 128;

    /// <summary>The text of bytes.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="max">How many of them to show, at least 0.</param>
    public static string Escape(ReadOnlySpan<byte> bytes, int max = MaxBytes)
    {
        var text = new StringBuilder(Math.Min(bytes.Length, max) + 8);
        foreach (byte b in bytes.Length > max ? bytes[..max] : bytes)
        {
            if (b == (byte)'\\')
            {
                text.Append("\\\\");
            }
            else if (b is >= 0x20 and <= 0x7e)
            {
                text.Append((char)b);
            }
            else
            {
                text.Append("\\x").Append("0123456789abcdef"[b >> 4]).Append("0123456789abcdef"[b & 15]);
            }
        }

        return (bytes.Length > max ? text.Append("...") : text).ToString();
    }

    /// <summary>The text of a text, seen as UTF-8.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="max">How many of its bytes to show, at least 0.</param>
    public static string Escape(string text, int max = MaxBytes) => Escape(Encoding.UTF8.GetBytes(text), max);
}
