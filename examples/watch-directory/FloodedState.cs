// What was flooded of a tree, in a file that survives a kill at any moment. Knows nothing of the tree itself.
using System.Globalization;
using System.Text;

namespace Floodd.Examples.WatchDirectory;

/// <summary>The entries that were flooded, each with a line in a journal; the last line of a path counts.</summary>
internal sealed class FloodedState : IDisposable
{
    private readonly Dictionary<string, TreeEntry> _entries = new(StringComparer.Ordinal);
    private readonly FileStream _lock;
    private readonly StreamWriter _journal;

    /// <summary>Reads the journal, or begins one; holds it against a second watcher.</summary>
    /// <param name="path">The journal.</param>
    /// <exception cref="IOException">It cannot be used, or another watcher holds it.</exception>
    public FloodedState(string path)
    {
        _lock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (File.Exists(path))
        {
            // A last line without its end was cut short: its change is flooded again.
            string text = File.ReadAllText(path);
            foreach (string line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Take(line);
            }
        }

        File.WriteAllLines(path + ".part", [Number(LastNumber), .. _entries.Select(entry => Line(entry.Key, entry.Value))]);
        File.Move(path + ".part", path, overwrite: true);
        _journal = new StreamWriter(path, append: true, new UTF8Encoding(false)) { AutoFlush = true };
    }

    /// <summary>What was flooded and not deleted since.</summary>
    public IReadOnlyDictionary<string, TreeEntry> Entries => _entries;

    /// <summary>The largest number that was given out.</summary>
    public long LastNumber { get; private set; }

    /// <summary>
    /// A number for an update: milliseconds since 1970, and always more than the one before. Mirrors take the change of a path that has the larger number,
    /// also when this journal was lost and begun anew, or when the tree has moved to another host.
    /// </summary>
    public long NextNumber()
    {
        LastNumber = Math.Max(LastNumber + 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        _journal.WriteLine(Number(LastNumber));
        return LastNumber;
    }

    /// <summary>Notes that a change was flooded; null for a deletion.</summary>
    public void Note(string path, TreeEntry? entry)
    {
        string line = Line(path, entry);
        Take(line);
        _journal.WriteLine(line);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _lock.Dispose();
    }

    private static string Number(long number) => string.Create(CultureInfo.InvariantCulture, $"number {number}");

    private static string Line(string path, TreeEntry? entry) => entry is { } e
        ? string.Create(CultureInfo.InvariantCulture, $"entry {e.Size} {e.Written} {e.Mode} {ChangeText.Escape(path)}")
        : $"gone {ChangeText.Escape(path)}";

    private void Take(string line)
    {
        switch (line.Split(' '))
        {
            case ["number", var number]:
                LastNumber = long.Parse(number, CultureInfo.InvariantCulture);
                break;
            case ["entry", var size, var written, var mode, var path]:
                _entries[ChangeText.Unescape(path)] = new(
                    long.Parse(size, CultureInfo.InvariantCulture), long.Parse(written, CultureInfo.InvariantCulture), int.Parse(mode, CultureInfo.InvariantCulture));
                break;
            case ["gone", var path]:
                _entries.Remove(ChangeText.Unescape(path));
                break;
            default:
                throw new IOException($"the state file has a line that is none: {line}");
        }
    }
}
