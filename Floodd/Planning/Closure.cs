// Shortest ways when every pair that can be linked is linked: what the best of plans cannot beat. Keeps sums, not the table.
using System.Numerics;
using System.Runtime.InteropServices;

namespace Floodd.Planning;

/// <summary>Floyd and Warshall's algorithm over rows; each sum and comparison stands for itself, so the width of the vectors changes nothing.</summary>
internal sealed class Closure
{
    /// <param name="delays">One-way delays of all pairs, infinite where there is none.</param>
    /// <param name="n">How many sites.</param>
    public Closure(float[] delays, int n)
    {
        float[] table = Table(delays, n);
        Reach = new int[n];
        double flood = 0, delay = 0;
        long pairs = 0;
        for (int a = 0; a < n; a++)
        {
            double longest = 0;
            foreach (float value in table.AsSpan(a * n, n))
            {
                if (float.IsFinite(value))
                {
                    Reach[a]++;
                    delay += value;
                    longest = Math.Max(longest, value);
                }
            }

            flood += longest;
            pairs += Reach[a] - 1;
        }

        MeanFlood = n == 0 ? 0 : flood / n;
        MeanDelay = pairs == 0 ? 0 : delay / pairs;
    }

    public double MeanFlood { get; }

    public double MeanDelay { get; }

    /// <summary>How many sites each one reaches, itself included.</summary>
    public int[] Reach { get; }

    /// <summary>The shortest ways between all pairs.</summary>
    /// <param name="values">What links take, infinite where none can be.</param>
    /// <param name="n">How many sites.</param>
    public static float[] Table(float[] values, int n)
    {
        float[] table = [.. values];
        for (int v = 0; v < n; v++)
        {
            table[(v * n) + v] = 0;
        }

        for (int via = 0; via < n; via++)
        {
            ReadOnlySpan<float> onward = table.AsSpan(via * n, n);
            for (int a = 0; a < n; a++)
            {
                float to = table[(a * n) + via];
                if (a != via && float.IsFinite(to))
                {
                    Relax(table.AsSpan(a * n, n), onward, to);
                }
            }
        }

        return table;
    }

    private static void Relax(Span<float> row, ReadOnlySpan<float> onward, float to)
    {
        Span<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(row);
        ReadOnlySpan<Vector<float>> wideOnward = MemoryMarshal.Cast<float, Vector<float>>(onward);
        var wideTo = new Vector<float>(to);
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = Vector.Min(wide[i], wideOnward[i] + wideTo);
        }

        for (int i = wide.Length * Vector<float>.Count; i < row.Length; i++)
        {
            row[i] = Math.Min(row[i], onward[i] + to);
        }
    }
}
