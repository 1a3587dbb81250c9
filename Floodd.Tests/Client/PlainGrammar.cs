// The grammar of the client port, read and written from its document alone and as plainly as can be. Shares no code with the product on purpose.
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.Client;

/// <summary>A request as the document has it.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Body">The update behind it; null if there is none.</param>
internal sealed record PlainRequest(string Line, byte[]? Body)
{
    /// <summary>Its words.</summary>
    public string[] Words => Line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    public override string ToString() => $"{Line}: {(Body is null ? "nothing" : Convert.ToHexString(Body))}";
}

internal static class PlainGrammar
{
    /// <summary>Reads requests: request = line [sized | dotted].</summary>
    /// <param name="bytes">All that a client sent.</param>
    /// <param name="hasGroup">Whether a dotted flood to a group is answered with 354; of an empty name, whether one without a group is.</param>
    public static List<PlainRequest> Requests(byte[] bytes, Func<string, bool> hasGroup)
    {
        var requests = new List<PlainRequest>();
        for (int at = 0; at < bytes.Length;)
        {
            var request = new PlainRequest(Encoding.UTF8.GetString(Line(bytes, ref at)), null);
            if (request.Words is [])
            {
                continue;
            }

            string[] words = request.Words;
            if (words[0].ToUpperInvariant() is "FLOOD" or "DATA" or "BINARY")
            {
                string[] unkeyed = words is [.., var key, _] && key.Equals("KEY", StringComparison.OrdinalIgnoreCase) && words.Length >= 4 ? words[1..^2] : words[1..];
                if (unkeyed is [.., var size] && size.All(char.IsAsciiDigit) && size.Length <= 10)
                {
                    int count = int.Parse(size, CultureInfo.InvariantCulture);
                    request = request with { Body = bytes[at..(at + count)] };
                    at += count;
                }
                else if (hasGroup(unkeyed is [var group] ? group : ""))
                {
                    request = request with { Body = Dotted(bytes, ref at) };
                }
            }

            requests.Add(request);
        }

        return requests;
    }

    /// <summary>Reads what a daemon says: replies with their listings, updates and gaps, each as text.</summary>
    public static List<string> Output(byte[] bytes)
    {
        var said = new List<string>();
        for (int at = 0; at < bytes.Length;)
        {
            string line = Encoding.UTF8.GetString(Line(bytes, ref at));
            string[] words = line.Split(' ');
            if (words[0] == "update")
            {
                int size = int.Parse(words[3], CultureInfo.InvariantCulture);
                said.Add(Update(words[1], words[2], bytes.AsSpan(at, size)));
                Assert.That(bytes[at + size], Is.EqualTo((byte)'\n'), "the LF behind an update");
                at += size + 1;
            }
            else if (words[0] == "gap")
            {
                said.Add(line);
            }
            else
            {
                var listing = new List<string>();
                if (line[4..].EndsWith(" follows", StringComparison.Ordinal))
                {
                    for (string each = Encoding.UTF8.GetString(Line(bytes, ref at)); each != "."; each = Encoding.UTF8.GetString(Line(bytes, ref at)))
                    {
                        listing.Add(each.StartsWith('.') ? each[1..] : each);
                    }
                }

                said.Add(Reply(int.Parse(line[..3], CultureInfo.InvariantCulture), line[4..], listing));
            }
        }

        return said;
    }

    /// <summary>How <see cref="Output"/> says an update.</summary>
    public static string Update(string group, string id, ReadOnlySpan<byte> bytes) => $"update {group} {id} {Convert.ToHexString(bytes)}";

    /// <summary>How <see cref="Output"/> says a reply.</summary>
    public static string Reply(int code, string text, IEnumerable<string> listing) => string.Join('\n', listing.Prepend($"{code:D3} {text}"));

    /// <summary>dotted = *(["."] line) "." [CR] LF, of an update that consists of lines.</summary>
    public static byte[] AsDotted(byte[] update, bool withCr)
    {
        string end = withCr ? "\r\n" : "\n";
        var dotted = new List<byte>();
        for (int at = 0; at < update.Length;)
        {
            int length = Array.IndexOf(update, (byte)'\n', at) - at;
            dotted.AddRange(update[at] == '.' ? "."u8 : default);
            dotted.AddRange(update.AsSpan(at, length));
            dotted.AddRange(Encoding.ASCII.GetBytes(end));
            at += length + 1;
        }

        return [.. dotted, .. Encoding.ASCII.GetBytes("." + end)];
    }

    private static byte[] Dotted(byte[] bytes, ref int at)
    {
        var update = new List<byte>();
        for (byte[] line = Line(bytes, ref at); line is not [(byte)'.']; line = Line(bytes, ref at))
        {
            update.AddRange(line is [(byte)'.', ..] ? line[1..] : line);
            update.Add((byte)'\n');
        }

        return [.. update];
    }

    // line = *(any byte but LF) [CR] LF
    private static byte[] Line(byte[] bytes, ref int at)
    {
        int end = Array.IndexOf(bytes, (byte)'\n', at);
        Assert.That(end, Is.Not.Negative, $"no end of the line at byte {at} of {bytes.Length}");
        byte[] line = bytes[at..(end > at && bytes[end - 1] == '\r' ? end - 1 : end)];
        at = end + 1;
        return line;
    }
}
