// Where a subscriber stands: what it has seen of each stream. A value that can be printed, kept and given to any site.
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>A position in a group's updates. Immutable; <see cref="After"/> gives the next.</summary>
public sealed class FloodPosition : IEquatable<FloodPosition>
{
    private readonly ImmutableSortedDictionary<(string Origin, ulong Incarnation), long> seen;
    private readonly bool isNow;

    private FloodPosition(bool isNow, ImmutableSortedDictionary<(string Origin, ulong Incarnation), long> seen)
    {
        this.isNow = isNow;
        this.seen = seen;
    }

    // Above Now and Start, which are made from it.
    private static ImmutableSortedDictionary<(string Origin, ulong Incarnation), long> Empty { get; } =
        ImmutableSortedDictionary.Create<(string Origin, ulong Incarnation), long>(
            Comparer<(string Origin, ulong Incarnation)>.Create(static (a, b) =>
            {
                int byOrigin = string.CompareOrdinal(a.Origin, b.Origin);
                return byOrigin != 0 ? byOrigin : a.Incarnation.CompareTo(b.Incarnation);
            }));

    /// <summary>What comes from the moment of subscribing on.</summary>
    public static FloodPosition Now { get; } = new(true, Empty);

    /// <summary>Everything that the group still holds.</summary>
    public static FloodPosition Start { get; } = new(false, Empty);

    /// <summary>Reads <c>start</c>, <c>now</c>, or a list of the ids last seen: <c>a/1f/42,b/2e/7</c>.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is no position.</exception>
    public static FloodPosition Parse(string text) => TryParse(text, out FloodPosition? position)
        ? position
        : throw new FormatException($"'{Printable.Text(text)}' is no position; expected start, now, or ids separated by commas");

    /// <summary>Reads <c>start</c>, <c>now</c>, or a list of the ids last seen.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">The position.</param>
    /// <returns>Whether <paramref name="text"/> is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out FloodPosition? position)
    {
        var reader = new PositionReader(Encoding.UTF8.GetBytes(text ?? ""));
        position = reader.Kind switch
        {
            PositionKind.Start => Start,
            PositionKind.Now => string.IsNullOrEmpty(text) ? null : Now,
            PositionKind.Listed => Start,
            _ => null,
        };
        if (reader.Kind == PositionKind.Listed)
        {
            var all = Empty.ToBuilder();
            while (reader.Next(out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence))
            {
                all[(Encoding.ASCII.GetString(origin), incarnation)] = sequence;
            }

            position = new FloodPosition(false, all.ToImmutable());
        }

        return position is not null;
    }

    /// <summary>The position once an update has been seen too. An older update of the same stream changes nothing.</summary>
    /// <param name="id">The update.</param>
    public FloodPosition After(FloodId id) => Includes(id)
        ? this
        : new FloodPosition(isNow, seen.SetItem((id.Origin, id.Incarnation), id.Sequence));

    /// <summary>What either of two positions has seen; no longer "now" if the other is not.</summary>
    internal FloodPosition AndAll(FloodPosition other)
    {
        var all = seen.ToBuilder();
        foreach (((string Origin, ulong Incarnation) stream, long sequence) in other.seen)
        {
            all[stream] = Math.Max(sequence, all.GetValueOrDefault(stream));
        }

        return new FloodPosition(isNow && other.isNow, all.ToImmutable());
    }

    /// <summary>Whether an update, or a later one of its stream, has been seen.</summary>
    /// <param name="id">The update.</param>
    public bool Includes(FloodId id) => seen.TryGetValue((id.Origin, id.Incarnation), out long last) && last >= id.Sequence;

    /// <summary>The position as <see cref="Parse"/> reads it. A position of which nothing but "now" is known prints as <c>now</c>.</summary>
    public override string ToString()
    {
        if (seen.IsEmpty)
        {
            return isNow ? "now" : "start";
        }

        var text = new StringBuilder();
        foreach (((string origin, ulong incarnation), long sequence) in seen)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{origin}/{incarnation:x}/{sequence}");
        }

        return text.ToString();
    }

    /// <summary>Whether both say the same.</summary>
    public bool Equals(FloodPosition? other) => other is not null && isNow == other.isNow && seen.SequenceEqual(other.seen);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FloodPosition);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(isNow, ToString());
}
