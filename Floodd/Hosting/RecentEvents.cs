// The last events before a crash, for the log. It keeps references only and costs nothing while all is well.
using Floodd.Client.Protocol;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>A ring of the last events of one loop.</summary>
internal sealed class RecentEvents
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 32;

    private readonly (Instant At, Event Event)[] _ring = new (Instant, Event)[Capacity];
    private long _count;

    /// <summary>Remembers one; the end of a turn says nothing and is left out.</summary>
    public void Add(Instant now, Event e)
    {
        if (e is not Event.TurnEnded)
        {
            _ring[_count++ % Capacity] = (now, e);
        }
    }

    /// <summary>One line for each, oldest first; bytes by their number only.</summary>
    public IEnumerable<string> Lines()
    {
        for (long i = Math.Max(0, _count - Capacity); i < _count; i++)
        {
            (Instant at, Event e) = _ring[i % Capacity];
            yield return $"{at} {Describe(e)}";
        }
    }

    private static string Describe(Event e) => e switch
    {
        Event.Received received => $"Received {received.Id} {received.Bytes.Length} bytes",
        Event.Reloaded => "Reloaded",
        _ => Printable.Text(e.ToString()),
    };
}
