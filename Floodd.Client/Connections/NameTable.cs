// Turns the bytes of a name into the string made for it before. Never grows beyond what one daemon can have good reason for.
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client.Connections;

/// <summary>The names of groups and sites that a connection has said so far.</summary>
internal sealed class NameTable
{
    private const int NamesMax = 4096;

    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private string last = "";

    /// <summary>The name as a string; the same one again for the same name.</summary>
    public string Get(ReadOnlySpan<byte> name)
    {
        if (Ascii.Equals(name, last))
        {
            return last;
        }

        if (name.Length > UpdateIdText.NameMax)
        {
            return Encoding.UTF8.GetString(name);
        }

        Span<char> text = stackalloc char[UpdateIdText.NameMax];
        text = text[..Encoding.UTF8.GetChars(name, text)];
        if (!names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out string? known))
        {
            if (names.Count == NamesMax)
            {
                names.Clear();
            }

            known = new string(text);
            names.Add(known);
        }

        last = known;
        return known;
    }
}
