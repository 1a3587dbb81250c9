// Hands bytes for links to the shell, within each link's credit. Decides how much at once, never what is owed.
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Output(SiteCore core)
{
    private const int HeadSize = Frame.HeadSize + RunHead.Size;
    private const int HeadsMax = 4096;

    private readonly SiteState _state = core.State;
    private readonly List<Link> _used = [];
    private byte[] _heads = new byte[HeadSize * 64];
    private int _headsUsed, _headsSent;

    /// <summary>Takes back the buffers lent in the step before.</summary>
    public void BeginStep()
    {
        foreach (Link link in _used)
        {
            link.Out.Clear();
            link.OutSent = 0;
        }

        _used.Clear();
        _headsUsed = 0;
        _headsSent = 0;
    }

    /// <summary>Sends the control frames that wait on a link; last words may follow what was sent in the same step.</summary>
    public void SendControl(Link link)
    {
        if (link.Out.Length > link.OutSent)
        {
            _state.Do(ControlOf(link));
        }
    }

    /// <summary>There is room on a link: if something waits for it, there is to be a turn.</summary>
    public void Written(Link link)
    {
        if (link.IsHeldBack || _state.Stopping)
        {
            _state.AskForTurn();
        }
    }

    /// <summary>Sends bytes that never change behind the control frames that wait on a link; nobody copies them.</summary>
    public void SendLasting(Link link, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        SendControl(link);
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            link.InFlight += piece.Length;
            _state.Do(new Effect.Send(link.Id, piece, Lasting: true));
        }
    }

    /// <summary>Sends on every link what waits and what is owed, as far as its credit goes.</summary>
    public void Flush()
    {
        foreach (Link link in _state.Links.Values)
        {
            if (link.Up && link.Out.Length > link.OutSent)
            {
                core.Membership.RideAlong(link);
                core.Reports.RideAlong(link);
                MarkSums.RideAlong(link);
            }

            link.IsHeldBack = link.Up && link.InFlight >= Link.Window;
            if (link.Up && link.InLine > 0 && !link.IsHeldBack)
            {
                // Aliases are announced among the control frames, which therefore go out before the runs: the runs are
                // chosen first and put behind.
                SendOwed(link);
            }

            SendControl(link);
        }
    }

    private void SendOwed(Link link)
    {
        int start = _state.Effects.Count;
        long budget = Link.Window - link.InFlight;
        bool any = true;
        while (any && budget > 0 && _headsSent < HeadsMax)
        {
            any = false;
            foreach (LinkGroup group in link.Groups.Values)
            {
                if (core.Flooding.NextRun(group, out SegmentRun run))
                {
                    any = true;
                    budget -= Send(link, run);
                }
            }
        }

        link.IsHeldBack = any;
        if (_state.Effects.Count > start && link.Out.Length > link.OutSent)
        {
            _state.Effects.Insert(start, ControlOf(link));
        }
    }

    private Effect.Send ControlOf(Link link)
    {
        ReadOnlyMemory<byte> rest = link.Out.Written[link.OutSent..];
        if (link.OutSent == 0)
        {
            _used.Add(link);
        }

        link.OutSent = link.Out.Length;
        link.InFlight += rest.Length;
        return new Effect.Send(link.Id, rest, Lasting: false);
    }

    private int Send(Link link, SegmentRun run)
    {
        uint alias = link.AliasOf(run.Stream, out bool isNew);
        if (isNew)
        {
            MarkFrames.WriteOwn(link, run.Stream);
            SmallFrames.WriteStream(link.Out, alias, run.Stream.Group.Name, run.Stream.Id);
        }

        ReadOnlyMemory<byte> records = run.Records;
        uint age = (uint)Math.Max(0, (_state.Now - run.Slab.Born).TotalSeconds);
        if (_headsUsed + HeadSize > _heads.Length)
        {
            // Those in the old array are lent: they stay there.
            _heads = new byte[Math.Min(_heads.Length * 2, HeadSize * HeadsMax)];
            _headsUsed = 0;
        }

        _headsSent++;
        Memory<byte> head = _heads.AsMemory(_headsUsed, HeadSize);
        _headsUsed += HeadSize;
        new RunHead(alias, run.First, run.Count, age).WriteFrameStart(head.Span, records.Length);
        _state.Do(new Effect.Send(link.Id, head, Lasting: false));
        _state.Do(new Effect.Send(link.Id, records, Lasting: true));
        int bytes = HeadSize + records.Length;
        link.InFlight += bytes;
        _state.Counters.SegmentsSent += run.Count;
        _state.Counters.SegmentBytesSent += records.Length;
        return bytes;
    }
}
