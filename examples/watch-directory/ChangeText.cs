// The text of an update: one line that a shell script can read without fear, and a file's bytes behind it.
using System.Globalization;
using System.Text;

namespace Floodd.Examples.WatchDirectory;

/// <summary>Writes changes as tree-apply reads them.</summary>
internal static class ChangeText
{
    /// <summary>An update: <c>tree NUMBER file MODE PATH</c> LF and the bytes, <c>tree NUMBER directory MODE PATH</c> LF, or <c>tree NUMBER gone 0 PATH</c> LF.</summary>
    public static byte[] Update(long number, string path, TreeEntry? entry, ReadOnlySpan<byte> bytes)
    {
        string kind = entry is null ? "gone" : entry.Value.IsDirectory ? "directory" : "file";
        string mode = Convert.ToString(entry?.Mode ?? 0, 8);
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"tree {number} {kind} {mode} {Escape(path)}\n")), .. bytes];
    }

    /// <summary>The path in letters, digits and <c>._/-</c>; every other byte as <c>\0ooo</c>, which is what printf %b knows.</summary>
    public static string Escape(string path)
    {
        var text = new StringBuilder();
        foreach (byte value in Encoding.UTF8.GetBytes(path))
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'.' or (byte)'_' or (byte)'/' or (byte)'-')
            {
                text.Append((char)value);
            }
            else
            {
                text.Append("\\0").Append(Convert.ToString(value, 8).PadLeft(3, '0'));
            }
        }

        return text.ToString();
    }

    /// <summary>The path that <see cref="Escape"/> made a text of.</summary>
    public static string Unescape(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            bytes.Add(text[i] == '\\' ? Convert.ToByte(text.Substring(i + 2, 3), 8) : (byte)text[i]);
            i += text[i] == '\\' ? 4 : 0;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
