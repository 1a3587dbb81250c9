// What one site's framed exports wrote, read while it is being written. A frame cut short at a file's end was never taken and is left out.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

/// <summary>One update as the export command got it.</summary>
/// <param name="Group">The group on its frame.</param>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Life">The life of the site that exported it, from 1.</param>
internal sealed record ExportedUpdate(string Group, string Id, ImmutableArray<byte> Bytes, int Life);

/// <summary>The exports of one site through all its lives, a file for each.</summary>
/// <param name="folder">Where the files are.</param>
internal sealed class ExportLog(string folder)
{
    private readonly List<ExportedUpdate> _updates = [];
    private readonly Dictionary<int, long> _read = [];

    /// <summary>The command that appends a run's framed input to this log.</summary>
    /// <param name="life">The life of the site that gets it.</param>
    public string Command(int life) => $"cat >> {FileOf(life)}";

    /// <summary>All complete updates so far, in the order of their export.</summary>
    public IReadOnlyList<ExportedUpdate> Updates()
    {
        for (int life = 1; File.Exists(FileOf(life)) || File.Exists(FileOf(life + 1)); life++)
        {
            if (File.Exists(FileOf(life)))
            {
                ReadOn(life);
            }
        }

        return _updates;
    }

    /// <summary>How many complete updates so far.</summary>
    public int Count => Updates().Count;

    /// <summary>The ids so far; each once even if exported twice.</summary>
    public IReadOnlySet<string> Ids() => Updates().Select(update => update.Id).ToHashSet();

    /// <summary>The ids that were exported more than once.</summary>
    public IReadOnlyList<string> Repeated() =>
        [.. Updates().GroupBy(update => update.Id).Where(same => same.Count() > 1).Select(same => same.Key)];

    /// <summary>Splits frames: <c>update GROUP ID SIZE</c> LF, the bytes, LF.</summary>
    /// <returns>How many bytes were whole frames.</returns>
    public static int Parse(ReadOnlySpan<byte> bytes, int life, List<ExportedUpdate> into)
    {
        int taken = 0;
        while (bytes[taken..].IndexOf((byte)'\n') is >= 0 and int lineLength)
        {
            string line = Encoding.ASCII.GetString(bytes.Slice(taken, lineLength));
            string[] words = line.Split(' ');
            if (words is not ["update", _, _, var sizeText] || !int.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out int size))
            {
                throw new AssertionException($"byte {taken} of an export should begin a frame, but is '{line[..Math.Min(80, line.Length)]}'");
            }

            int start = taken + lineLength + 1;
            if (bytes.Length < start + size + 1)
            {
                break;
            }

            Assert.That(bytes[start + size], Is.EqualTo((byte)'\n'), $"the byte behind the frame '{line}'");
            into.Add(new ExportedUpdate(words[1], words[2], [.. bytes.Slice(start, size)], life));
            taken = start + size + 1;
        }

        return taken;
    }

    private string FileOf(int life) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"exports.{life}"));

    private void ReadOn(int life)
    {
        using var file = new FileStream(FileOf(life), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _read.GetValueOrDefault(life);
        byte[] bytes = new byte[file.Length - file.Position];
        int count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        _read[life] = _read.GetValueOrDefault(life) + Parse(bytes.AsSpan(0, count), life, _updates);
    }
}
