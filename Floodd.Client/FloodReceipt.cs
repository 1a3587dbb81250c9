// What a site says when it has taken an update. A value.
using System.Globalization;

namespace Floodd.Client;

/// <summary>The site has taken responsibility for the update.</summary>
/// <param name="Id">The id that the update has from now on.</param>
/// <param name="Group">The group that it is flooded to.</param>
/// <param name="Size">How many bytes it has.</param>
public sealed record FloodReceipt(FloodId Id, string Group, long Size)
{
    // 250 ID flooded to GROUP, SIZE bytes. One that cannot be read is one all the same: the daemon has the update.
    internal static FloodReceipt From(Reply reply, string? key)
    {
        string[] words = reply.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 6
            && FloodId.TryParse(words[0], out FloodId id)
            && long.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            ? new FloodReceipt(id, words[3].TrimEnd(','), size)
            : throw FlooddException.Misunderstood(reply.Text).For(mayHaveBeenDone: true, key);
    }
}
