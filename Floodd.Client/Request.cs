// One request on its way: its bytes, its state, its answer. Never lets go of a caller's memory while it is being written.
using System.Text;

namespace Floodd.Client;

/// <summary>A request and the task that its caller awaits.</summary>
/// <param name="line">The command line without its LF.</param>
/// <param name="body">What follows it.</param>
/// <param name="repeatable">Whether it may be sent again when its reply was lost: true of all but floods and the like.</param>
internal sealed class Request(string line, ReadOnlyMemory<byte> body, bool repeatable)
{
    // A request that loses its connection every time may be the reason.
    private const int AttemptsMax = 5;

    private readonly TaskCompletionSource<Reply> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private CancellationToken canceledBy;
    private bool inUse;
    private bool maybeSent;
    private int attempts;

    /// <summary>The command line with its LF.</summary>
    public byte[] Line { get; } = Encoding.UTF8.GetBytes(line + "\n");

    /// <summary>What follows it.</summary>
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>The answer.</summary>
    public Task<Reply> Answered => answer.Task;

    /// <summary>Takes hold of the body to write it.</summary>
    /// <returns>False if the caller has given up: it is not to be written.</returns>
    public bool TryUse()
    {
        lock (gate)
        {
            inUse = !answer.Task.IsCompleted;
            return inUse;
        }
    }

    /// <summary>From here on the daemon may have it whole.</summary>
    public void MaybeSent() => maybeSent = true;

    /// <summary>The body is not needed any more.</summary>
    public void Release()
    {
        lock (gate)
        {
            inUse = false;
            if (canceledBy.IsCancellationRequested)
            {
                answer.TrySetCanceled(canceledBy);
            }
        }
    }

    /// <summary>The caller gives up. While the body is being written this takes effect when that is over: half an update cannot be taken back from the wire.</summary>
    public void Cancel(CancellationToken by)
    {
        lock (gate)
        {
            canceledBy = by;
            if (!inUse)
            {
                answer.TrySetCanceled(by);
            }
        }
    }

    /// <summary>The daemon answered.</summary>
    public void Answer(Reply reply) => answer.TrySetResult(reply);

    /// <summary>There will be no answer.</summary>
    public void Fail(FlooddException reason) => answer.TrySetException(reason);

    /// <summary>Its connection is gone: whether to send it on the next one. If not, it has failed.</summary>
    /// <param name="reason">Why the connection is gone.</param>
    /// <param name="notTaken">Whether the daemon said that it took nothing more.</param>
    public bool SendAgain(FlooddException reason, bool notTaken)
    {
        if (answer.Task.IsCompleted)
        {
            return false;
        }

        bool safe = repeatable || notTaken || !maybeSent;
        if (safe && ++attempts < AttemptsMax)
        {
            maybeSent = false;
            return true;
        }

        Fail(safe ? reason : FlooddException.Lost($"{reason.Text}; whether the request was carried out is not known", reason));
        return false;
    }
}
