// A round trip for every pair of a list of sites, measured or guessed. Fixed once made.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>What a planner starts from. 8 bytes and a bit for each pair: 4 MB for 1,000 sites.</summary>
public sealed class CompletedMatrix
{
    private readonly float[] _rtts;
    private readonly float[] _bandwidths;
    private readonly ulong[] _measured;

    internal CompletedMatrix(IReadOnlyList<SiteName> members)
    {
        Members = members;
        int pairs = members.Count * (members.Count - 1) / 2;
        _rtts = new float[pairs];
        _bandwidths = new float[pairs];
        _measured = new ulong[(pairs + 63) / 64];
    }

    /// <summary>The sites, in the order in which they are numbered here.</summary>
    public IReadOnlyList<SiteName> Members { get; }

    /// <summary>How many sites there are.</summary>
    public int Count => Members.Count;

    /// <summary>How many pairs were measured.</summary>
    public int MeasuredPairs { get; private set; }

    /// <summary>The part of all pairs that was measured, 0 to 1; 1 if there is no pair.</summary>
    public double MeasuredShare => _rtts.Length == 0 ? 1 : (double)MeasuredPairs / _rtts.Length;

    /// <summary>Of how many sites it is not believed what only they say (see <see cref="LoneClaims"/>).</summary>
    public int DistrustedSites { get; internal set; }

    /// <summary>The round trip between two sites, in milliseconds; 0 from a site to itself.</summary>
    public float Rtt(int i, int j) => i == j ? 0 : _rtts[At(i, j)];

    /// <summary>The bandwidth between two sites, in bytes per second; 0 if unknown.</summary>
    public float Bandwidth(int i, int j) => i == j ? 0 : _bandwidths[At(i, j)];

    /// <summary>Whether the round trip between two sites was measured, rather than guessed.</summary>
    public bool IsMeasured(int i, int j)
    {
        int at = At(i, j);
        return (_measured[at / 64] >> (at % 64) & 1) != 0;
    }

    /// <summary>The same as an estimate; a guess knows no spread.</summary>
    public EstimateSource Source(int i, int j) => IsMeasured(i, j) ? EstimateSource.Measured : EstimateSource.Guessed;

    internal void SetMeasured(int i, int j, in Estimate estimate)
    {
        int at = At(i, j);
        _rtts[at] = (float)estimate.RttMilliseconds;
        _bandwidths[at] = (float)estimate.BytesPerSecond;
        _measured[at / 64] |= 1UL << (at % 64);
        MeasuredPairs++;
    }

    internal void SetUnmeasured(int i, int j)
    {
        int at = At(i, j);
        _bandwidths[at] = 0;
        _measured[at / 64] &= ~(1UL << (at % 64));
        MeasuredPairs--;
    }

    internal void SetGuessed(int i, int j, double rttMilliseconds) => _rtts[At(i, j)] = (float)rttMilliseconds;

    // Row by row of the upper half without its diagonal.
    private int At(int i, int j)
    {
        (int low, int high) = i < j ? (i, j) : (j, i);
        Invariant.Check(low >= 0 && low < high && high < Count);
        return (low * ((2 * Count) - low - 1) / 2) + high - low - 1;
    }
}
