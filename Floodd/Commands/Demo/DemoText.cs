// What the demo floods: real text, and the updates that programs get wrong. Sends nothing.
using System.Collections.Immutable;
using System.Text;

namespace Floodd.Commands.Demo;

/// <summary>The updates of the demo.</summary>
internal static class DemoText
{
    /// <summary>Where the lines are from.</summary>
    public const string Source = "lines of Dante's Inferno in Longfellow's words";

    /// <summary>How many updates all sites flood together, about.</summary>
    private const int TotalCount = 500;

    /// <summary>More than three segments of 64 KiB.</summary>
    private const int LongBytes = 200 << 10;

    private static readonly ImmutableArray<string> Lines =
    [
        "Midway upon the journey of our life",
        "I found myself within a forest dark,",
        "For the straightforward pathway had been lost.",
        "Ah me! how hard a thing it is to say",
        "What was this forest savage, rough, and stern,",
        "Which in the very thought renews the fear.",
        "So bitter is it, death is little more;",
        "But of the good to treat, which there I found,",
        "Speak will I of the other things I saw there.",
        "I cannot well repeat how there I entered,",
        "So full was I of slumber at the moment",
        "In which I had abandoned the true way.",
        "But after I had reached a mountain's foot,",
        "At that point where the valley terminated,",
        "Which had with consternation pierced my heart,",
        "Upward I looked, and I beheld its shoulders,",
        "Vested already with that planet's rays",
        "Which leadeth others right by every road.",
        "Then was the fear a little quieted",
        "That in my heart's lake had endured throughout",
        "The night, which I had passed so piteously.",
        "And even as he, who, with distressful breath,",
        "Forth issued from the sea upon the shore,",
        "Turns to the water perilous and gazes;",
        "So did my soul, that still was fleeing onward,",
        "Turn itself back to re-behold the pass",
        "Which never yet a living person left.",
        "After my weary body I had rested,",
        "The way resumed I on the desert slope,",
        "So that the firm foot ever was the lower.",
    ];

    /// <summary>What one site floods, in order.</summary>
    /// <param name="site">Its name.</param>
    /// <param name="index">Its place among the sites, from 0.</param>
    /// <param name="siteCount">How many sites there are.</param>
    public static ImmutableArray<ReadOnlyMemory<byte>> UpdatesOf(string site, int index, int siteCount)
    {
        int count = Math.Max(25, TotalCount / siteCount);
        var updates = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(count);
        if (index == 0)
        {
            updates.Add(Long());
        }
        else if (index == 1)
        {
            updates.Add(ReadOnlyMemory<byte>.Empty);
            updates.Add(EveryByte());
        }

        while (updates.Count < count)
        {
            updates.Add(Encoding.UTF8.GetBytes($"{site} {updates.Count + 1}: {Lines[updates.Count % Lines.Length]}\n"));
        }

        return updates.MoveToImmutable();
    }

    private static ReadOnlyMemory<byte> Long()
    {
        var text = new StringBuilder();
        for (int i = 0; text.Length < LongBytes; i++)
        {
            text.Append(Lines[i % Lines.Length]).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // With a line that ends an update typed by hand, and one that begins an update in an export.
    private static ReadOnlyMemory<byte> EveryByte() =>
        (byte[])[.. Enumerable.Range(0, 256).Select(i => (byte)i), .. "\n.\nupdate demo boston/1/1 5\n"u8];
}
