// Reads ids of updates and names off a line, as the client port writes them. Never allocates, never says whether they exist.
using System.Buffers;
using System.Globalization;

namespace Floodd.Client.Protocol;

/// <summary>The grammar of names and of <c>ORIGIN/INCARNATION/SEQUENCE</c>.</summary>
internal static class UpdateIdText
{
    /// <summary>The longest name of a site or group, in bytes.</summary>
    public const int NameMax = 64;

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"u8);

    /// <summary>Whether a site or group can be called so: the same rule as in the configuration.</summary>
    public static bool IsName(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= NameMax && text[0] is not ((byte)'.' or (byte)'-') && text.IndexOfAnyExcept(NameBytes) < 0;

    /// <summary>Takes an id apart.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="origin">The site that took the update from its client.</param>
    /// <param name="incarnation">That site's life.</param>
    /// <param name="sequence">The number within it, from 0: no update has the number 0, but a position may say that none was seen.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence)
    {
        incarnation = 0;
        sequence = 0;
        int first = text.IndexOf((byte)'/');
        int last = text.LastIndexOf((byte)'/');
        origin = first < 0 ? default : text[..first];
        // The framework's number readers pass over zero bytes at the end.
        return last > first
            && !text.Contains((byte)0)
            && IsName(origin)
            && ulong.TryParse(text[(first + 1)..last], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out incarnation)
            && long.TryParse(text[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }
}
