// Makes text that somebody sent safe to show in a reply, a log line or a terminal. Never lets a control character or a long text through.
using System.Text;

namespace Floodd.Client.Protocol;

/// <summary>Escapes remote text.</summary>
internal static class Printable
{
    /// <summary>The most bytes of remote text that are shown.</summary>
    public const int BytesMax = 128;

    /// <summary>The text with all but printable ASCII as <c>\xNN</c>, cut after <see cref="BytesMax"/> bytes.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="max">How many of them to show.</param>
    public static string Text(ReadOnlySpan<byte> bytes, int max = BytesMax)
    {
        var text = new StringBuilder();
        foreach (byte b in bytes[..Math.Min(bytes.Length, max)])
        {
            if (b is >= 0x20 and <= 0x7e)
            {
                text.Append((char)b);
            }
            else
            {
                text.Append("\\x").Append(b.ToString("x2", null));
            }
        }

        return bytes.Length > max ? text.Append("...").ToString() : text.ToString();
    }

    /// <summary>The same for text that has been decoded.</summary>
    public static string Text(string text, int max = BytesMax) => Text(Encoding.UTF8.GetBytes(text), max);
}
