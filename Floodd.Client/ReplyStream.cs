// Reads one connection's replies, updates and gaps as whole values. Never holds more than the one it is reading.
using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>What a daemon says, one thing after another. One reader at a time.</summary>
/// <param name="stream">The connection.</param>
/// <param name="updateSizeMax">The largest update taken, in bytes.</param>
/// <param name="time">The clock by which it is noted when something was heard; null for the system's.</param>
internal sealed class ReplyStream(Stream stream, int updateSizeMax, TimeProvider? time = null)
{
    private const int BufferSize = 64 << 10;
    private const int LineMax = 1 << 20;

    // The size on the update's line is only believed so far before bytes back it up.
    private const int FirstBodyMax = 1 << 20;

    private readonly PipeReader input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
    private readonly ReplyReader reader = new(LineMax);
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly List<string> lines = [];
    private ReadOnlySequence<byte> unread;
    private bool reading;
    private bool ended;
    private (int Code, string Text) head;
    private (string Group, FloodId Id, int Size) update;
    private byte[] body = [];
    private int bodyLength;
    private string lastGroup = "";
    private string lastOrigin = "";
    private long heardAt = (time ?? TimeProvider.System).GetTimestamp();

    /// <summary>When the last byte was heard, by the clock's timestamps; in the beginning when this was made.</summary>
    public long HeardAt => Volatile.Read(ref heardAt);

    /// <summary>The next thing that the daemon says.</summary>
    /// <exception cref="FlooddException">The connection has ended, or says what no daemon says.</exception>
    public async ValueTask<Incoming> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryTake(out Incoming incoming))
            {
                return incoming;
            }

            if (ended)
            {
                throw FlooddException.Lost("the daemon closed the connection");
            }

            if (reading)
            {
                input.AdvanceTo(unread.Start, unread.End);
            }

            reading = true;
            ReadResult result;
            try
            {
                result = await input.ReadAsync(cancellation).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw FlooddException.Lost("the connection was lost", e);
            }

            unread = result.Buffer;
            ended = result.IsCompleted;
            Volatile.Write(ref heardAt, time.GetTimestamp());
        }
    }

    private bool TryTake(out Incoming incoming)
    {
        incoming = default;
        while (true)
        {
            ReadOnlySpan<byte> span = unread.FirstSpan;
            ReplyToken token = reader.Read(span, out int consumed, out ReadOnlySpan<byte> data);
            if (token == ReplyToken.NeedMore && !unread.IsSingleSegment)
            {
                // A line that lies across two blocks: rare, and short.
                token = reader.Read(unread.ToArray(), out consumed, out data);
            }

            unread = unread.Slice(consumed);
            switch (token)
            {
                case ReplyToken.NeedMore:
                    return false;
                case ReplyToken.Reply:
                    head = (int.Parse(data[..3], NumberStyles.None, CultureInfo.InvariantCulture), Encoding.UTF8.GetString(data.Length > 4 ? data[4..] : default));
                    if (!head.Text.EndsWith(" follows", StringComparison.Ordinal))
                    {
                        incoming = new Incoming(new Reply(head.Code, head.Text, []), null, null);
                        return true;
                    }

                    break;
                case ReplyToken.ListingLine:
                    lines.Add(Encoding.UTF8.GetString(data));
                    break;
                case ReplyToken.ListingEnd:
                    incoming = new Incoming(new Reply(head.Code, head.Text, [.. lines]), null, null);
                    lines.Clear();
                    return true;
                case ReplyToken.Update:
                    BeginUpdate(data);
                    break;
                case ReplyToken.UpdateBody:
                    Append(data);
                    break;
                case ReplyToken.UpdateEnd:
                    incoming = new Incoming(null, new FloodUpdate(update.Group, update.Id, body.AsMemory(0, bodyLength)), null);
                    body = [];
                    return true;
                case ReplyToken.Gap:
                    incoming = new Incoming(null, null, ReadGap(data));
                    return true;
                default:
                    throw FlooddException.Misunderstood(Encoding.UTF8.GetString(data.IsEmpty ? span[..Math.Min(span.Length, 80)] : data));
            }
        }
    }

    // update = "update " GROUP " " ID " " SIZE LF SIZE*any byte LF
    private void BeginUpdate(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line["update ".Length..];
        int first = rest.IndexOf((byte)' ');
        int last = rest.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first || !TryReadId(rest[(first + 1)..last], out FloodId id)
            || !long.TryParse(rest[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long size))
        {
            throw FlooddException.Misunderstood(Encoding.UTF8.GetString(line));
        }

        if (size > updateSizeMax)
        {
            throw new FlooddException(ReplyCode.TooLarge, $"update {id} of {size} bytes is larger than UpdateSizeMax ({updateSizeMax})");
        }

        update = (Same(ref lastGroup, rest[..first]), id, (int)size);
        body = size == 0 ? [] : new byte[Math.Min(size, FirstBodyMax)];
        bodyLength = 0;
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        if (body.Length < bodyLength + data.Length)
        {
            Array.Resize(ref body, (int)Math.Min(update.Size, Math.Max((long)body.Length * 2, (long)bodyLength + data.Length)));
        }

        data.CopyTo(body.AsSpan(bodyLength));
        bodyLength += data.Length;
    }

    // gap = "gap " GROUP " " ORIGIN "/" INCARNATION "/" FIRST " " LAST LF
    private FloodGap ReadGap(ReadOnlySpan<byte> line)
    {
        string[] words = Encoding.UTF8.GetString(line).Split(' ');
        return words.Length >= 4 && FloodId.TryParse(words[2], out FloodId first)
            && long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out long last) && last >= first.Sequence
            ? new FloodGap(words[1], first, last)
            : throw FlooddException.Misunderstood(Encoding.UTF8.GetString(line));
    }

    private bool TryReadId(ReadOnlySpan<byte> text, out FloodId id)
    {
        bool read = UpdateIdText.TryRead(text, out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence) && sequence > 0;
        id = read ? new FloodId(Same(ref lastOrigin, origin), incarnation, sequence) : default;
        return read;
    }

    /// <summary>The text as a string; the last one again when it is the same, as it mostly is.</summary>
    private static string Same(ref string last, ReadOnlySpan<byte> text)
    {
        if (!Ascii.Equals(text, last))
        {
            last = Encoding.UTF8.GetString(text);
        }

        return last;
    }
}
