// What is to happen, ordered by virtual time and, at one time, by when it was asked for; never runs anything itself.
namespace Floodd.Tests.Simulation;

/// <summary>The kinds of happening: the three that come by the million have their own, all else is a call.</summary>
internal enum HappeningKind : byte
{
    /// <summary>A site runs one turn of its loop.</summary>
    Turn,

    /// <summary>A site's core asked to be woken.</summary>
    Wake,

    /// <summary>Bytes, up to a position in a pipe, come in at its far end.</summary>
    Arrival,

    /// <summary>An <see cref="Action"/> is called.</summary>
    Call,
}

/// <summary>Something that is to happen.</summary>
/// <param name="At">When, in ticks of virtual time.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">To whom.</param>
/// <param name="Number">A life, a time or a position, by kind.</param>
internal readonly record struct Happening(long At, HappeningKind Kind, object Target, long Number);

/// <summary>
/// A heap of four children a row: shallower than two, and the keys of a row share a cache line or two. Only keys are moved in it; what is
/// to happen stays where it was put. What comes before all that is in the heap, as a turn mostly does that bytes have just called for,
/// stands beside it.
/// </summary>
internal sealed class Schedule
{
    private Key[] _heap = new Key[64];
    private Happening[] _happenings = new Happening[64];
    private readonly Stack<int> _free = [];
    private Happening _next;
    private long _nextOrder;
    private bool _hasNext;
    private int _inHeap;
    private long _order;

    /// <summary>How many happenings wait.</summary>
    public int Count => _inHeap + (_hasNext ? 1 : 0);

    /// <summary>The time of the first one, in ticks of virtual time, or the end of time.</summary>
    public long NextAt => _hasNext ? _next.At : _inHeap == 0 ? long.MaxValue : _heap[0].At;

    /// <summary>Something is to happen at a time, behind what already is to happen then.</summary>
    public void Add(long at, HappeningKind kind, object target, long number)
    {
        var added = new Happening(at, kind, target, number);
        long order = _order++;
        if (at >= NextAt)
        {
            Put(added, order);
            return;
        }

        if (_hasNext)
        {
            Put(_next, _nextOrder);
        }

        (_next, _nextOrder, _hasNext) = (added, order, true);
    }

    /// <summary>The first of those that wait, which waits no more.</summary>
    public Happening Take()
    {
        if (_hasNext)
        {
            Happening next = _next;
            (_next, _hasNext) = (default, false);
            return next;
        }

        int place = _heap[0].Place;
        Happening first = _happenings[place];
        _happenings[place] = default;
        _free.Push(place);
        Key last = _heap[--_inHeap];
        int hole = 0;
        while (true)
        {
            int child = (hole << 2) + 1;
            if (child >= _inHeap)
            {
                break;
            }

            int least = child;
            int end = Math.Min(child + 4, _inHeap);
            for (int i = child + 1; i < end; i++)
            {
                if (Before(_heap[i], _heap[least]))
                {
                    least = i;
                }
            }

            if (!Before(_heap[least], last))
            {
                break;
            }

            _heap[hole] = _heap[least];
            hole = least;
        }

        _heap[hole] = last;
        return first;
    }

    private void Put(in Happening happening, long order)
    {
        if (_inHeap == _heap.Length)
        {
            Array.Resize(ref _heap, _inHeap * 2);
            Array.Resize(ref _happenings, _inHeap * 2);
        }

        int place = _free.TryPop(out int free) ? free : _inHeap;
        _happenings[place] = happening;
        var added = new Key(happening.At, order, place);
        int hole = _inHeap++;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 2;
            if (!Before(added, _heap[parent]))
            {
                break;
            }

            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = added;
    }

    private static bool Before(in Key a, in Key b) => a.At < b.At || (a.At == b.At && a.Order < b.Order);

    // When, the order among those at the same time, and where it says what.
    private readonly record struct Key(long At, long Order, int Place);
}
