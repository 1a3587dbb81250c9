// What a caller may say about one flood. A value.
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>Options of one flood.</summary>
public sealed record FloodOptions
{
    /// <summary>
    /// Names the flood: an update that comes again under the same key, at any site of the group, is not flooded again and gets the first one's receipt.
    /// Give one of your own to go on trying after this process has ended. 1 to 64 letters, digits, '.', '_' or '-', the first a letter, digit or '_';
    /// never used for another update. Default: null, the library's own (see <see cref="FlooddClientOptions.RetryFloods"/>).
    /// </summary>
    public string? Key { get; init; }

    /// <summary>
    /// How many bytes the stream has from its present position to its end, 0 to 9999999999. Default: null, as long as it says if it can seek; else it
    /// is read into memory to find out.
    /// </summary>
    public long? Size { get; init; }

    // SIZE = 1*10DIGIT
    internal const long SizeMax = 9_999_999_999;

    /// <summary>Nothing said.</summary>
    internal static FloodOptions Default { get; } = new();

    /// <exception cref="ArgumentException">A key or a size that is none.</exception>
    internal void Check()
    {
        if (Key is not null && !UpdateIdText.IsName(Encoding.UTF8.GetBytes(Key)))
        {
            throw new ArgumentException("a key is 1 to 64 letters, digits, '.', '_' or '-', the first a letter, digit or '_'", nameof(Key));
        }

        if (Size is < 0 or > SizeMax)
        {
            throw new ArgumentOutOfRangeException(nameof(Size), Size, $"0 to {SizeMax}");
        }
    }
}
