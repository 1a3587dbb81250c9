// How much a plan may cost to compute. A number of work units and not a time, so that all machines end with the same plan.
namespace Floodd.Planning;

/// <summary>The budget of a search.</summary>
/// <param name="Work">Steps of the delay table, each eight sums and comparisons; see README.md for how many a second has. 0 stands for the default.</param>
public readonly record struct Effort(long Work)
{
    /// <summary>The default for a number of sites, or a multiple of it.</summary>
    /// <param name="count">How many sites.</param>
    /// <param name="factor">How many times the default, above 0.</param>
    public static Effort For(int count, double factor = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        double work = 60e6 + (Math.Min(count, 1000) * 1e6);
        return new((long)Math.Min(work * factor, 1e15));
    }
}
