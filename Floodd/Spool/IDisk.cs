// The spool's door to a disk: one flat directory of files. The real one is Hosting's, the simulated one cuts the power.
namespace Floodd.Spool;

/// <summary>One directory. For one thread. Every method may throw <see cref="DiskException"/>.</summary>
public interface IDisk : IDisposable
{
    /// <summary>The names of the files in it, in ordinal order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes a new, empty file. It is there after a power cut only when <see cref="SyncDirectory"/> has returned.</summary>
    IDiskFile Create(string name);

    /// <summary>Opens a file for reading and writing.</summary>
    IDiskFile Open(string name);

    /// <summary>Deletes a file.</summary>
    void Delete(string name);

    /// <summary>Gives a file another name, in place of whatever had it.</summary>
    void Rename(string from, string to);

    /// <summary>Makes what was created, renamed and deleted last.</summary>
    void SyncDirectory();

    /// <summary>How many bytes can still be written, for all who use the disk.</summary>
    long FreeBytes();
}

/// <summary>One open file.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Its length in bytes.</summary>
    long Length { get; }

    /// <summary>What no copy of the file has, however exact: its number and birth in the file system, mixed. 0 if the system does not say.</summary>
    ulong Identity { get; }

    /// <summary>Reads at a place.</summary>
    /// <returns>How many bytes were read: fewer than asked for only at the end of the file.</returns>
    int Read(long offset, Span<byte> into);

    /// <summary>Writes all of it at a place. If it throws, any part may have been written.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file off at a length.</summary>
    void Truncate(long length);

    /// <summary>Takes room on the disk, so that the file can grow to a length whatever others write. Its own length stays. <see cref="Truncate"/> gives back what it does not use.</summary>
    /// <returns>Whether it can; false where the file system cannot promise that.</returns>
    bool Reserve(long length);

    /// <summary>Makes all that was written last. Once it has thrown, nothing that the file says of itself can be believed any more in this process.</summary>
    void Sync();
}

/// <summary>What went wrong with a disk.</summary>
public enum DiskFault
{
    /// <summary>It is full (ENOSPC, EDQUOT): it may have room again.</summary>
    Full,

    /// <summary>Anything else: nobody should write on.</summary>
    Failed,
}

/// <summary>A disk did not do what it was asked.</summary>
public sealed class DiskException : IOException
{
    /// <summary>An error of a kind.</summary>
    /// <param name="fault">What kind.</param>
    /// <param name="message">For people: the file, what was tried, the system's word for what went wrong.</param>
    public DiskException(DiskFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>The kind.</summary>
    public DiskFault Fault { get; }
}
