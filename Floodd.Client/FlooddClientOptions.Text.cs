// Options as a connection string. Reads and writes all that can be said in one line; the clock and the log cannot.
using System.Text;

namespace Floodd.Client;

/// <content>Connection strings.</content>
public sealed partial record FlooddClientOptions
{
    private const string Scheme = "floodd://";

    /// <summary>
    /// Reads <c>floodd://host:port,host2:port?option=value&amp;option=value</c>; the <c>floodd://</c> may be missing. An option is a property's name in lower
    /// case with dashes: <c>reconnect-timeout=2m</c>, <c>randomize=yes</c>. Times are in seconds or have a unit (<c>ms s m h d</c>), <c>none</c> is no limit;
    /// sizes are in bytes or have a unit (<c>k m g</c>, powers of 1,024).
    /// </summary>
    /// <param name="text">The connection string.</param>
    /// <returns>The options; what is not said is as by default.</returns>
    /// <exception cref="FormatException"><paramref name="text"/> is no such string; says which part is wrong, and which option may have been meant.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static FlooddClientOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string rest = text.Trim();
        rest = rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? rest[Scheme.Length..] : rest;
        string[] parts = rest.Split('?', 2);
        var options = new FlooddClientOptions { Endpoints = [.. FlooddEndpoint.ParseList(parts[0].TrimEnd('/'))] };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string setting in parts.Length > 1 ? parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [])
        {
            string[] pair = setting.Split('=', 2, StringSplitOptions.TrimEntries);
            OptionText option = OptionText.Find(pair[0]);
            if (!seen.Add(option.Name))
            {
                throw new FormatException($"option {option.Name} is given twice");
            }

            options = option.Read(options, pair.Length > 1 ? pair[1] : null);
        }

        try
        {
            options.Check();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException($"option {OptionText.NameOf(e.ParamName ?? "")} is out of range: {e.ActualValue}", e);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }

        return options;
    }

    /// <summary>The connection string that <see cref="Parse"/> makes these options of; without what is as by default.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Scheme).AppendJoin(',', Endpoints.IsDefault ? [] : Endpoints);
        char before = '?';
        foreach (OptionText option in OptionText.All)
        {
            string value = option.Write(this);
            if (value != option.Write(Defaults))
            {
                text.Append(before).Append(option.Name).Append('=').Append(value);
                before = '&';
            }
        }

        return text.ToString();
    }

    private static readonly FlooddClientOptions Defaults = new();
}
