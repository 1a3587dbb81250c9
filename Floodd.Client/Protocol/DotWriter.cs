// Writes the lines behind a reply that ends in "follows". Never lets a line end the listing early or break into two.
using System.Buffers;
using System.Text;

namespace Floodd.Client.Protocol;

/// <summary>A writer of listing lines: stuffs dots, ends lines with LF.</summary>
/// <param name="output">Where the bytes go.</param>
internal readonly ref struct DotWriter(IBufferWriter<byte> output)
{
    /// <summary>Writes the reply line that starts a listing: <c>NNN text follows</c>.</summary>
    public void Begin(int code, string text) => Put($"{code} {text} follows");

    /// <summary>Writes text as lines: one, or several where it holds LFs; a last LF starts no further line.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        if (text.EndsWith('\n'))
        {
            text = text[..^1];
        }

        while (true)
        {
            int end = text.IndexOf('\n');
            ReadOnlySpan<char> line = end < 0 ? text : text[..end];
            if (line.StartsWith('.'))
            {
                output.Write("."u8);
            }

            Put(line.EndsWith('\r') ? line[..^1] : line);
            if (end < 0)
            {
                return;
            }

            text = text[(end + 1)..];
        }
    }

    /// <summary>Ends the listing.</summary>
    public void End() => output.Write(".\n"u8);

    private void Put(ReadOnlySpan<char> line)
    {
        Encoding.UTF8.GetBytes(line, output);
        output.Write("\n"u8);
    }
}
