// Turns the bytes of a name into the string made for it before. Never grows beyond what one daemon can have good reason for.
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client.Connections;

/// <summary>The names of groups and sites that a connection has said so far.</summary>
internal sealed class NameTable
{
    private const int NamesMax = 4096;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private string _last = "";

    /// <summary>The name as a string; the same one again for the same name.</summary>
    public string Get(ReadOnlySpan<byte> name)
    {
        if (Ascii.Equals(name, _last))
        {
            return _last;
        }

        if (name.Length > UpdateIdText.NameMax)
        {
            return Encoding.UTF8.GetString(name);
        }

        Span<char> text = stackalloc char[UpdateIdText.NameMax];
        text = text[..Encoding.UTF8.GetChars(name, text)];
        if (!_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out string? known))
        {
            if (_names.Count == NamesMax)
            {
                _names.Clear();
            }

            known = new string(text);
            _names.Add(known);
        }

        _last = known;
        return known;
    }
}
