// How unlike two words are, to guess what was meant by a mistyped one. Never decides whether a guess is good enough.
namespace Floodd.Client.Protocol;

/// <summary>The edit distance of words.</summary>
internal static class EditDistance
{
    private const int StackMax = 64;

    /// <summary>Edits (insert, drop, replace one letter) that turn one word into the other, whatever the first one's case (Wagner and Fischer, 1974).</summary>
    /// <param name="word">What was typed, in any case; time and room are its length times the other's.</param>
    /// <param name="name">A name in lower case.</param>
    public static int Of(ReadOnlySpan<byte> word, ReadOnlySpan<byte> name)
    {
        Span<int> row = name.Length < StackMax ? stackalloc int[name.Length + 1] : new int[name.Length + 1];
        for (int i = 0; i <= name.Length; i++)
        {
            row[i] = i;
        }

        for (int w = 1; w <= word.Length; w++)
        {
            int diagonal = row[0];
            row[0] = w;
            for (int n = 1; n <= name.Length; n++)
            {
                int replace = diagonal + ((word[w - 1] | 0x20) == name[n - 1] ? 0 : 1);
                diagonal = row[n];
                row[n] = Math.Min(replace, Math.Min(row[n], row[n - 1]) + 1);
            }
        }

        return row[name.Length];
    }
}
