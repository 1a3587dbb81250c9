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
    // 250 ID flooded to GROUP, SIZE bytes. One that cannot be read is one all the same: the daemon has the update.
    internal static FloodReceipt From(Reply reply, string? key)
    {
        ReadOnlySpan<char> text = reply.Text;
        Span<Range> words = stackalloc Range[7];
        return text.Split(words, ' ', StringSplitOptions.RemoveEmptyEntries) >= 6
            && FloodId.TryParse(text[words[0]], out FloodId id)
            && long.TryParse(text[words[4]], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            ? new FloodReceipt(id, text[words[3]].TrimEnd(',').ToString(), size)
            : throw FlooddException.Misunderstood(reply.Text).For(mayHaveBeenDone: true, key);
    }
}
