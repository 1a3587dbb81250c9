// A position in a file, whole at every moment. Never takes a damaged file for a position, or for none.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Floodd.Client.Hosting;

/// <summary>
/// Keeps a position in a file: written under another name (<c>.new</c> behind it), brought to the disk, then renamed, and the folder brought to the disk too.
/// So whatever fails whenever, power too, the file is the last one or, while it is being written, the one before. On Windows, and where a program may not
/// read the folder, the rename is left to the system: when power fails the file may be an older one then, which is safe: some updates come again.
/// A link is followed, and the file's permissions stay. Two programs, or two receivers, must not share one.
/// </summary>
/// <param name="path">The file, neither null nor empty; its folder must be there.</param>
public sealed partial class FloodPositionFile(string path) : IFloodPositions
{
    // The first line says what it is; the last holds the position's SHA-256, as half a position reads like a whole one.
    private const string Head = "floodd position 1";

    // The same number on Linux, macOS and FreeBSD.
    private const int DeviceError = 5;

    /// <summary>The file, with its whole path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Reads the position.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The position; null if there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged. Deleting it begins anew, at <see cref="FloodReceiverOptions.From"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public async ValueTask<FloodPosition?> ReadAsync(CancellationToken cancellation)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(Path, cancellation).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        return text.Split('\n') is [Head, var line, var check, ""] && check == Check(line) && FloodPosition.TryParse(line, out FloodPosition? position)
            ? position
            : throw new InvalidDataException($"{Path} is damaged: it holds no whole position");
    }

    /// <summary>Stores a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="cancellation">Gives up; the file is as it was then.</param>
    /// <exception cref="IOException">
    /// It cannot be written, and the file is as it was; or it is written, and nobody can say whether its folder lasts over a power cut.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the file is as it was.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="position"/> is null.</exception>
    public async ValueTask WriteAsync(FloodPosition position, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(position);
        string line = position.ToString();
        string place = new FileInfo(Path).LinkTarget is null ? Path : File.ResolveLinkTarget(Path, returnFinalTarget: true)!.FullName;
        string beside = place + ".new";
        var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            if (!OperatingSystem.IsWindows() && File.Exists(place))
            {
                File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(place));
            }

            await file.WriteAsync(Encoding.UTF8.GetBytes($"{Head}\n{line}\n{Check(line)}\n"), cancellation).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, place, overwrite: true);
        FlushFolder(System.IO.Path.GetDirectoryName(place)!);
    }

    private static string Check(string line) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));

    // The rename is the folder's, and .NET opens no folder.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, flags: 0);
        if (descriptor < 0)
        {
            return;
        }

        // Not every file system can do this to a folder.
        bool failed = Synchronize(descriptor) != 0 && Marshal.GetLastPInvokeError() == DeviceError;
        _ = Close(descriptor);
        if (failed)
        {
            throw new IOException($"{folder} cannot be brought to the disk");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
