// The texts that are an internet address or a host's name. Stricter than the framework: '1' and '0x7f.1' are no addresses here.
using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Floodd.Config;

/// <summary>Addresses and host names as text.</summary>
public static class Addresses
{
    private const int HostnameMax = 253;
    private const int LabelMax = 63;

    private static readonly SearchValues<char> HostnameValues =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Reads an IPv4 address of four decimal numbers or an IPv6 address without brackets and zone.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address; an IPv4 address mapped into IPv6 becomes the IPv4 address.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Length > 45 || text.AsSpan().ContainsAny('[', ']', '%') || !IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }

        bool exact = parsed.AddressFamily == AddressFamily.InterNetworkV6 || parsed.ToString() == text;
        address = Plain(parsed);
        return exact;
    }

    /// <summary>The address itself, or the IPv4 address that it is mapped from: two-family sockets show IPv4 clients as IPv6.</summary>
    /// <param name="address">Any address.</param>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Whether a text can be a host's name (RFC 1123, and '_' as many have) or an address.</summary>
    /// <param name="text">The text.</param>
    public static bool IsHostname(string text) =>
        TryParse(text, out _)
        || (text.Length is > 0 and <= HostnameMax && !text.AsSpan().ContainsAnyExcept(HostnameValues)
            && text.TrimEnd('.').Split('.').All(label => label.Length is > 0 and <= LabelMax && label[0] != '-'));

    /// <summary>Whether two texts name the same host: case and a dot at the end do not count.</summary>
    /// <param name="a">One name.</param>
    /// <param name="b">The other.</param>
    public static bool SameHost(string a, string b) => a.TrimEnd('.').Equals(b.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
