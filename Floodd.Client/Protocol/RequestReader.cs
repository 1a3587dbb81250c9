// Cuts a client's bytes into command lines and pieces of updates, wherever they were split on the way. Never copies, buffers or allocates.
using System.Text;

namespace Floodd.Client.Protocol;

/// <summary>
/// A pull reader of one session's input. The caller presents all bytes not yet consumed, in one span, and advances by what was consumed;
/// what <see cref="RequestToken.NeedMore"/> leaves unread is at most a command line or two bytes of an update.
/// </summary>
/// <param name="lineMax">The longest command line in bytes, without its LF; a subscribe line, which carries a position, may be 16 times longer.</param>
internal sealed class RequestReader(int lineMax)
{
    /// <summary>How many times longer than others a subscribe line may be.</summary>
    public const int SubscribeFactor = 16;

    // Dotted data is searched in windows of this size, so that many short pieces do not each cost a search of all that is there.
    private const int Window = 4096;

    private Mode _mode;
    private long _remaining;
    private bool _lineStarts;

    private enum Mode
    {
        Lines,
        Sized,
        Dotted,
    }

    /// <summary>Whether an update is being read and not a command line.</summary>
    public bool InBody => _mode != Mode.Lines;

    /// <summary>After a flood command with a SIZE: exactly that many bytes follow.</summary>
    public void ExpectSized(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        _mode = Mode.Sized;
        _remaining = size;
    }

    /// <summary>After a flood command without a SIZE: lines follow, up to one that holds a single <c>.</c></summary>
    public void ExpectDotted()
    {
        _mode = Mode.Dotted;
        _lineStarts = true;
    }

    /// <summary>Finds the next piece.</summary>
    /// <param name="input">All that is unread.</param>
    /// <param name="consumed">How much of it to drop before the next call.</param>
    /// <param name="data">The line or piece: a part of <paramref name="input"/>.</param>
    public RequestToken Read(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data) => _mode switch
    {
        Mode.Lines => ReadLine(input, out consumed, out data),
        Mode.Sized => ReadSized(input, out consumed, out data),
        _ => ReadDotted(input, out consumed, out data),
    };

    // line = *(any byte but LF) [CR] LF
    private RequestToken ReadLine(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        int max = MaxFor(input);
        int end = input[..Math.Min(input.Length, max + 1)].IndexOf((byte)'\n');
        if (end < 0)
        {
            consumed = 0;
            data = default;
            return input.Length > max ? RequestToken.TooLong : RequestToken.NeedMore;
        }

        consumed = end + 1;
        data = input[..(end > 0 && input[end - 1] == '\r' ? end - 1 : end)];
        return RequestToken.Command;
    }

    private int MaxFor(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> longer = "subscribe"u8;
        return input.Length > lineMax && input.Length >= longer.Length && Ascii.EqualsIgnoreCase(input[..longer.Length], longer)
            ? lineMax * SubscribeFactor
            : lineMax;
    }

    // sized = SIZE*any byte
    private RequestToken ReadSized(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        consumed = (int)Math.Min(input.Length, _remaining);
        data = input[..consumed];
        if (_remaining == 0)
        {
            _mode = Mode.Lines;
            return RequestToken.End;
        }

        _remaining -= consumed;
        return consumed == 0 ? RequestToken.NeedMore : RequestToken.Body;
    }

    // dotted = *(["."] line) "." [CR] LF; the dot before a longer line and the CR before a LF are not part of the update.
    private RequestToken ReadDotted(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        int skipped = 0;
        if (_lineStarts && input.Length > 0)
        {
            if (input[0] == '.')
            {
                int after = input.Length > 1 && input[1] == '\r' ? 2 : 1;
                if (after == input.Length)
                {
                    consumed = 0;
                    data = default;
                    return RequestToken.NeedMore;
                }

                if (input[after] == '\n')
                {
                    consumed = after + 1;
                    data = default;
                    _mode = Mode.Lines;
                    return RequestToken.End;
                }

                skipped = 1;
            }
        }

        // A CR right here belongs to a LF that is there (drop it and go on behind it), to none (keep it), or we cannot know yet.
        ReadOnlySpan<byte> rest = input[skipped..];
        if (rest.Length > 1 && rest[0] == '\r' && rest[1] == '\n')
        {
            skipped++;
            rest = rest[1..];
        }

        int length = PlainLength(rest, out bool stopsAtLineStart);
        if (length == 0)
        {
            // Nothing but a CR whose successor is not there yet. A dot in front of it would have been NeedMore above.
            consumed = 0;
            data = default;
            return RequestToken.NeedMore;
        }

        data = rest[..length];
        consumed = skipped + length;
        _lineStarts = stopsAtLineStart;
        return RequestToken.Body;
    }

    /// <summary>How many bytes can be handed on as they are: up to a CR before LF, a CR at the end, or a dot that starts a line.</summary>
    private static int PlainLength(ReadOnlySpan<byte> text, out bool stopsAtLineStart)
    {
        int from = 0;
        while (from < text.Length)
        {
            ReadOnlySpan<byte> window = text.Slice(from, Math.Min(Window, text.Length - from));
            int cr = window.IndexOf((byte)'\r');
            if (cr >= 0)
            {
                window = window[..cr];
            }

            // One byte back, for a LF that ended the window before.
            int back = from > 0 ? 1 : 0;
            int dot = text.Slice(from - back, window.Length + back).IndexOf("\n."u8);
            if (dot >= 0)
            {
                stopsAtLineStart = true;
                return from - back + dot + 1;
            }

            from += window.Length;
            if (cr >= 0)
            {
                if (from + 1 == text.Length || text[from + 1] == '\n')
                {
                    break;
                }

                from++;
            }
        }

        stopsAtLineStart = from > 0 && text[from - 1] == '\n';
        return from;
    }
}
