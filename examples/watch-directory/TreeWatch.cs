// Keeps what is flooded the same as a tree. Looks at all of it each time: what wakes it up need not be complete, or true.
using Floodd.Client;

namespace Floodd.Examples.WatchDirectory;

/// <summary>One tree, its state, and the daemon that its changes go to.</summary>
/// <param name="root">The tree.</param>
/// <param name="state">What was flooded of it.</param>
/// <param name="client">The daemon.</param>
/// <param name="group">The group.</param>
internal sealed class TreeWatch(string root, FloodedState state, FlooddClient client, string group)
{
    // A file is flooded when nobody has written to it for so long: until then it may be half of what it will be.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    // What the daemon refuses for good, as too large: not again until it has changed.
    private readonly Dictionary<string, TreeEntry> _refused = new(StringComparer.Ordinal);

    /// <summary>Floods all changes that there are.</summary>
    /// <returns>Whether something is still being written: look again soon.</returns>
    /// <exception cref="FlooddException">The daemon cannot be reached, or does not take a change now. What was flooded until then is noted.</exception>
    /// <exception cref="IOException">The tree cannot be looked at.</exception>
    public async Task<bool> FloodChangesAsync(CancellationToken cancellation)
    {
        // A root that is gone is an unmounted disk rather than a tree with everything deleted. This throws then.
        Dictionary<string, TreeEntry> now = TreeEntry.AllIn(root);
        bool again = false;

        // Directories come before what is in them, and what is gone goes from below.
        foreach ((string path, TreeEntry entry) in now.Where(IsChanged).OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            again |= !await FloodEntryAsync(path, entry, cancellation);
        }

        foreach (string path in state.Entries.Keys.Where(path => !now.ContainsKey(path)).OrderByDescending(path => path, StringComparer.Ordinal).ToList())
        {
            await FloodAsync(path, null, default, cancellation);
        }

        return again;
    }

    private bool IsChanged(KeyValuePair<string, TreeEntry> found) =>
        !(state.Entries.TryGetValue(found.Key, out TreeEntry flooded) && flooded == found.Value)
        && !(_refused.TryGetValue(found.Key, out TreeEntry refused) && refused == found.Value);

    private async Task<bool> FloodEntryAsync(string path, TreeEntry entry, CancellationToken cancellation)
    {
        if (entry.IsDirectory)
        {
            await FloodAsync(path, entry, default, cancellation);
            return true;
        }

        if (DateTime.UtcNow.Ticks - entry.Written is var age && age >= 0 && age < Quiet.Ticks)
        {
            return false;
        }

        string file = Path.Combine(root, path);
        byte[] bytes;
        try
        {
            // What is empty is not opened: it may be a pipe that nobody writes to.
            bytes = entry.Size == 0 ? [] : await File.ReadAllBytesAsync(file, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // If it can be read again, or is gone, that is reported or seen within a minute.
            await Console.Error.WriteLineAsync($"watch-directory: {path} is not flooded now: {e.Message}");
            return true;
        }

        // Written to while we read: what we have may be half of one and half of the other.
        if (TreeEntry.At(file) != entry || bytes.Length != entry.Size)
        {
            return false;
        }

        await FloodAsync(path, entry, bytes, cancellation);
        return true;
    }

    // Killed between the receipt and the note, it floods the same once more, under a larger number, which does no harm.
    private async Task FloodAsync(string path, TreeEntry? entry, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await client.FloodAsync(group, ChangeText.Update(state.NextNumber(), path, entry, bytes.Span), cancellation);
            state.Note(path, entry);
        }
        catch (FlooddException e) when (e.Code == 552 && entry is { } refused)
        {
            await Console.Error.WriteLineAsync($"watch-directory: {path} is not flooded before it changes: {e.Message}");
            _refused[path] = refused;
        }
    }
}
