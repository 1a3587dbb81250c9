// The command line of a campaign: `--name value` and `--name`, nothing else. Knows no campaign.
using System.Globalization;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>A command line that cannot be read.</summary>
/// <param name="text">Why.</param>
internal sealed class OptionException(string text) : Exception(text);

/// <summary>Options that are asked for by name; at the end <see cref="End"/> finds what nobody asked for.</summary>
/// <param name="arguments">What stands behind the command.</param>
internal sealed class Options(IReadOnlyList<string> arguments)
{
    private readonly List<string> _left = [.. arguments];

    /// <summary>A number, 0 or more.</summary>
    public int Number(string name, int otherwise) => Text(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw new OptionException($"{name} wants a number, not '{text}'");

    /// <summary>A decimal number.</summary>
    public double Decimal(string name, double otherwise) => Text(name) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number
        : throw new OptionException($"{name} wants a number, not '{text}'");

    /// <summary>The word behind a name; null if the name is not there.</summary>
    public string? Text(string name)
    {
        int at = _left.IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        string value = at + 1 < _left.Count ? _left[at + 1] : throw new OptionException($"{name} wants a value");
        _left.RemoveRange(at, 2);
        return value;
    }

    /// <summary>Whether a name is there.</summary>
    public bool Has(string name) => _left.Remove(name);

    /// <summary>Demands that nothing is left.</summary>
    public void End()
    {
        if (_left.Count > 0)
        {
            throw new OptionException($"unknown option {_left[0]}");
        }
    }
}
