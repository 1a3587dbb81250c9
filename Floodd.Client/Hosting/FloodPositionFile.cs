// A position in a file, whole at every moment. Never takes a damaged file for a position, or for none.
using System.Security.Cryptography;
using System.Text;

namespace Floodd.Client.Hosting;

/// <summary>
/// Keeps a position in a file: written under another name (<c>.new</c> behind it), brought to the disk, then renamed. Two programs, or two receivers,
/// must not share one. If power fails the file may be an older one, which is safe: some updates come again.
/// </summary>
/// <param name="path">The file; its folder must be there.</param>
public sealed class FloodPositionFile(string path) : IFloodPositions
{
    // The first line says what it is; the last holds the position's SHA-256, as half a position reads like a whole one.
    private const string Head = "floodd position 1";

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Reads the position.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The position; null if there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged. Deleting it begins anew, at <see cref="FloodReceiverOptions.From"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
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
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">It cannot be written; the file is as it was.</exception>
    public async ValueTask WriteAsync(FloodPosition position, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(position);
        string line = position.ToString();
        string beside = Path + ".new";
        await using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes($"{Head}\n{line}\n{Check(line)}\n"), cancellation).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, Path, overwrite: true);
    }

    private static string Check(string line) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));
}
