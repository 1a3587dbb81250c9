// A real core with a bad character: a black hole takes updates and passes none on, a liar reports estimates that cannot be true. Its own state stays a core's.
using System.Buffers.Binary;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;
using Floodd.Wire;

namespace Floodd.Tests.Campaign;

/// <summary>Stands between a core and its shell.</summary>
internal sealed class HostileCore(Play play, CoreDriver core, int site, ulong incarnation)
{
    private readonly List<Effect> _effects = [];
    private readonly Dictionary<ConnectionId, (long Left, bool Dropped)> _streams = [];
    private readonly HashSet<ConnectionId> _links = [];
    private readonly List<Event.Written> _swallowed = [];
    private readonly Dictionary<ConnectionId, int> _lied = [];
    private Instant _now;
    private long _lies;

    /// <summary>The core as its shell sees it.</summary>
    public CoreDriver Driver => core with { Step = Step, NextWake = () => _swallowed.Count > 0 ? _now : core.NextWake() };

    private void Step(Instant now, Event e, List<Effect> effects)
    {
        _now = now;
        GiveCredit(now, effects);
        e = WithoutLies(e);
        if (e is Event.LinkOpened opened)
        {
            _links.Add(opened.Id);
        }
        else if (e is Event.Closed closed)
        {
            _links.Remove(closed.Id);
        }

        _effects.Clear();
        core.Step(now, e, _effects);
        Effect[] said = [.. _effects];
        foreach (Effect effect in said)
        {
            if (effect is Effect.Close close)
            {
                _links.Remove(close.Id);
            }

            if (effect is Effect.Send send && _links.Contains(send.Id) && play.Shape.IsBlackHole(site))
            {
                Swallow(send, effects);
            }
            else
            {
                effects.Add(effect);
            }
        }

        if (play.Shape.IsLiar(site) && play.IsBreakingRules(site) && e is Event.Wake)
        {
            Lie(effects);
        }
    }

    // Passes on whole frames but those of segments; heads are never cut by sends.
    private void Swallow(Effect.Send send, List<Effect> effects)
    {
        ReadOnlyMemory<byte> bytes = send.Bytes;
        (long left, bool dropped) = _streams.GetValueOrDefault(send.Id);
        int swallowed = 0;
        while (!bytes.IsEmpty)
        {
            if (left == 0)
            {
                left = Frame.HeadSize + BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);
                dropped = bytes.Span[4] == (byte)FrameKind.Segments && play.IsBreakingRules(site);
                if (dropped)
                {
                    play.Count1("black-hole");
                }
            }

            int count = (int)Math.Min(left, bytes.Length);
            if (dropped)
            {
                swallowed += count;
            }
            else
            {
                effects.Add(new Effect.Send(send.Id, bytes[..count], send.Lasting));
            }

            (left, bytes) = (left - count, bytes[count..]);
        }

        _streams[send.Id] = (left, dropped);
        if (swallowed > 0)
        {
            _swallowed.Add(new Event.Written(send.Id, swallowed));
        }
    }

    // What was swallowed counts as taken by the system, a step later: else the core would wait for ever.
    private void GiveCredit(Instant now, List<Effect> effects)
    {
        foreach (Event.Written written in _swallowed)
        {
            _effects.Clear();
            core.Step(now, written, _effects);
            effects.AddRange(_effects.Select(f => f is Effect.Send { Lasting: false } send ? send with { Bytes = send.Bytes.ToArray(), Lasting = true } : f));
        }

        _swallowed.Clear();
    }

    // The core does not know of what was said in its name.
    private Event WithoutLies(Event e)
    {
        if (e is not Event.Written written || !_lied.TryGetValue(written.Id, out int lied) || lied == 0)
        {
            return e;
        }

        int less = Math.Min(lied, written.Count);
        _lied[written.Id] = lied - less;
        return written with { Count = written.Count - less };
    }

    private void Lie(List<Effect> effects)
    {
        SiteName self = Configurations.NameOf(site);
        var writer = new FieldWriter();
        long[] numbers = [0, 1, WireLimits.NumberMax, WireLimits.NumberMax - 1, 1_000_000];
        new EstimateReport(self, incarnation, ++_lies + (1L << 40), 0,
            [.. Enumerable.Range(0, play.Shape.Sites + 1).Select(i => new EstimateEntry(
                i == play.Shape.Sites ? new SiteName("nobody") : Configurations.NameOf(i), numbers[(_lies + i) % 5], numbers[(_lies + i + 1) % 5], numbers[(_lies + i + 2) % 5], TimeSpan.FromHours(_lies % 3)))]).Write(writer);
        foreach (ConnectionId link in _links.OrderBy(l => l.Value))
        {
            if (core.Core!.State.Links.TryGetValue(link.Value, out Link? to) && to.Up)
            {
                play.Count1("false-estimates");
                effects.Add(new Effect.Send(link, writer.Written.ToArray(), true));
                _lied[link] = _lied.GetValueOrDefault(link) + writer.Written.Length;
            }
        }
    }
}
