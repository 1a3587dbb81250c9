// Where one site's updates come out: checks that none is missing, repeated or out of order, and notes how long each was on its way.
using System.Buffers.Text;
using System.Diagnostics;

namespace Floodd.Tests.Benchmarks.Load;

/// <summary>Takes updates out of a stream of bytes, as subscribers and framed exports get them: a line, the update, a LF.</summary>
/// <param name="publishers">How many publishers flood.</param>
/// <param name="timed">The delays of so many of them count, those of the first ones.</param>
/// <param name="total">How many updates are to come.</param>
internal sealed class LoadSink(int publishers, int timed, int total)
{
    private const int LineMax = 256;

    // A line or a stamp that came in pieces.
    private readonly byte[] _kept = new byte[LineMax];
    private readonly int[] _next = new int[publishers];
    private int _keptCount;
    private long _size;
    private long _toSkip;
    private LoadStamp _stamp;

    /// <summary>How many have come.</summary>
    public int Count { get; private set; }

    /// <summary>How many have not.</summary>
    public int Missing => total - Count;

    /// <summary>Whether all have.</summary>
    public bool IsDone => Missing == 0;

    /// <summary>How many came when it was not their turn.</summary>
    public int Wrong { get; private set; }

    /// <summary>When the last byte of the last one came.</summary>
    public long Ended { get; private set; }

    /// <summary>From the moment before each was sent to its last byte here, in ticks of <see cref="Stopwatch"/>.</summary>
    public List<long> Delays { get; } = new(total);

    /// <summary>Bytes came.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        long now = Stopwatch.GetTimestamp();
        while (!bytes.IsEmpty)
        {
            if (_toSkip > 0)
            {
                int skipped = (int)Math.Min(_toSkip, bytes.Length);
                bytes = bytes[skipped..];
                if ((_toSkip -= skipped) == 0)
                {
                    Came(now);
                }
            }
            else if (TryHead(ref bytes, out ReadOnlySpan<byte> head))
            {
                Read(head);
            }
        }
    }

    // A line up to its LF, or a stamp; put together first if it is cut.
    private bool TryHead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> head)
    {
        int missing = _size > 0 ? LoadStamp.Size - _keptCount : bytes.IndexOf((byte)'\n') + 1;
        bool isWhole = missing > 0 && missing <= bytes.Length;
        head = bytes[..(isWhole ? missing : bytes.Length)];
        bytes = bytes[head.Length..];
        if (_keptCount > 0 || !isWhole)
        {
            head.CopyTo(_kept.AsSpan(_keptCount));
            _keptCount += head.Length;
            head = _kept.AsSpan(0, _keptCount);
        }

        _keptCount = isWhole ? 0 : _keptCount;
        return isWhole;
    }

    private void Read(ReadOnlySpan<byte> head)
    {
        if (_size > 0)
        {
            // Behind the update comes a LF.
            (_stamp, _toSkip, _size) = (LoadStamp.Read(head), _size - LoadStamp.Size + 1, 0);
        }
        else if (head.StartsWith("update "u8))
        {
            _size = Utf8Parser.TryParse(head[(head.LastIndexOf((byte)' ') + 1)..], out long size, out _) ? size : throw new InvalidDataException("an update without its size");
        }
    }

    private void Came(long now)
    {
        Wrong += _stamp.Number == _next[_stamp.Publisher] ? 0 : 1;
        _next[_stamp.Publisher] = _stamp.Number + 1;
        if (_stamp.Publisher < timed)
        {
            Delays.Add(now - _stamp.Sent);
        }

        Ended = now;
        Count++;
    }
}
