// What one site alone says of its ways, held against what others measured between them. Accuses nobody of what another end confirms.
namespace Floodd.Measuring;

/// <summary>
/// In a large group most pairs are measured from one end only, and the worse of both ends cannot be believed where one is silent.
/// But a site that claims to be near to all (threat T27) claims with that a way round, through itself, that is far shorter than
/// what the others measured between them. Real networks have such ways, seldom and seldom half as long; a site of whose claims
/// most pairs are like that is not believed where it speaks alone.
/// </summary>
internal sealed class LoneClaims(int count)
{
    // Of more claims every so-manieth is looked at: 64 give 2,016 pairs.
    private const int MostLooked = 64;

    // Fewer pairs that were measured between others say too little.
    private const int FewestPairs = 6;

    private readonly List<int>?[] _others = new List<int>?[count];

    /// <summary>Notes that of the two only <paramref name="witness"/> says how far <paramref name="other"/> is.</summary>
    public void Add(int witness, int other) => (_others[witness] ??= []).Add(other);

    /// <summary>Takes back from the matrix what is not believed, and says of how many sites.</summary>
    public int Reject(CompletedMatrix matrix)
    {
        // First all are judged, then all is taken back: the order must not matter.
        int[] liars = [.. Enumerable.Range(0, count).Where(site => _others[site] is { } others && IsTooGood(matrix, site, others))];
        foreach (int site in liars)
        {
            foreach (int other in _others[site]!)
            {
                matrix.SetUnmeasured(site, other);
            }
        }

        return liars.Length;
    }

    private static bool IsTooGood(CompletedMatrix matrix, int site, List<int> others)
    {
        others.Sort();
        int step = (others.Count + MostLooked - 1) / MostLooked, looked = 0, shorter = 0;
        for (int i = 0; i < others.Count; i += step)
        {
            for (int j = i + step; j < others.Count; j += step)
            {
                if (matrix.IsMeasured(others[i], others[j]))
                {
                    looked++;
                    shorter += 2 * (matrix.Rtt(site, others[i]) + matrix.Rtt(site, others[j])) < matrix.Rtt(others[i], others[j]) ? 1 : 0;
                }
            }
        }

        return looked >= FewestPairs && 2 * shorter > looked;
    }
}
