// The types of values that parameters have. Bounds on numbers stand here and in the table of parameters, nowhere else.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Floodd.Model;

namespace Floodd.Config;

internal static class ValueTypes
{
    /// <summary>A day is 86,400 s; ten years of them keep every sum of times far from overflow.</summary>
    private const decimal SecondsMax = 315_360_000m;

    private const decimal SecondsMin = 0.001m;

    /// <summary>Linux takes at most 128 KiB as one argument (MAX_ARG_STRLEN), and <c>/bin/sh -c</c> gets the command as one.</summary>
    private const int CommandBytesMax = 100_000;

    private const int PathBytesMax = 4095;

    internal static readonly ValueType<SiteName> Site = new($"a site's name: {NameRule.Expectation}", "", TryReadSite, v => v.Value);

    internal static readonly ValueType<GroupName> Group = new($"a group's name: {NameRule.Expectation}", "", TryReadGroup, v => v.Value);

    internal static readonly ValueType<string> Hostname = new("a host's name or address", "", (text, out value) => (value = text) != null && Addresses.IsHostname(text), v => v);

    internal static readonly ValueType<IPAddress> ReachableAddress = new(
        "an IPv4 or IPv6 address at which others reach the site", "", (text, out value) => Addresses.TryParse(text, out value) && IsReachable(value), v => v.ToString());

    internal static readonly ValueType<IPAddress> Address = new("an IPv4 or IPv6 address", "", Addresses.TryParse, v => v.ToString());

    internal static readonly ValueType<int> Port = Count(0, 65535) with { Expectation = "a port, 0 to 65535 (0 takes a free one)" };

    internal static readonly ValueType<string> SitePattern = Checked(AccessPattern.Expectation, text => AccessPattern.TryParse(text, out _));

    internal static readonly ValueType<string> AddressPattern =
        Checked(AccessPattern.AddressExpectation, text => AccessPattern.TryParse(text, out AccessPattern? pattern) && pattern.NeedsAddressOnly);

    internal static readonly ValueType<string> Command =
        Checked("a command for /bin/sh -c, at most 100000 bytes", text => !string.IsNullOrWhiteSpace(text) && Encoding.UTF8.GetByteCount(text) <= CommandBytesMax);

    internal static readonly ValueType<string> Directory =
        Checked("a directory", text => !string.IsNullOrWhiteSpace(text) && Encoding.UTF8.GetByteCount(text) <= PathBytesMax);

    internal static readonly ValueType<bool> Truth = new("t or nil", "", TryReadTruth, v => v ? "t" : "nil");

    internal static readonly ValueType<ExportFormat> Format =
        new("raw or framed", "", TryReadFormat, v => v == ExportFormat.Raw ? "raw" : "framed");

    internal static readonly ValueType<TimeSpan> Seconds =
        new("seconds, 0.001 to 315360000, decimal", "seconds", TryReadSeconds, v => (v.Ticks / (decimal)TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture));

    internal static ValueType<double> Degrees(int bound) => new(
        $"degrees, -{bound} to {bound}, decimal",
        "degrees",
        (text, out value) => double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value) && Math.Abs(value) <= bound,
        v => v.ToString("R", CultureInfo.InvariantCulture));

    internal static ValueType<int> Count(int min, int max) => new(
        string.Create(CultureInfo.InvariantCulture, $"a whole number, {min} to {max}"),
        "",
        (text, out value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max,
        v => v.ToString(CultureInfo.InvariantCulture));

    internal static ValueType<long> Bytes(long min, long max) => new(
        $"bytes, {WriteBytes(min)} to {WriteBytes(max)}, a whole number with or without k, m or g (1024s)",
        "bytes",
        (text, out value) => TryReadBytes(text, out value) && value >= min && value <= max,
        WriteBytes);

    internal static ValueType<int> SmallBytes(int min, int max)
    {
        ValueType<long> bytes = Bytes(min, max);
        return new(bytes.Expectation, bytes.Unit, Read, v => bytes.Write(v));

        bool Read(string text, out int value)
        {
            bool good = bytes.TryRead(text, out long number);
            value = good ? (int)number : 0;
            return good;
        }
    }

    private static ValueType<string> Checked(string expectation, Predicate<string> isGood) =>
        new(expectation, "", (text, out value) => (value = text) != null && isGood(text), v => v);

    private static bool TryReadSite(string text, out SiteName value)
    {
        value = new(text);
        return NameRule.IsName(text);
    }

    private static bool TryReadGroup(string text, out GroupName value)
    {
        value = new(text);
        return NameRule.IsName(text);
    }

    private static bool IsReachable(IPAddress address) =>
        !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Broadcast)
        && !(address.AddressFamily == AddressFamily.InterNetworkV6 ? address.IsIPv6Multicast : address.GetAddressBytes()[0] is >= 224 and < 240);

    private static bool TryReadTruth(string text, out bool value)
    {
        value = text == "t";
        return text is "t" or "nil";
    }

    private static bool TryReadFormat(string text, out ExportFormat value)
    {
        value = text == "framed" ? ExportFormat.Framed : ExportFormat.Raw;
        return text is "raw" or "framed";
    }

    private static bool TryReadSeconds(string text, out TimeSpan value)
    {
        bool good = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
            && seconds is >= SecondsMin and <= SecondsMax;
        value = good ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : default;
        return good;
    }

    private static bool TryReadBytes(string text, out long value)
    {
        int shift = text.Length == 0 ? 0 : char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        ReadOnlySpan<char> digits = shift == 0 ? text : text.AsSpan(0, text.Length - 1);
        bool good = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= long.MaxValue >> shift;
        value = good ? number << shift : 0;
        return good;
    }

    private static string WriteBytes(long value)
    {
        (int shift, string unit) = value switch
        {
            0 => (0, ""),
            _ when value % (1 << 30) == 0 => (30, "g"),
            _ when value % (1 << 20) == 0 => (20, "m"),
            _ when value % (1 << 10) == 0 => (10, "k"),
            _ => (0, ""),
        };
        return (value >> shift).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
