// The unread rest of what came in on a connection, until what completes it comes. Bounded by whoever reads from it; it never keeps much more room than the rest needs.
namespace Floodd.Core;

/// <summary>Joins the rest of the last input with the next.</summary>
/// <param name="spare">Where room to join them is had from, as it is needed for a moment only; null to keep it, for those of whom there are few.</param>
internal sealed class CarriedBytes(SpareRoom? spare = null)
{
    private const int Small = 4096;

    private byte[] _bytes = [];
    private byte[]? _joined;

    /// <summary>How many bytes wait.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes that wait.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Count);

    /// <summary>What waits with <paramref name="input"/> behind it. Costs nothing when nothing waits.</summary>
    public ReadOnlySpan<byte> With(ReadOnlySpan<byte> input)
    {
        if (Count == 0)
        {
            return input;
        }

        if (spare is not null && Count + input.Length > _bytes.Length)
        {
            _joined = spare.Join(Count + input.Length);
            Span.CopyTo(_joined);
            input.CopyTo(_joined.AsSpan(Count));
            return _joined.AsSpan(0, Count + input.Length);
        }

        Add(input);
        return Span;
    }

    /// <summary>Keeps <paramref name="rest"/>, which may be a slice of what <see cref="With"/> returned, and nothing else.</summary>
    public void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > _bytes.Length || (spare is not null && _bytes.Length > Small && rest.Length < _bytes.Length / 4))
        {
            byte[] other = new byte[rest.Length + 1024];
            rest.CopyTo(other);
            _bytes = other;
        }
        else if (rest.IsEmpty && _bytes.Length > 256 * 1024)
        {
            _bytes = [];
        }
        else
        {
            rest.CopyTo(_bytes);
        }

        Count = rest.Length;
        if (_joined is not null)
        {
            spare!.Joined(_joined);
            _joined = null;
        }
    }

    /// <summary>Gives the room back that is not used now.</summary>
    public void Trim()
    {
        if (_bytes.Length > Count + 1024)
        {
            _bytes = _bytes.AsSpan(0, Count).ToArray();
        }
    }

    /// <summary>Adds behind what waits.</summary>
    public void Add(ReadOnlySpan<byte> input)
    {
        if (Count + input.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Count + input.Length, Math.Min(_bytes.Length * 2, 1 << 20)));
        }

        input.CopyTo(_bytes.AsSpan(Count));
        Count += input.Length;
    }
}
