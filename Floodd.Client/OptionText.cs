// Each option of a connection string: its name, how its value is read and how it is written. Never checks a range; the options do.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>An option of a connection string.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Read">The options with a value read; the value is null if none was given.</param>
/// <param name="Write">The value as text.</param>
internal sealed record OptionText(string Name, Func<FlooddClientOptions, string?, FlooddClientOptions> Read, Func<FlooddClientOptions, string> Write)
{
    // No name is longer, with room for typos: what is longer is not compared to its end.
    private const int WordMax = 64;

    private static readonly (string Unit, long Ticks)[] TimeUnits =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>All of them, in the order in which they are written.</summary>
    public static ImmutableArray<OptionText> All { get; } =
    [
        Flag(nameof(FlooddClientOptions.Randomize), o => o.Randomize, (o, v) => o with { Randomize = v }),
        Flag(nameof(FlooddClientOptions.RequireInitialConnect), o => o.RequireInitialConnect, (o, v) => o with { RequireInitialConnect = v }),
        Time(nameof(FlooddClientOptions.ConnectTimeout), o => o.ConnectTimeout, (o, v) => o with { ConnectTimeout = v }),
        Time(nameof(FlooddClientOptions.ReconnectTimeout), o => o.ReconnectTimeout, (o, v) => o with { ReconnectTimeout = v }),
        Time(nameof(FlooddClientOptions.BackOffFirst), o => o.BackOffFirst, (o, v) => o with { BackOffFirst = v }),
        Time(nameof(FlooddClientOptions.BackOffMax), o => o.BackOffMax, (o, v) => o with { BackOffMax = v }),
        Time(nameof(FlooddClientOptions.KeepAlive), o => o.KeepAlive, (o, v) => o with { KeepAlive = v }),
        Flag(nameof(FlooddClientOptions.RetryFloods), o => o.RetryFloods, (o, v) => o with { RetryFloods = v }),
        Number(nameof(FlooddClientOptions.RequestsMax), o => o.RequestsMax, (o, v) => o with { RequestsMax = checked((int)v) }),
        Number(nameof(FlooddClientOptions.RequestBytesMax), o => o.RequestBytesMax, (o, v) => o with { RequestBytesMax = v }),
        Number(nameof(FlooddClientOptions.UpdateSizeMax), o => o.UpdateSizeMax, (o, v) => o with { UpdateSizeMax = checked((int)v) }),
        Time(nameof(FlooddClientOptions.NearestLifetime), o => o.NearestLifetime, (o, v) => o with { NearestLifetime = v }),
        Number(nameof(FlooddClientOptions.NearestCandidates), o => o.NearestCandidates, (o, v) => o with { NearestCandidates = checked((int)v) }),
    ];

    /// <summary>The option of a name, whatever its case.</summary>
    /// <exception cref="FormatException">There is none; says which is most like it.</exception>
    public static OptionText Find(string name)
    {
        (int distance, OptionText nearest) = All.Select(option => (Distance: Distance(name, option.Name), Option: option)).MinBy(pair => pair.Distance);
        return distance == 0 ? nearest
            : throw new FormatException(distance <= nearest.Name.Length / 2
                ? $"unknown option '{name}'; did you mean {nearest.Name}?"
                : $"unknown option '{name}'; expected one of {string.Join(' ', All.Select(option => option.Name))}");
    }

    /// <summary>A property's name in lower case with dashes.</summary>
    public static string NameOf(string property)
    {
        var name = new StringBuilder();
        foreach (char c in property)
        {
            name.Append(char.IsUpper(c) && name.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }

    private static OptionText Flag(string property, Func<FlooddClientOptions, bool> get, Func<FlooddClientOptions, bool, FlooddClientOptions> set) => Of(
        property,
        "yes or no",
        text => text?.ToLowerInvariant() switch { null or "yes" or "true" or "on" or "1" => true, "no" or "false" or "off" or "0" => false, _ => null },
        options => get(options) ? "yes" : "no",
        set);

    // none | NUMBER [ms | s | m | h | d]
    private static OptionText Time(string property, Func<FlooddClientOptions, TimeSpan> get, Func<FlooddClientOptions, TimeSpan, FlooddClientOptions> set) => Of(
        property, "seconds, or a number with ms, s, m, h or d, or none", ReadTime, options => Written(get(options)), set);

    // DIGITS [k | m | g]
    private static OptionText Number(string property, Func<FlooddClientOptions, long> get, Func<FlooddClientOptions, long, FlooddClientOptions> set) => Of(
        property, "a whole number, perhaps with k, m or g", ReadNumber, options => get(options).ToString(CultureInfo.InvariantCulture), set);

    private static OptionText Of<T>(
        string property, string form, Func<string?, T?> read, Func<FlooddClientOptions, string> write, Func<FlooddClientOptions, T, FlooddClientOptions> set)
        where T : struct
    {
        string name = NameOf(property);
        return new OptionText(name, (options, text) => Set(options, text), write);

        FlooddClientOptions Set(FlooddClientOptions options, string? text)
        {
            FormatException wrong = new($"option {name} cannot be '{text}'; expected {form}");
            try
            {
                return set(options, read(text) ?? throw wrong);
            }
            catch (OverflowException)
            {
                throw wrong;
            }
        }
    }

    private static TimeSpan? ReadTime(string? text)
    {
        if (string.Equals(text, "none", StringComparison.OrdinalIgnoreCase))
        {
            return Timeout.InfiniteTimeSpan;
        }

        int digits = text is null ? 0 : text.Length - text.Reverse().TakeWhile(char.IsAsciiLetter).Count();
        string unit = digits < text?.Length ? text[digits..].ToLowerInvariant() : "s";
        long ticks = TimeUnits.FirstOrDefault(u => u.Unit == unit).Ticks;
        return ticks > 0 && decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            ? TimeSpan.FromTicks((long)(number * ticks))
            : null;
    }

    private static string Written(TimeSpan time) => time == Timeout.InfiniteTimeSpan
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{(decimal)time.Ticks / TimeSpan.TicksPerSecond:0.#######}");

    private static long? ReadNumber(string? text)
    {
        int shift = text is { Length: > 0 } ? char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 } : 0;
        ReadOnlySpan<char> digits = text.AsSpan(0, (text?.Length ?? 0) - (shift > 0 ? 1 : 0));
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? checked(number * (1L << shift)) : null;
    }

    private static int Distance(string word, string name) =>
        EditDistance.Of(Encoding.UTF8.GetBytes(word[..Math.Min(word.Length, WordMax)]), Encoding.UTF8.GetBytes(name));
}
