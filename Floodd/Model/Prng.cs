// Seeded randomness that is the same on every machine and runtime. Not for secrets.
namespace Floodd.Model;

/// <summary>SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).</summary>
/// <param name="seed">Equal seeds give equal sequences.</param>
public sealed class Prng(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong mixed = Mixed(_state);
        _state += Step;
        return mixed;
    }

    /// <summary>What comes from a state: each of its bits depends on each of the number's.</summary>
    public static ulong Mixed(ulong number)
    {
        ulong z = number + Step;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1; the bias is below 2^-32 for the bounds used here.</summary>
    public int Next(int bound) => (int)((NextUInt64() >> 32) * (ulong)bound >> 32);

    /// <summary>A number from 0 up to, not including, 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A time between half of <paramref name="span"/> and one and a half of it: jitter that keeps the mean.</summary>
    public TimeSpan Jitter(TimeSpan span) => span * (0.5 + NextDouble());

    /// <summary>An independent generator, so that one purpose's draws do not shift another's.</summary>
    public Prng Split() => new(NextUInt64());
}
