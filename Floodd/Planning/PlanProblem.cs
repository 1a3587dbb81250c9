// What a plan is asked for: how many sites, what is measured between them, what was in force before. Computes nothing but its own yardstick, once.
using System.Collections.Immutable;

namespace Floodd.Planning;

/// <summary>Everything that a plan follows from; equal problems have equal plans on every machine. Sites are numbers from 0; callers number them by name.</summary>
public sealed class PlanProblem
{
    private Yardstick? _yardstick;

    /// <summary>How many sites, from 0.</summary>
    public required int Count { get; init; }

    /// <summary>k: fewer than this many sites lost must never part the rest. From 1; no more than <see cref="Count"/> - 1 counts.</summary>
    public required int Connectivity { get; init; }

    /// <summary>D: the most links of one site; at least <see cref="Connectivity"/>.</summary>
    public required int MaxDegree { get; init; }

    /// <summary>Round trips in milliseconds, from 0. A pair that has NaN or infinity cannot be linked.</summary>
    public required PairTable RoundTrips { get; init; }

    /// <summary>Bytes per second; NaN or 0 is unknown.</summary>
    public PairTable? Bandwidths { get; init; }

    /// <summary>The edges in force; those that cannot be used any more are ignored.</summary>
    public ImmutableArray<PlanEdge> Previous { get; init; } = [];

    /// <summary>Equal seeds give equal plans.</summary>
    public ulong Seed { get; init; }

    /// <summary>How long to search; the default follows from <see cref="Count"/>.</summary>
    public Effort Effort { get; init; }

    /// <summary>The connectivity that can be asked of so few sites.</summary>
    internal int Target => Math.Min(Connectivity, Math.Max(0, Count - 1));

    /// <summary>What cost and delays are measured against.</summary>
    internal Yardstick Yardstick => _yardstick ??= new Yardstick(Checked());

    /// <summary>The same problem after other edges.</summary>
    public PlanProblem WithPrevious(ImmutableArray<PlanEdge> previous) => new()
    {
        Count = Count,
        Connectivity = Connectivity,
        MaxDegree = MaxDegree,
        RoundTrips = RoundTrips,
        Bandwidths = Bandwidths,
        Previous = previous,
        Seed = Seed,
        Effort = Effort,
        _yardstick = _yardstick,
    };

    /// <summary>Whether two sites can be linked.</summary>
    public bool IsUsable(int a, int b) => a != b && a >= 0 && b >= 0 && a < Count && b < Count && float.IsFinite(RoundTrips[a, b]);

    /// <summary>This problem.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal PlanProblem Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(Connectivity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Connectivity, MaxDegree);
        ArgumentOutOfRangeException.ThrowIfNotEqual(RoundTrips.Count, Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(Bandwidths?.Count ?? Count, Count);
        for (int a = 0; a < Count; a++)
        {
            foreach (float value in RoundTrips.Row(a))
            {
                if (value < 0)
                {
                    throw new ArgumentException($"a round trip of site {a} is {value} ms");
                }
            }
        }

        return this;
    }
}
