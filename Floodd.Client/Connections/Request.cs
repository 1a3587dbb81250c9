// One request on its way: its bytes, its state, its answer. Never touches a caller's memory once the caller has an answer.
using System.Text;

namespace Floodd.Client.Connections;

/// <summary>A request and the task that its caller awaits.</summary>
internal sealed class Request
{
    // A request at which the connection is lost each time may be the reason.
    private const int AttemptsMax = 5;

    private readonly TaskCompletionSource<Reply> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool repeatable;
    private readonly bool hasKey;
    private ReadOnlyMemory<byte> body;
    private ReadOnlyMemory<byte> rest;
    private bool isOver;
    private bool maybeSent;
    private bool mayHaveBeenDone;
    private int attempts;

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
        this.body = body;
        this.repeatable = repeatable;
        this.hasKey = hasKey;
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
    public string? Key => hasKey ? KeyIn(Line) : null;

    /// <summary>Whether a daemon may rightly let it wait for long: one that is pressed does not read on.</summary>
    public bool IsFlood => Line.AsSpan().StartsWith("flood"u8);

    /// <summary>The answer, always a good one.</summary>
    public Task<Reply> Answered => answer.Task;

    /// <summary>The last word of a line with its LF.</summary>
    public static string KeyIn(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[(line.LastIndexOf((byte)' ') + 1)..^1]);

    /// <summary>Begins to write it.</summary>
    /// <returns>False if the caller has given up: it is not to be written.</returns>
    public bool TryBegin()
    {
        lock (answer)
        {
            rest = body;
            return !isOver;
        }
    }

    /// <summary>Copies the next of its body.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="whole">Whether that was the last of it.</param>
    /// <returns>How many bytes.</returns>
    public int CopyNext(Span<byte> to, out bool whole)
    {
        lock (answer)
        {
            int count = Math.Min(rest.Length, to.Length);
            rest.Span[..count].CopyTo(to);
            rest = rest[count..];
            whole = rest.IsEmpty;
            return count;
        }
    }

    /// <summary>From here on the daemon may have it whole.</summary>
    public void MaybeSent() => maybeSent = true;

    /// <summary>
    /// The caller gives up, and has its memory back at once. What is not written yet of a body that is being written is copied: half an update cannot be
    /// taken back from the wire, and to cut the connection would cost all others theirs.
    /// </summary>
    public void Cancel(CancellationToken by)
    {
        LetGo();
        answer.TrySetCanceled(by);
    }

    /// <summary>The daemon answered.</summary>
    public void Answer(Reply reply)
    {
        LetGo();
        if (reply.IsGood)
        {
            answer.TrySetResult(reply);
        }
        else
        {
            answer.TrySetException(FlooddException.Of(reply).For(mayHaveBeenDone, Key));
        }
    }

    /// <summary>There will be no answer.</summary>
    public void Fail(FlooddException reason)
    {
        LetGo();
        answer.TrySetException(reason.For(mayHaveBeenDone, Key));
    }

    /// <summary>Its connection is gone: whether to send it on the next one. If not, it has failed.</summary>
    /// <param name="reason">Why the connection is gone.</param>
    /// <param name="notTaken">Whether the daemon said that it took nothing more.</param>
    /// <param name="suspect">Whether it may be the reason: it was to be answered next, on a connection that had answered something.</param>
    public bool SendAgain(FlooddException reason, bool notTaken, bool suspect)
    {
        lock (answer)
        {
            rest = default;
            bool changes = hasKey || !repeatable;
            mayHaveBeenDone |= changes && maybeSent && !notTaken;
            maybeSent = false;
            attempts += suspect ? 1 : 0;
            if (isOver)
            {
                return false;
            }
        }

        if (reason.IsTransient && attempts < AttemptsMax && (repeatable || !mayHaveBeenDone))
        {
            return true;
        }

        Fail(reason);
        return false;
    }

    private void LetGo()
    {
        lock (answer)
        {
            // Before its caller has an answer: what is begun from here on would be a line without its bytes.
            isOver = true;
            body = default;
            rest = rest.IsEmpty ? default : rest.ToArray();
        }
    }
}
