// Requests that wait, in order. Holds nothing but them: each knows its neighbors, so that one can leave from anywhere at no cost.
namespace Floodd.Client.Connections;

/// <summary>A line of requests. Not safe for use by several threads at once; a request stands in one line at most.</summary>
internal sealed class WaitingLine
{
    private Request? _last;

    /// <summary>The one that has waited longest; null if none waits.</summary>
    public Request? First { get; private set; }

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one behind all others.</summary>
    public void AddLast(Request request) => Insert(request, _last, null);

    /// <summary>Adds one before all others.</summary>
    public void AddFirst(Request request) => Insert(request, null, First);

    /// <summary>Takes the first out.</summary>
    public void RemoveFirst() => Remove(First!);

    /// <summary>Takes one out, if it waits here.</summary>
    public void Remove(Request request)
    {
        if (request.Waits != this)
        {
            return;
        }

        First = request.Before is null ? request.Behind : First;
        _last = request.Behind is null ? request.Before : _last;
        request.Before?.Behind = request.Behind;
        request.Behind?.Before = request.Before;
        (request.Waits, request.Before, request.Behind) = (null, null, null);
        Count--;
    }

    /// <summary>Takes all out.</summary>
    /// <returns>Them, in order.</returns>
    public List<Request> RemoveAll()
    {
        var all = new List<Request>(Count);
        while (First is { } first)
        {
            Remove(first);
            all.Add(first);
        }

        return all;
    }

    private void Insert(Request request, Request? before, Request? behind)
    {
        (request.Waits, request.Before, request.Behind) = (this, before, behind);
        before?.Behind = request;
        behind?.Before = request;
        First = before is null ? request : First;
        _last = behind is null ? request : _last;
        Count++;
    }
}
