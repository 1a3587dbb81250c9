// The file that one site's export command appends to, read as it grows. Never writes it, and believes only what stands in it.
using System.Globalization;
using System.Text;
using Floodd.Client;
using Floodd.Client.Protocol;

namespace Floodd.Commands.Demo;

/// <summary>The framed updates that a site has exported so far.</summary>
/// <param name="path">The file; need not exist yet.</param>
internal sealed class ExportFile(string path)
{
    private const int PieceBytes = 64 << 10;

    // A group's name, an id and a size are shorter.
    private const int LineMax = 512;

    // A line of verse; more would wrap.
    private const int TextMax = 60;

    private readonly List<ExportedUpdate> _updates = [];
    private byte[] _held = new byte[PieceBytes];
    private int _heldCount;
    private long _position;

    /// <summary>The updates, in the order of the file.</summary>
    public IReadOnlyList<ExportedUpdate> Updates => _updates;

    /// <summary>Their bytes, without framing.</summary>
    public long Bytes { get; private set; }

    /// <summary>The sum of their digests: equal at two sites that exported the same updates, in whatever order.</summary>
    public UInt128 Digest { get; private set; }

    /// <summary>The first line of the last update's text, harmless to a terminal.</summary>
    public string LastText { get; private set; } = "";

    /// <summary>What is wrong with the file; null if nothing. Behind that nothing is read.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads what has been added. An update that is not there to its end is left for the next time.</summary>
    public void ReadOn()
    {
        if (!File.Exists(path))
        {
            return;
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Position = _position;
        while (Fault is null)
        {
            if (_held.Length - _heldCount < PieceBytes)
            {
                Array.Resize(ref _held, _held.Length * 2);
            }

            int count = file.Read(_held, _heldCount, _held.Length - _heldCount);
            if (count == 0)
            {
                return;
            }

            _position += count;
            _heldCount += count;
            int taken = 0;
            while (Take(_held.AsSpan(taken, _heldCount - taken)) is > 0 and int length)
            {
                taken += length;
            }

            _held.AsSpan(taken, _heldCount - taken).CopyTo(_held);
            _heldCount -= taken;
        }
    }

    // update GROUP ID SIZE LF, SIZE bytes, LF
    private int Take(ReadOnlySpan<byte> bytes)
    {
        int end = bytes[..Math.Min(bytes.Length, LineMax)].IndexOf((byte)'\n');
        if (end < 0)
        {
            return bytes.Length < LineMax ? 0 : Wrong("a line without end", bytes);
        }

        if (Encoding.Latin1.GetString(bytes[..end]).Split(' ') is not ["update", _, var name, var number]
            || !FloodId.TryParse(name, out FloodId id)
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int size))
        {
            return Wrong("no line that begins an update", bytes[..end]);
        }

        int length = end + 1 + size + 1;
        if (bytes.Length < length)
        {
            return 0;
        }

        if (bytes[length - 1] != '\n')
        {
            return Wrong("an update that is longer than its line says", bytes[..end]);
        }

        ReadOnlySpan<byte> body = bytes.Slice(end + 1, size);
        ExportedUpdate update = ExportedUpdate.Of(id, body);
        _updates.Add(update);
        Bytes += size;
        Digest = unchecked(Digest + update.Digest);
        LastText = FirstLine(body);
        return length;
    }

    private static string FirstLine(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> line = body[..Math.Min(body.Length, TextMax)];
        int end = line.IndexOf((byte)'\n');
        line = end < 0 ? line : line[..end];
        return Printable.Text(line) + (line.Length + 1 < body.Length ? " ..." : "");
    }

    private int Wrong(string what, ReadOnlySpan<byte> where)
    {
        Fault = $"its export file holds {what}: {Printable.Text(where)}";
        return 0;
    }
}
