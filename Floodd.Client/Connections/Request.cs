// One request on its way: its bytes, its state, its answer. Never touches a caller's memory once the caller has an answer.
using System.Text;

namespace Floodd.Client.Connections;

/// <summary>A request and the task that its caller awaits.</summary>
internal sealed class Request
{
    // A request at which the connection is lost each time may be the reason.
    private const int AttemptsMax = 5;

    private readonly TaskCompletionSource<Reply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _repeatable;
    private readonly bool _hasKey;
    private ReadOnlyMemory<byte> _body;
    private ReadOnlyMemory<byte> _rest;
    private bool _isOver;
    private bool _maybeSent;
    private bool _mayHaveBeenDone;
    private int _attempts;

    /// <summary>A request.</summary>
    /// <param name="line">The command line without its LF.</param>
    /// <param name="body">What follows it.</param>
    /// <param name="repeatable">Whether it may be sent again when its reply was lost: because it only asks, or because of its key.</param>
    /// <param name="madeAt">When it was made.</param>
    public Request(string line, ReadOnlyMemory<byte> body, bool repeatable, long madeAt)
        : this(Encoding.UTF8.GetBytes(line + "\n"), body, repeatable, hasKey: false, madeAt)
    {
    }

    /// <summary>A request.</summary>
    /// <param name="line">The command line with its LF.</param>
    /// <param name="body">What follows it.</param>
    /// <param name="repeatable">Whether it may be sent again when its reply was lost.</param>
    /// <param name="hasKey">Whether it is a flood with a key: the last word of its line.</param>
    /// <param name="madeAt">When it was made.</param>
    public Request(byte[] line, ReadOnlyMemory<byte> body, bool repeatable, bool hasKey, long madeAt)
    {
        Line = line;
        Size = body.Length;
        MadeAt = madeAt;
        _body = body;
        _repeatable = repeatable;
        _hasKey = hasKey;
    }

    /// <summary>The command line with its LF.</summary>
    public byte[] Line { get; }

    /// <summary>How many bytes follow it.</summary>
    public int Size { get; }

    /// <summary>When it was made, as a timestamp of the client's clock.</summary>
    public long MadeAt { get; }

    /// <summary>The line that it waits in, and who stands before and behind it there; the line's own.</summary>
    public WaitingLine? Waits { get; set; }

    /// <inheritdoc cref="Waits"/>
    public Request? Before { get; set; }

    /// <inheritdoc cref="Waits"/>
    public Request? Behind { get; set; }

    /// <summary>The key of a flood that has one.</summary>
    public string? Key => _hasKey ? KeyIn(Line) : null;

    /// <summary>Whether a daemon may rightly let it wait for long: one that is pressed does not read on.</summary>
    public bool IsFlood => Line.AsSpan().StartsWith("flood"u8);

    /// <summary>The answer, always a good one.</summary>
    public Task<Reply> Answered => _answer.Task;

    /// <summary>The last word of a line with its LF.</summary>
    public static string KeyIn(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[(line.LastIndexOf((byte)' ') + 1)..^1]);

    /// <summary>Begins to write it.</summary>
    /// <returns>False if the caller has given up: it is not to be written.</returns>
    public bool TryBegin()
    {
        lock (_answer)
        {
            _rest = _body;
            return !_isOver;
        }
    }

    /// <summary>Copies the next of its body.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="whole">Whether that was the last of it.</param>
    /// <returns>How many bytes.</returns>
    public int CopyNext(Span<byte> to, out bool whole)
    {
        lock (_answer)
        {
            int count = Math.Min(_rest.Length, to.Length);
            _rest.Span[..count].CopyTo(to);
            _rest = _rest[count..];
            whole = _rest.IsEmpty;
            return count;
        }
    }

    /// <summary>From here on the daemon may have it whole.</summary>
    public void MaybeSent() => _maybeSent = true;

    /// <summary>
    /// The caller gives up, and has its memory back at once. What is not written yet of a body that is being written is copied: half an update cannot be
    /// taken back from the wire, and to cut the connection would cost all others theirs.
    /// </summary>
    public void Cancel(CancellationToken by)
    {
        LetGo();
        _answer.TrySetCanceled(by);
    }

    /// <summary>The daemon answered.</summary>
    public void Answer(Reply reply)
    {
        LetGo();
        if (reply.IsGood)
        {
            _answer.TrySetResult(reply);
        }
        else
        {
            _answer.TrySetException(FlooddException.Of(reply).For(_mayHaveBeenDone, Key));
        }
    }

    /// <summary>There will be no answer.</summary>
    public void Fail(FlooddException reason)
    {
        LetGo();
        _answer.TrySetException(reason.For(_mayHaveBeenDone, Key));
    }

    /// <summary>Its connection is gone: whether to send it on the next one. If not, it has failed.</summary>
    /// <param name="reason">Why the connection is gone.</param>
    /// <param name="notTaken">Whether the daemon said that it took nothing more.</param>
    /// <param name="suspect">Whether it may be the reason: it was to be answered next, on a connection that had answered something.</param>
    public bool SendAgain(FlooddException reason, bool notTaken, bool suspect)
    {
        lock (_answer)
        {
            _rest = default;
            bool changes = _hasKey || !_repeatable;
            _mayHaveBeenDone |= changes && _maybeSent && !notTaken;
            _maybeSent = false;
            _attempts += suspect ? 1 : 0;
            if (_isOver)
            {
                return false;
            }
        }

        if (reason.IsTransient && _attempts < AttemptsMax && (_repeatable || !_mayHaveBeenDone))
        {
            return true;
        }

        Fail(reason);
        return false;
    }

    private void LetGo()
    {
        lock (_answer)
        {
            // Before its caller has an answer: what is begun from here on would be a line without its bytes.
            _isOver = true;
            _body = default;
            _rest = _rest.IsEmpty ? default : _rest.ToArray();
        }
    }
}
