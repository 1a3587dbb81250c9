// The requests that wait for their turn, and how much is on its way. Never takes more on its way than the options allow; knows nothing of connections.

namespace Floodd.Client.Connections;

/// <summary>
/// A client's requests in order. Those on their way are bounded by count and bytes; those that wait hold nothing but their callers' own memory, and their
/// callers are slowed by awaiting them. One consumer at a time: a conversation, or who fails what has waited too long.
/// </summary>
internal sealed class RequestQueue(FlooddClientOptions options)
{
    // As many as fill a few batches. Those taken are written for sure, unless their callers give up.
    private const int TakenMax = 512;

    private readonly Lock _gate = new();
    private readonly WaitingLine _waiting = new();
    private TaskCompletionSource? _wake;
    private Exception? _end;
    private int _openCount;
    private long _openBytes;

    /// <summary>How many wait or are on their way.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _openCount + _waiting.Count;
            }
        }
    }

    /// <summary>Sends a request.</summary>
    /// <returns>Its reply; a <see cref="FlooddException"/> if it was refused, or not answered.</returns>
    public Task<Reply> AskAsync(Request request, CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled)
        {
            return AskCancelableAsync(request, cancellation);
        }

        try
        {
            Add(request);
            return request.Answered;
        }
        catch (Exception e) when (e is FlooddException or ObjectDisposedException)
        {
            return Task.FromException<Reply>(e);
        }
    }

    /// <summary>Adds a request behind all others.</summary>
    public void Add(Request request)
    {
        lock (_gate)
        {
            // A stack of its own for each caller; the reason is within.
            switch (_end)
            {
                case FlooddException reason:
                    throw reason.For(false, null);
                case not null:
                    throw new ObjectDisposedException(nameof(FlooddClient));
            }

            _waiting.AddLast(request);
            Wake();
        }
    }

    /// <summary>Takes the next ones, as far as there is room: they are on their way until <see cref="Done"/>.</summary>
    /// <param name="taken">Gets them.</param>
    /// <returns>Null if there were some; else what to await before trying again.</returns>
    public Task? Take(List<Request> taken)
    {
        lock (_gate)
        {
            while (_waiting.First is { } request && taken.Count < TakenMax && HasRoom(request))
            {
                _waiting.RemoveFirst();
                _openCount++;
                _openBytes += request.Size;
                taken.Add(request);
            }

            return taken.Count > 0 ? null : (_wake = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>One that was taken is not on its way any more.</summary>
    public void Done(Request request)
    {
        lock (_gate)
        {
            _openCount--;
            _openBytes -= request.Size;
            if (_waiting.First is { } next && HasRoom(next))
            {
                Wake();
            }
        }
    }

    /// <summary>Puts back in front, in their order, what was taken and is to be taken again.</summary>
    public void PutBack(List<Request> again)
    {
        lock (_gate)
        {
            for (int i = again.Count - 1; i >= 0; i--)
            {
                // One that was canceled meanwhile is in no list, and would be found again only when it is taken.
                _waiting.AddFirst(again[i]);
            }

            Wake();
        }

        foreach (Request request in again.Where(request => request.Answered.IsCompleted))
        {
            Drop(request);
        }
    }

    /// <summary>Takes out those in front that have waited for too long.</summary>
    /// <param name="since">When waiting began for those that were there already.</param>
    /// <param name="limit">How long is too long.</param>
    /// <param name="left">How long the first of the others may still wait; null if there is none.</param>
    /// <param name="changed">What to await if there is none.</param>
    public List<Request> TakeOverdue(long since, TimeSpan limit, out TimeSpan? left, out Task changed)
    {
        var overdue = new List<Request>();
        left = null;
        lock (_gate)
        {
            while (_waiting.First is { } request)
            {
                TimeSpan rest = limit - options.TimeProvider.GetElapsedTime(Math.Max(since, request.MadeAt));
                if (rest > TimeSpan.Zero)
                {
                    left = rest;
                    break;
                }

                _waiting.RemoveFirst();
                overdue.Add(request);
            }

            changed = (_wake = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        return overdue;
    }

    /// <summary>Fails what waits, and all that comes.</summary>
    /// <param name="reason">What those that wait fail with.</param>
    /// <param name="later">What all later ones fail with: the reason, or that the client is disposed of.</param>
    public void Close(FlooddException reason, Exception later)
    {
        List<Request> left;
        lock (_gate)
        {
            _end = later;
            left = _waiting.RemoveAll();
        }

        left.ForEach(request => request.Fail(reason));
    }

    private async Task<Reply> AskCancelableAsync(Request request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Add(request);
        using CancellationTokenRegistration giveUp = cancellation.UnsafeRegister(
            static (state, by) =>
            {
                (RequestQueue queue, Request request) = ((RequestQueue, Request))state!;
                queue.Drop(request);
                request.Cancel(by);
            },
            (this, request));
        return await request.Answered.ConfigureAwait(false);
    }

    private void Drop(Request request)
    {
        lock (_gate)
        {
            _waiting.Remove(request);
        }
    }

    private bool HasRoom(Request next) =>
        _openCount == 0 || (_openCount < options.RequestsMax && _openBytes + next.Size <= options.RequestBytesMax);

    private void Wake()
    {
        _wake?.TrySetResult();
        _wake = null;
    }
}
