// Where a daemon's client port is. A value; never looks a name up.
using System.Globalization;

namespace Floodd.Client;

/// <summary>A daemon's client port.</summary>
/// <param name="Host">An address or a name: 1 to 255 characters, no blanks.</param>
/// <param name="Port">1 to 65535.</param>
public readonly record struct FlooddEndpoint(string Host, int Port)
{
    /// <summary>The client port of the manual's examples.</summary>
    public const int DefaultPort = 2000;

    /// <summary>Reads <c>host:port[,host:port]</c>; an IPv6 address stands in brackets, a missing port means 2000.</summary>
    /// <param name="text">The list; empty places in it are passed over.</param>
    /// <returns>At least one, in order.</returns>
    /// <exception cref="FormatException"><paramref name="text"/> is no such list.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static IReadOnlyList<FlooddEndpoint> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length > 0 ? [.. parts.Select(Parse)] : throw Wrong(text);
    }

    /// <summary>Reads <c>host:port</c>, <c>host</c>, <c>[::1]:port</c> or a bare IPv6 address.</summary>
    /// <param name="text">The endpoint; a missing port means 2000.</param>
    /// <returns>It.</returns>
    /// <exception cref="FormatException"><paramref name="text"/> is none of these.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static FlooddEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        int bracket = text.LastIndexOf(']');
        bool hasPort = colon > bracket && (bracket >= 0 || text.IndexOf(':', StringComparison.Ordinal) == colon);
        string place = hasPort ? text[..colon] : text, host = place is ['[', .. var inner, ']'] ? inner : place;
        int port = DefaultPort;
        if (host.Length == 0 || host.Any(c => c <= ' ' || c is '[' or ']')
            || (hasPort && !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
            || port is < 1 or > 65535)
        {
            throw Wrong(text);
        }

        return new FlooddEndpoint(host, port);
    }

    /// <summary><c>host:port</c></summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host?.Contains(':', StringComparison.Ordinal) == true ? $"[{Host}]" : Host)}:{Port}");

    private static FormatException Wrong(string text) => new($"'{text}' is no address; expected HOST:PORT");
}
