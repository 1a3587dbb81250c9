// What a site says when it has taken an update. A value.
using System.Globalization;
using Floodd.Client.Connections;

namespace Floodd.Client;

/// <summary>The site has taken responsibility for the update.</summary>
/// <param name="Id">The id that the update has from now on.</param>
/// <param name="Group">The group that it is flooded to.</param>
/// <param name="Size">How many bytes it has.</param>
public sealed record FloodReceipt(FloodId Id, string Group, long Size)
{
    // 250 ID flooded to GROUP, SIZE bytes
    internal static FloodReceipt From(Reply reply)
    {
        string[] words = reply.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 6
            && FloodId.TryParse(words[0], out FloodId id)
            && long.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            ? new FloodReceipt(id, words[3].TrimEnd(','), size)
            : throw FlooddException.Misunderstood(reply.Text);
    }
}
