// Where a subscriber stands: what it has seen of each stream. A value that can be printed, kept and given to any site.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>
/// A position in a group's updates. Immutable; <see cref="After"/> gives the next. Each restart of a site begins a new stream, and a position has to fit
/// into a line: of more than 1,000 streams, or 48 KiB of text, it names those of the latest lives of the sites, and the last one of each site however old.
/// What it leaves out began before 1,000 later lives and is given up by all sites after log-purge-period (a day, unless configured); only updates of such
/// a life that are held still would come again to who goes on from there.
/// </summary>
public sealed class FloodPosition : IEquatable<FloodPosition>
{
    private static readonly Comparer<(string Origin, ulong Incarnation)> Order = Comparer<(string Origin, ulong Incarnation)>.Create(static (a, b) =>
    {
        int byOrigin = string.CompareOrdinal(a.Origin, b.Origin);
        return byOrigin != 0 ? byOrigin : a.Incarnation.CompareTo(b.Incarnation);
    });

    // So that it fits into a subscribe line, which a daemon takes up to 64 KiB of.
    private const int StreamsMax = 1000;
    private const int TextLengthMax = 48 << 10;

    // Two columns, because positions of one subscription differ in the second only: they share the first.
    private readonly (string Origin, ulong Incarnation)[] _streams;
    private readonly long[] _seen;
    private readonly bool _isNow;

    private FloodPosition(bool isNow, (string Origin, ulong Incarnation)[] streams, long[] seen)
    {
        _isNow = isNow;
        _streams = streams;
        _seen = seen;
    }

    /// <summary>What comes from the moment of subscribing on.</summary>
    public static FloodPosition Now { get; } = new(true, [], []);

    /// <summary>Everything that the group still holds.</summary>
    public static FloodPosition Start { get; } = new(false, [], []);

    /// <summary>The streams, in order.</summary>
    internal ReadOnlySpan<(string Origin, ulong Incarnation)> Streams => _streams;

    /// <summary>What was seen last of each of them.</summary>
    internal ReadOnlySpan<long> Seen => _seen;

    /// <summary>Reads <c>start</c>, <c>now</c>, or a list of the ids last seen: <c>a/1f/42,b/2e/7</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The position.</returns>
    /// <exception cref="FormatException"><paramref name="text"/> is no position.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static FloodPosition Parse(string text) => TryParse(text, out FloodPosition? position)
        ? position
        : throw new FormatException($"'{Printable.Text(text)}' is no position; expected start, now, or ids separated by commas");

    /// <summary>Reads <c>start</c>, <c>now</c>, or a list of the ids last seen.</summary>
    /// <param name="text">The text; null and an empty one are none.</param>
    /// <param name="position">The position; null if <paramref name="text"/> is none.</param>
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
            var all = new Dictionary<(string Origin, ulong Incarnation), long>();
            while (reader.Next(out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence))
            {
                all[(Encoding.ASCII.GetString(origin), incarnation)] = sequence;
            }

            position = From(false, all);
        }

        return position is not null;
    }

    /// <summary>The position once an update has been seen too. An older update of the same stream changes nothing.</summary>
    /// <param name="id">The update.</param>
    /// <returns>The next position, or this one.</returns>
    /// <exception cref="ArgumentException">Its origin is no name of a site, or its number is below 1.</exception>
    public FloodPosition After(FloodId id)
    {
        // A position goes into a line to the daemon.
        _ = id.InLine(nameof(id));
        int at = Array.BinarySearch(_streams, (id.Origin, id.Incarnation), Order);
        if (at >= 0)
        {
            return _seen[at] >= id.Sequence ? this : With([.. _seen[..at], id.Sequence, .. _seen[(at + 1)..]]);
        }

        at = ~at;
        return Bounded(_isNow, [.. _streams[..at], (id.Origin, id.Incarnation), .. _streams[at..]], [.. _seen[..at], id.Sequence, .. _seen[at..]]);
    }

    /// <summary>The same streams, of which something else was seen last.</summary>
    internal FloodPosition With(long[] seenNow) => new(_isNow, _streams, seenNow);

    /// <summary>What either of two positions has seen; no longer "now" if the other is not.</summary>
    internal FloodPosition AndAll(FloodPosition other)
    {
        var all = new Dictionary<(string Origin, ulong Incarnation), long>();
        for (int i = 0; i < _streams.Length; i++)
        {
            all[_streams[i]] = _seen[i];
        }

        for (int i = 0; i < other._streams.Length; i++)
        {
            all[other._streams[i]] = Math.Max(other._seen[i], all.GetValueOrDefault(other._streams[i]));
        }

        return From(_isNow && other._isNow, all);
    }

    /// <summary>Whether an update, or a later one of its stream, has been seen.</summary>
    /// <param name="id">The update.</param>
    /// <returns>False too if nothing is known of its stream.</returns>
    public bool Includes(FloodId id)
    {
        int at = Array.BinarySearch(_streams, (id.Origin, id.Incarnation), Order);
        return at >= 0 && _seen[at] >= id.Sequence;
    }

    /// <summary>The position as <see cref="Parse"/> reads it. A position of which nothing but "now" is known prints as <c>now</c>.</summary>
    public override string ToString()
    {
        if (_streams.Length == 0)
        {
            return _isNow ? "now" : "start";
        }

        var text = new StringBuilder();
        for (int i = 0; i < _streams.Length; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{_streams[i].Origin}/{_streams[i].Incarnation:x}/{_seen[i]}");
        }

        return text.ToString();
    }

    /// <summary>Whether both say the same.</summary>
    public bool Equals(FloodPosition? other) =>
        other is not null && _isNow == other._isNow && _streams.AsSpan().SequenceEqual(other._streams) && _seen.AsSpan().SequenceEqual(other._seen);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FloodPosition);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_isNow, ToString());

    private static FloodPosition From(bool isNow, Dictionary<(string Origin, ulong Incarnation), long> all)
    {
        (string Origin, ulong Incarnation)[] streams = [.. all.Keys.Order(Order)];
        return Bounded(isNow, streams, [.. streams.Select(stream => all[stream])]);
    }

    /// <summary>Without the oldest lives if there are too many; a site's last is kept, as it may be going on.</summary>
    private static FloodPosition Bounded(bool isNow, (string Origin, ulong Incarnation)[] streams, long[] seen)
    {
        int text = streams.Sum(TextMax);
        if (streams.Length <= StreamsMax && text <= TextLengthMax)
        {
            return new FloodPosition(isNow, streams, seen);
        }

        // A good many at once, so that it is not to be done again with the next.
        int excess = streams.Length - (StreamsMax * 7 / 8);
        int excessText = text - (TextLengthMax * 7 / 8);

        // In order of origin and life: the last of an origin stands before the first of another. A life's number begins with the time when it began.
        var left = new HashSet<int>();
        foreach (int i in Enumerable.Range(0, streams.Length - 1).Where(i => streams[i].Origin == streams[i + 1].Origin).OrderBy(i => streams[i].Incarnation))
        {
            if (excess-- <= 0 && excessText <= 0)
            {
                break;
            }

            excessText -= TextMax(streams[i]);
            left.Add(i);
        }

        return new FloodPosition(isNow, [.. streams.Where((_, i) => !left.Contains(i))], [.. seen.Where((_, i) => !left.Contains(i))]);
    }

    // ORIGIN/INCARNATION/SEQUENCE and a comma, with the longest number that there is.
    private static int TextMax((string Origin, ulong Incarnation) stream) => (stream.Origin?.Length ?? 0) + 38;
}
