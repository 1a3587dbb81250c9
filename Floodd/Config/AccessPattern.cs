// One entry of an access list: what it may be and whom it means. Never looks a name up: an answer of the name server is no permission.
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Enumeration;
using System.Net;
using Floodd.Model;

namespace Floodd.Config;

/// <summary>Whom <c>allow-site</c>, <c>deny-site</c>, <c>allow-client</c> or <c>allow-shutdown</c> means:
/// an address, a network (<c>10.0.0.0/8</c>), <c>localhost</c> (every loopback address), a name, or a name with <c>*</c>; <c>*</c> alone is anybody.</summary>
/// <remarks>A name is compared with the site's name (byte by byte) and with the hostname that the site itself states (without regard to case).
/// It is not looked up: whoever may link can state any name that nobody else has, so where that matters list addresses.</remarks>
public sealed class AccessPattern
{
    /// <summary>What a pattern for sites may be, for error texts.</summary>
    public const string Expectation = "a site name, a hostname, a name with '*', an address, or a network such as 10.0.0.0/8";

    /// <summary>What a pattern for clients may be, for error texts: clients have no names.</summary>
    public const string AddressExpectation = "an address, a network such as 10.0.0.0/8, 'localhost', or '*'";

    private const int LengthMax = 253;

    private static readonly SearchValues<char> NameValues =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-*");

    private readonly IPNetwork? _network;

    private AccessPattern(string text, IPNetwork? network) => (Text, _network) = (text, network);

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it can match somebody of whom only the address is known.</summary>
    public bool NeedsAddressOnly => _network != null || IsLoopback || Text == "*";

    private bool IsLoopback => Text.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out AccessPattern? pattern)
    {
        pattern = null;
        if (Addresses.TryParse(text, out IPAddress address))
        {
            pattern = new(text, new IPNetwork(address, address.GetAddressBytes().Length * 8));
        }
        else if (text.Contains('/', StringComparison.Ordinal))
        {
            pattern = TryParseNetwork(text, out IPNetwork network) ? new(text, network) : null;
        }
        else if (text.Length is > 0 and <= LengthMax && !LooksLikeAddress(text) && !text.AsSpan().ContainsAnyExcept(NameValues) && text[0] != '-')
        {
            pattern = new(text, null);
        }

        return pattern != null;
    }

    /// <summary>Whether the pattern means somebody.</summary>
    /// <param name="name">The site's name; null for a client.</param>
    /// <param name="hostname">The hostname that the site's definition states; null if it states none.</param>
    /// <param name="address">The address at the other end.</param>
    public bool Matches(SiteName? name, string? hostname, IPAddress address)
    {
        if (_network is IPNetwork network)
        {
            return network.Contains(Addresses.Plain(address));
        }

        return Text == "*"
            || (IsLoopback && IPAddress.IsLoopback(Addresses.Plain(address)))
            || (name is SiteName site && FileSystemName.MatchesSimpleExpression(Text, site.Value, ignoreCase: false))
            || (hostname != null && FileSystemName.MatchesSimpleExpression(Text.TrimEnd('.'), hostname.TrimEnd('.')));
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    // An address that is none, or with a '*' in it, is meant as no name: as one it would mean nobody, or whoever chooses to be called so.
    private static bool LooksLikeAddress(string text) =>
        text.Contains('.', StringComparison.Ordinal) && text.Any(char.IsAsciiDigit) && text.All(c => char.IsAsciiDigit(c) || c is '.' or '*');

    // The framework's own reader takes other forms of addresses, and its versions differ on bits set behind the prefix; here they are an error.
    private static bool TryParseNetwork(string text, out IPNetwork network)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!Addresses.TryParse(text[..slash], out IPAddress address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int prefix))
        {
            return false;
        }

        byte[] bytes = address.GetAddressBytes();
        if (prefix > bytes.Length * 8 || Enumerable.Range(prefix, (bytes.Length * 8) - prefix).Any(bit => (bytes[bit / 8] & (0x80 >> (bit % 8))) != 0))
        {
            return false;
        }

        network = new(address, prefix);
        return true;
    }
}
