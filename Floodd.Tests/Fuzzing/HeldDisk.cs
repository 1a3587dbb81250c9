// A disk that is only read: files of a sample, those that were damaged as copies of its own. It cannot be written by a spool.
using Floodd.Spool;

namespace Floodd.Tests.Fuzzing;

/// <summary>Files in memory.</summary>
/// <param name="files">The sample's: never changed.</param>
internal sealed class HeldDisk(IEnumerable<(string Name, byte[] Bytes, ulong Identity)> files) : IDisk
{
    private readonly SortedDictionary<string, (byte[] Bytes, ulong Identity, bool IsOwn)> _files =
        new(files.ToDictionary(f => f.Name, f => (f.Bytes, f.Identity, false)), StringComparer.Ordinal);

    public IReadOnlyList<string> List() => [.. _files.Keys];

    /// <summary>A file's bytes; null if it is gone.</summary>
    public byte[]? Find(string name) => _files.TryGetValue(name, out var file) ? file.Bytes : null;

    /// <summary>A file's bytes, to be changed.</summary>
    public byte[] Own(string name)
    {
        (byte[] bytes, ulong identity, bool isOwn) = _files[name];
        if (!isOwn)
        {
            bytes = [.. bytes];
            _files[name] = (bytes, identity, true);
        }

        return bytes;
    }

    /// <summary>Gives a file other bytes; it stays the file that it was, if there was one.</summary>
    public void Put(string name, byte[] bytes) => _files[name] = (bytes, _files.TryGetValue(name, out var file) ? file.Identity : 4711, true);

    public void Delete(string name) => _files.Remove(name);

    public IDiskFile Open(string name) => new HeldFile(_files[name].Bytes, _files[name].Identity);

    public IDiskFile Create(string name) => throw new NotSupportedException();

    public void Rename(string from, string to) => throw new NotSupportedException();

    public void SyncDirectory() => throw new NotSupportedException();

    public long FreeBytes() => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class HeldFile(byte[] bytes, ulong identity) : IDiskFile
    {
        public long Length => bytes.Length;

        public ulong Identity => identity;

        public int Read(long offset, Span<byte> into)
        {
            int count = (int)Math.Clamp(bytes.Length - offset, 0, into.Length);
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(into);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> written) => throw new NotSupportedException();

        public void Truncate(long length) => throw new NotSupportedException();

        public bool Reserve(long length) => throw new NotSupportedException();

        public void Sync() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
