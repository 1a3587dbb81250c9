// Finds the word that somebody probably meant. Only ever for the text of an error, or to read on after one.
namespace Floodd.Config;

/// <summary>The nearest known word to a mistyped one.</summary>
public static class NearestWord
{
    private const int LongestMeant = 64;

    /// <summary>The known word with the fewest edits (insert, delete, replace, swap of two) from <paramref name="found"/>,
    /// at most a third of its length, at most 3, and fewer than it has characters; null if there is none. Of equals the first.</summary>
    /// <param name="found">What was written.</param>
    /// <param name="known">What could have been meant.</param>
    public static string? Find(string found, IEnumerable<string> known)
    {
        if (found.Length > LongestMeant)
        {
            return null;
        }

        string? nearest = null;
        int least = Math.Min(found.Length, Math.Clamp(found.Length / 3, 1, 3) + 1);
        foreach (string word in known.Where(w => Math.Abs(w.Length - found.Length) < 4))
        {
            int distance = Distance(found, word);
            (nearest, least) = distance < least ? (word, distance) : (nearest, least);
        }

        return nearest;
    }

    /// <summary><c>; did you mean WORD?</c>, or nothing.</summary>
    /// <param name="found">What was written.</param>
    /// <param name="known">What could have been meant.</param>
    public static string Hint(string found, IEnumerable<string> known) =>
        Find(found, known) is string word ? $"; did you mean {word}?" : "";

    // Damerau's distance without overlapping swaps; case alone costs nothing.
    private static int Distance(string from, string to)
    {
        int[,] cost = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int differs = Same(from[i - 1], to[j - 1]) ? 0 : 1;
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + differs);
                if (i > 1 && j > 1 && Same(from[i - 1], to[j - 2]) && Same(from[i - 2], to[j - 1]))
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[from.Length, to.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
