// The names of sites and groups: what is a name, and how names are ordered. Nothing else is ever used as one.
using System.Buffers;

namespace Floodd.Model;

/// <summary>The rule that names of sites and groups follow.</summary>
public static class NameRule
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>What a name may be, for error texts.</summary>
    public const string Expectation = "1 to 64 letters, digits, '.', '_' or '-', the first a letter, digit or '_'";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Whether <paramref name="text"/> can name a site or a group.</summary>
    public static bool IsName(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxLength && text[0] is not ('.' or '-') && !text.ContainsAnyExcept(Allowed);
}

/// <summary>The name of a site: unique in every group that the site is a member of. Compared byte by byte.</summary>
/// <param name="Value">The text; obeys <see cref="NameRule"/>.</param>
public readonly record struct SiteName(string Value) : IComparable<SiteName>
{
    /// <summary>Ordinal order, the same at every site.</summary>
    public int CompareTo(SiteName other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The text itself.</summary>
    public override string ToString() => Value;
}

/// <summary>The name of a group of sites that share updates. Compared byte by byte.</summary>
/// <param name="Value">The text; obeys <see cref="NameRule"/>.</param>
public readonly record struct GroupName(string Value) : IComparable<GroupName>
{
    /// <summary>Ordinal order, the same at every site.</summary>
    public int CompareTo(GroupName other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The text itself.</summary>
    public override string ToString() => Value;
}
