// Updates that say which they are, so that a repeat under another id is seen too; the bytes of each follow from seed and number. Knows no daemon.
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Library;

/// <summary>Updates 0, 1, 2 ... of one run.</summary>
/// <param name="seed">What their bytes follow from.</param>
/// <param name="sizeOf">How many bytes each has behind its number; 0 to 90 unless said.</param>
internal sealed class NumberedUpdates(ulong seed, Func<int, int>? sizeOf = null)
{
    private const int HeadSize = 10;

    // What line protocols stumble over, and one byte that they do not.
    private static readonly byte[] Alphabet = [.. "\n\r.. update 250 \0"u8, 0xff];

    /// <summary>The bytes of one: its number, nine digits and a LF, then anything.</summary>
    public byte[] this[int number]
    {
        get
        {
            uint state = unchecked(((uint)seed * 2654435761) + (uint)number) | 1;
            byte[] bytes = new byte[HeadSize + (sizeOf?.Invoke(number) ?? (int)(Next(ref state) % 91))];
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number:D9}\n"), bytes);
            for (int i = HeadSize; i < bytes.Length; i++)
            {
                bytes[i] = Alphabet[Next(ref state) % (uint)Alphabet.Length];
            }

            return bytes;
        }
    }

    /// <summary>Demands that updates are those of a run, each once, byte for byte.</summary>
    /// <param name="updates">What came.</param>
    /// <param name="count">How many there are of the run, from 0 on.</param>
    /// <param name="where">Where they came, for the failure's text.</param>
    public void CheckOnce(IEnumerable<ReadOnlyMemory<byte>> updates, int count, string where)
    {
        int[] seen = new int[count];
        foreach (ReadOnlyMemory<byte> update in updates)
        {
            int number = NumberOf(update.Span);
            Assert.That(number, Is.InRange(0, count - 1), $"{where}: an update that nobody flooded");
            Assert.That(update.Span.SequenceEqual(this[number]), Is.True, $"{where}: other bytes in update {number}");
            seen[number]++;
        }

        int[] missing = [.. Enumerable.Range(0, count).Where(number => seen[number] == 0)];
        int[] repeated = [.. Enumerable.Range(0, count).Where(number => seen[number] > 1)];
        Assert.That(missing, Is.Empty, $"{where}: missing");
        Assert.That(repeated, Is.Empty, $"{where}: more than once");
    }

    /// <summary>Waits until a site has exported as many as there are, then demands each once.</summary>
    public void CheckExportsOf(TestSite site, int count, string group)
    {
        Eventually.Holds(() => Exported(site, group).Count >= count, $"{site.Name} to export {count} updates of {group}", () => $"{Exported(site, group).Count}\n{site.Daemon.Log}");
        CheckOnce(Exported(site, group).Select(update => update.Bytes.AsMemory()), count, $"exports of {site.Name}");
    }

    /// <summary>The number of one; -1 if it is none.</summary>
    public static int NumberOf(ReadOnlySpan<byte> update) =>
        update.Length >= HeadSize && int.TryParse(update[..(HeadSize - 1)], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;

    private static IReadOnlyList<ExportedUpdate> Exported(TestSite site, string group)
    {
        IReadOnlyList<ExportedUpdate> all = site.Exports.Updates();
        return all.All(update => update.Group == group) ? all : [.. all.Where(update => update.Group == group)];
    }

    // xorshift: cheap, and the same everywhere.
    private static uint Next(ref uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        return state ^= state << 5;
    }
}
