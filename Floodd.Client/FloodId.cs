// The id of an update as users of the library see it. A value; never says whether the update exists.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>The id of an update: <c>ORIGIN/INCARNATION/SEQUENCE</c>, for example <c>inferno/6740f2a1/42</c>.</summary>
/// <param name="Origin">The site that took the update from its client.</param>
/// <param name="Incarnation">That life of the site.</param>
/// <param name="Sequence">The update's number in it, from 1; growing, but not by one.</param>
public readonly record struct FloodId(string Origin, ulong Incarnation, long Sequence)
{
    // A name, 64 bits in hexadecimal and a number of 63, with room for zeros in front.
    private const int TextMax = 256;

    /// <summary>Reads an id.</summary>
    /// <param name="text">For example <c>inferno/6740f2a1/42</c>.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException"><paramref name="text"/> is no id.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static FloodId Parse(string text) =>
        TryParse(text, out FloodId id) ? id : throw new FormatException($"'{Printable.Text(text)}' is no update id; expected ORIGIN/INCARNATION/SEQUENCE");

    /// <summary>Reads an id.</summary>
    /// <param name="text">For example <c>inferno/6740f2a1/42</c>; null is none.</param>
    /// <param name="id">The id; the default value if <paramref name="text"/> is none.</param>
    /// <returns>Whether <paramref name="text"/> is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out FloodId id) => TryParse(text.AsSpan(), out id);

    /// <summary>The same of a part of a text.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out FloodId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[TextMax];
        if (!Encoding.UTF8.TryGetBytes(text, bytes, out int count)
            || !UpdateIdText.TryRead(bytes[..count], out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence)
            || sequence < 1)
        {
            return false;
        }

        id = new FloodId(Encoding.ASCII.GetString(origin), incarnation, sequence);
        return true;
    }

    /// <summary>Itself, if it can stand in a line to a daemon.</summary>
    /// <exception cref="ArgumentException">It cannot.</exception>
    internal FloodId InLine(string parameter) =>
        !UpdateIdText.IsName(Encoding.UTF8.GetBytes(Origin)) ? throw new ArgumentException("its origin is no name of a site", parameter)
        : Sequence < 1 ? throw new ArgumentException("its number is below 1", parameter)
        : this;

    /// <summary>The id as the client port writes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Origin}/{Incarnation:x}/{Sequence}");
}
