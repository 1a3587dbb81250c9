// Cuts a daemon's bytes into replies, listings and updates, wherever they were split on the way. Never copies or buffers.
using System.Buffers.Text;

namespace Floodd.Client.Protocol;

/// <summary>A pull reader of what a daemon says; used as <see cref="RequestReader"/> is.</summary>
/// <param name="lineMax">The longest line in bytes.</param>
internal sealed class ReplyReader(int lineMax)
{
    private Mode _mode;
    private long _remaining;

    private enum Mode
    {
        Replies,
        Listing,
        Body,
        AfterBody,
    }

    /// <summary>How many bytes of an update are still to come.</summary>
    public long BodyRemaining => _mode == Mode.Body ? _remaining : 0;

    /// <summary>Bytes of the update went past this reader to where they belong.</summary>
    /// <param name="count">At most <see cref="BodyRemaining"/>.</param>
    public void Passed(int count)
    {
        _remaining -= count;
        _mode = _remaining == 0 ? Mode.AfterBody : Mode.Body;
    }

    /// <summary>Finds the next piece.</summary>
    /// <param name="input">All that is unread.</param>
    /// <param name="consumed">How much of it to drop before the next call.</param>
    /// <param name="data">The line or piece: a part of <paramref name="input"/>.</param>
    public ReplyToken Read(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        if (_mode == Mode.Body)
        {
            consumed = (int)Math.Min(input.Length, _remaining);
            data = input[..consumed];
            Passed(consumed);
            return consumed == 0 ? ReplyToken.NeedMore : ReplyToken.UpdateBody;
        }

        data = default;
        consumed = 0;
        int end = input.IndexOf((byte)'\n');
        if (_mode == Mode.AfterBody)
        {
            // update = "update " GROUP " " ID " " SIZE LF SIZE*any byte LF
            if (input.IsEmpty)
            {
                return ReplyToken.NeedMore;
            }

            _mode = Mode.Replies;
            consumed = end == 0 ? 1 : 0;
            return end == 0 ? ReplyToken.UpdateEnd : ReplyToken.Wrong;
        }

        if (end < 0 || end > lineMax)
        {
            return input.Length > lineMax ? ReplyToken.Wrong : ReplyToken.NeedMore;
        }

        data = input[..(end > 0 && input[end - 1] == '\r' ? end - 1 : end)];
        consumed = end + 1;
        return _mode == Mode.Listing ? TakeListingLine(ref data) : TakeLine(data);
    }

    private ReplyToken TakeListingLine(ref ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("."u8))
        {
            _mode = Mode.Replies;
            return ReplyToken.ListingEnd;
        }

        data = data is [(byte)'.', ..] ? data[1..] : data;
        return ReplyToken.ListingLine;
    }

    private ReplyToken TakeLine(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("update "u8))
        {
            ReadOnlySpan<byte> size = line[(line.LastIndexOf((byte)' ') + 1)..];
            if (size.Length is 0 or > RequestLine.SizeDigitsMax || !Utf8Parser.TryParse(size, out _remaining, out int used)
                || used != size.Length || _remaining < 0)
            {
                return ReplyToken.Wrong;
            }

            _mode = _remaining == 0 ? Mode.AfterBody : Mode.Body;
            return ReplyToken.Update;
        }

        if (line.StartsWith("gap "u8))
        {
            return ReplyToken.Gap;
        }

        bool isReply = line.Length >= 3 && !line[..3].ContainsAnyExceptInRange((byte)'0', (byte)'9') && (line.Length == 3 || line[3] == ' ');
        _mode = isReply && line.Length > 4 && line[4..].EndsWith(" follows"u8) ? Mode.Listing : Mode.Replies;
        return isReply ? ReplyToken.Reply : ReplyToken.Wrong;
    }
}
