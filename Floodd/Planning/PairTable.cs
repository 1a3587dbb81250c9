// A number for each pair of sites. Owns the storage; says nothing about what the numbers mean.
namespace Floodd.Planning;

/// <summary>A symmetric table; what was never set is NaN.</summary>
public sealed class PairTable
{
    private readonly float[] _values;

    /// <summary>A table without a value.</summary>
    /// <param name="count">How many sites, from 0.</param>
    public PairTable(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = count;
        _values = new float[count * count];
        Array.Fill(_values, float.NaN);
    }

    /// <summary>How many sites.</summary>
    public int Count { get; }

    /// <summary>The value of a pair; setting one direction sets both.</summary>
    public float this[int a, int b]
    {
        get => _values[(a * Count) + b];
        set => _values[(a * Count) + b] = _values[(b * Count) + a] = value;
    }

    /// <summary>A site's values, by the other site's number.</summary>
    public ReadOnlySpan<float> Row(int a) => _values.AsSpan(a * Count, Count);
}
