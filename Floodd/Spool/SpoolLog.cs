// The store on disk: a log in numbered files. It says what was held, to the last fact that a sync has returned for.
using System.Diagnostics.CodeAnalysis;

namespace Floodd.Spool;

/// <summary>An open spool. For one thread.</summary>
public sealed class SpoolLog : IDisposable
{
    private SpoolLog()
    {
    }

    /// <summary>The bytes that its files take.</summary>
    public long BytesUsed { get; }

    /// <summary>Whether it is above its bound or the disk has less free than it is to leave: then only small facts should be appended.</summary>
    public bool IsShort { get; }

    /// <summary>Reads back what is there and makes it fit to be gone on with; a new spool where there is none.</summary>
    /// <param name="disk">Where. Disposed of with the spool.</param>
    /// <param name="options">Its bounds.</param>
    /// <param name="fresh">An incarnation that no life of the site has had, should the earlier one not be gone on with.</param>
    /// <param name="state">What was there.</param>
    /// <exception cref="DiskException">The disk cannot be read or written.</exception>
    [SuppressMessage("Style", "IDE0060", Justification = "Not built yet.")]
    public static SpoolLog Open(IDisk disk, SpoolOptions options, ulong fresh, out SpooledState state) => throw new NotSupportedException();

    /// <summary>Appends facts. They last when <see cref="Sync"/> has returned.</summary>
    /// <exception cref="DiskException">The disk is full: nothing of it was appended, and it may be tried again. Or it failed: nothing may be appended any more.</exception>
    [SuppressMessage("Style", "IDE0060", Justification = "Not built yet.")]
    public void Append(IReadOnlyList<SpoolEntry> entries) => throw new NotSupportedException();

    /// <summary>Makes all that was appended last.</summary>
    /// <exception cref="DiskException">It cannot be known what lasts: nothing may be appended any more.</exception>
    public void Sync() => throw new NotSupportedException();

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
    }
}
