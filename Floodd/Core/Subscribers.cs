// Gives subscribers each whole update once, in the order of each origin, as fast as each one reads.
using Floodd.Client.Protocol;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed partial class Subscribers(SiteCore core)
{
    // For one session in one turn, in bytes: with one update more it still fits into borrowed room.
    private const int CopiedAtOnce = 31 * 1024;

    // For so many looks, one in a second, publishers wait for one of them; for all together so long, and what comes in meanwhile (13 s in all).
    private const int PatienceLooks = 10;

    // In the long run they wait for about a quarter of the time: else clients that read nothing and come again and again would stop a group.
    private const double PatiencePerSecond = 0.25;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(PatienceLooks);

    private readonly SiteState _state = core.State;
    private readonly Allowance _patience = new();
    private readonly List<Subscription> _all = [];

    /// <summary>How many there are.</summary>
    public int Count => _all.Count;

    /// <summary>How many streams they name that are not known here.</summary>
    public int NamedCount => _all.Sum(s => s.NamedCount);

    /// <summary>Begins a subscription.</summary>
    /// <returns>The position it begins at, or null if the text is none.</returns>
    public string? Begin(Session session, Group group, ReadOnlySpan<byte> position)
    {
        var reader = new PositionReader(position);
        var subscription = new Subscription(session, group);
        switch (reader.Kind)
        {
            case PositionKind.Wrong:
                return null;
            case PositionKind.Now:
                foreach (SegmentStream stream in group.Streams)
                {
                    subscription.PlaceIn(stream).StartBehind(stream.Deliverable);
                }

                break;
            case PositionKind.Listed:
                while (reader.Next(out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence))
                {
                    var id = new StreamId(new SiteName(System.Text.Encoding.ASCII.GetString(origin)), incarnation);
                    if (sequence > 0)
                    {
                        subscription.Name(id, sequence);
                    }
                }

                foreach (SegmentStream stream in group.Streams)
                {
                    Settle(stream, subscription.PlaceIn(stream));
                }

                break;
            default:
                break;
        }

        subscription.Holds = !SpendPatience(0);
        _all.Add(subscription);
        session.Subscriptions.Add(subscription);
        core.Desk.HasOutput(session);
        string told = string.Join(',', group.Streams.Where(s => subscription.Through(s) > 0).Select(s => new UpdateId(s.Id, subscription.Through(s))).Concat(subscription.Unheard));
        return told.Length > 0 ? told : "start";
    }

    public void End(Session session)
    {
        foreach (Subscription subscription in session.Subscriptions)
        {
            _all.Remove(subscription);
            ReleaseAgain(subscription.Group);
        }

        session.Subscriptions.Clear();
    }

    /// <summary>A group has more to hand out.</summary>
    public void Grown(Group group)
    {
        foreach (Subscription subscription in _all)
        {
            if (subscription.Group == group)
            {
                subscription.Due = true;
                core.Desk.HasOutput(subscription.Session);
            }
        }
    }

    /// <summary>A group forgets a stream.</summary>
    public void Forget(SegmentStream stream) => _all.FindAll(s => s.Group == stream.Group).ForEach(s => s.Forget(stream));

    /// <summary>No subscriber that counts waits for anything up to this segment.</summary>
    public long ReleasedThrough(SegmentStream stream)
    {
        long through = long.MaxValue;
        foreach (Subscription subscription in _all)
        {
            if (subscription.Holds && subscription.Group == stream.Group)
            {
                through = Math.Min(through, subscription.Through(stream));
            }
        }

        return through;
    }

    /// <summary>Whether more is due to a session than it was written.</summary>
    public static bool IsOwed(Session session) => session.Subscriptions.Exists(s => s.Due);

    /// <summary>Writes what is due to a session, as far as its window goes.</summary>
    public void Write(Session session)
    {
        long through = session.Out.Position + CopiedAtOnce;
        foreach (Subscription subscription in session.Subscriptions)
        {
            if (subscription.Due && HasRoom(session, through))
            {
                Write(subscription, through);
            }
        }
    }

    /// <summary>Looks which subscribers keep up.</summary>
    public void CheckProgress()
    {
        bool isSpent = SpendPatience(0) || SpendPatience(_all.Exists(s => s.Holds && Lags(s)) ? 1 : 0);
        foreach (Subscription subscription in _all)
        {
            Session session = subscription.Session;
            bool stuck = session.InFlight > 0 && _state.Now - session.LastWritten > Patience;
            if (!Lags(subscription))
            {
                subscription.LaggingSince = Instant.Never;
            }
            else if (subscription.LaggingSince == Instant.Never)
            {
                subscription.LaggingSince = _state.Now;
            }

            bool holds = !stuck && (subscription.LaggingSince == Instant.Never || (!isSpent && _state.Now - subscription.LaggingSince < Patience));
            if (holds != subscription.Holds)
            {
                subscription.Holds = holds;
                ReleaseAgain(subscription.Group);
            }
        }
    }

    private bool Lags(Subscription subscription) => subscription.Group.Streams.Sum(s => s.ChargeAbove(subscription.Through(s))) > _state.Store.Max / 4;

    // Whether nothing is left then: it is overdrawn once at most.
    private bool SpendPatience(int looks) => _patience.Spend(_state.Now, looks, PatiencePerSecond, PatienceLooks) > TimeSpan.Zero;

    private void ReleaseAgain(Group group)
    {
        foreach (SegmentStream stream in group.Streams)
        {
            core.Delivery.Advance(stream, stream.Exported, ReleasedThrough(stream));
        }
    }

    // What has been written asks for the next turn when the shell has it off its hands.
    private bool HasRoom(Session session, long through) => session.Rest is null && session.InFlight + session.Out.Count < core.Limits.Window && session.Out.Position < through;

    private void Write(Subscription subscription, long through)
    {
        List<SegmentStream> streams = subscription.Group.Streams;
        int idle = 0;
        while (idle < streams.Count)
        {
            SegmentStream stream = streams[subscription.Turn % streams.Count];
            subscription.Turn = (subscription.Turn + 1) % streams.Count;
            idle++;
            Subscription.Place place = subscription.PlaceIn(stream);
            long before = place.Next;
            int wrote = 0;
            while (place.Next <= stream.Deliverable && wrote < WireLimits.FrameAim && (wrote == 0 || subscription.Session.Out.Position < through)
                && (WriteShort(subscription.Session.Out, stream, place, through, ref wrote) || WriteNext(subscription, stream, place, ref wrote)))
            {
                idle = 0;
            }

            if (place.Next != before)
            {
                core.Delivery.Advance(stream, stream.Exported, ReleasedThrough(stream));
            }

            if (!HasRoom(subscription.Session, through))
            {
                return;
            }
        }

        subscription.Due = false;
    }
}
