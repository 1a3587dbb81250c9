// When marks that have changed are told, and to which neighbors. Hears none, and knows nothing of what they mean.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>
/// In a small group every neighbor is told soon. In a larger one marks go to the middle of a tree first, each site waiting a moment for
/// those behind it, and come back from there at once. The links beside the tree hear some seconds later what all has come to.
/// </summary>
internal sealed class MarkTelling
{
    /// <summary>How long nothing is told after something was, and more for each mark in it: a busy group is not to talk of nothing else.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan QuietPerMark = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan QuietMost = TimeSpan.FromMilliseconds(500);

    /// <summary>A site waits so long for each step from the farthest site behind it.</summary>
    private static readonly TimeSpan StepMost = TimeSpan.FromMilliseconds(200);

    /// <summary>Marks are on their way to the middle for so long at the most, but for what the roads take.</summary>
    private static readonly TimeSpan WayMost = TimeSpan.FromSeconds(1);

    /// <summary>What has changed is told beside the tree after so long.</summary>
    private static readonly TimeSpan BesideTheTree = TimeSpan.FromSeconds(3);

    /// <summary>And so much sooner with what is told there anyway.</summary>
    private static readonly TimeSpan TakenAlong = TimeSpan.FromSeconds(1);

    /// <summary>When the marks of a stream have stood still for so long, the tree should have brought them.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>A group of so many is told on all links.</summary>
    private const int SmallMost = 10;

    private readonly SiteCore _core;
    private readonly SiteState _state;
    private readonly Turn[] _turns;
    private bool _isDue, _isHurried;

    public MarkTelling(SiteCore core)
    {
        (_core, _state) = (core, core.State);
        _turns = [TurnOf(MarkHearers.Parent), TurnOf(MarkHearers.Children), TurnOf(MarkHearers.All)];
    }

    /// <summary>To whom the marks of a group that change now are to be told, and when.</summary>
    /// <param name="group">The group.</param>
    /// <param name="from">The link over which they come; null if none.</param>
    /// <param name="isOwn">Whether it is our own mark alone.</param>
    public MarkDelays DelaysOf(Group group, Link? from, bool isOwn = false)
    {
        TimeSpan gathering = Gathering.In(group.Members.Count);
        if (TreeOf(group) is not { } tree)
        {
            return new MarkDelays(null, null, isOwn ? gathering - Gathering.Least : gathering);
        }

        SiteName? teller = from?.Site?.Name;
        TimeSpan way = Way(tree, gathering);
        TimeSpan step = way / (tree.Whole + 1);
        bool isFromParent = teller is not null && teller == tree.Parent;

        // A child has waited for those behind it, so its mark waits for those of the tallest child.
        TimeSpan rising = step * (tree.Height - (teller is { } name ? tree.HeightOf(name) : -1));

        // What comes down takes with it what waits.
        TimeSpan falling = isFromParent ? TimeSpan.Zero : tree.Parent is null ? rising : way * 2;
        return new MarkDelays(tree.Parent is null || isFromParent ? null : rising, tree.Height == 0 ? null : falling, BesideTheTree);
    }

    /// <summary>Marks of a stream have changed, and are to be told.</summary>
    public void Changed(SegmentStream stream, in MarkDelays delays)
    {
        stream.Marks.ChangedAt = _state.Now;
        foreach (Turn turn in _turns)
        {
            if (delays.Of(turn.Hearers) is { } delay)
            {
                Put(turn, stream, delay);
            }
        }
    }

    /// <summary>Tells all neighbors at the end of this turn, not later.</summary>
    public void Hurry() => _isDue = _isHurried = _turns[^1].IsDue = true;

    /// <summary>Tells what it is time to tell.</summary>
    public void Flush()
    {
        if (!_isDue)
        {
            return;
        }

        _isDue = false;
        foreach (Turn turn in _turns)
        {
            if (turn.IsDue)
            {
                turn.IsDue = false;
                if (!_isHurried)
                {
                    // All that waits is told now, but for sums, which have a time of their own.
                    turn.Deadline.Clear();
                }

                int told = 0;
                foreach (Group group in _state.Groups.Values)
                {
                    told += Tell(group, turn);
                }

                TimeSpan quiet = Quiet + (told * QuietPerMark);
                turn.QuietUntil = _state.Now + (quiet < QuietMost ? quiet : QuietMost);
            }
        }

        _isHurried = false;
    }

    private void Put(Turn turn, SegmentStream stream, TimeSpan delay)
    {
        if ((stream.Marks.Untold & turn.Hearers) == 0)
        {
            stream.Marks.Untold |= turn.Hearers;
            stream.Group.Untold(turn.Hearers).Add(stream);
            stream.Marks.UntoldSince = turn.Hearers == MarkHearers.All ? _state.Now : stream.Marks.UntoldSince;
        }

        TakeTurn(turn, _state.Now + delay);
    }

    private void TakeTurn(Turn turn, Instant due)
    {
        due = due > turn.QuietUntil ? due : turn.QuietUntil;
        if (due <= _state.Now)
        {
            _isDue = turn.IsDue = true;
        }
        else
        {
            turn.Deadline.MoveUp(due);
        }
    }

    private int Tell(Group group, Turn turn)
    {
        MarkHearers hearers = turn.Hearers;
        List<SegmentStream> streams = group.Untold(hearers);
        if (hearers == MarkHearers.All && !_isHurried && TreeOf(group) is { } tree)
        {
            return TellBeside(group, tree, streams);
        }

        if (streams.Count == 0)
        {
            return 0;
        }

        foreach (Link link in _state.Links.Values)
        {
            if (Hears(link, group, hearers) && link.Groups.TryGetValue(group.Name, out LinkGroup? linkGroup) && linkGroup.Active)
            {
                MarkFrames.Write(linkGroup, streams, turn.IsUntold);
            }
        }

        int count = Told(streams, hearers);
        streams.Clear();
        return count;
    }

    // Whoever the tree has reached knows all that has come to rest, and the sum is enough for both ends to be sure; whoever it has not answers.
    private int TellBeside(Group group, MarkTree tree, List<SegmentStream> streams)
    {
        // They stand in the order of these times.
        List<SegmentStream> due = [], resting = [], restless = [];
        foreach (SegmentStream stream in streams.TakeWhile(s => s.Marks.UntoldSince + BesideTheTree <= _state.Now + TakenAlong))
        {
            due.Add(stream);
            (stream.Marks.ChangedAt + Rest <= _state.Now ? resting : restless).Add(stream);
        }

        foreach (Link link in _state.Links.Values)
        {
            if (link.Groups.TryGetValue(group.Name, out LinkGroup? linkGroup) && linkGroup.Active)
            {
                bool isInTree = tree.Joins(link.Site!.Name);
                MarkFrames.Write(linkGroup, isInTree ? due : restless, static (int _, in Mark mark) => mark.IsUntold(MarkHearers.All));
                _core.Delivery.Sums.Put(linkGroup, isInTree ? [] : resting);
                if (linkGroup.SumsDue.Count > 0)
                {
                    TakeTurn(_turns[^1], linkGroup.SumsDueAt);
                }
            }
        }

        streams.RemoveRange(0, due.Count);
        if (streams.Count > 0)
        {
            TakeTurn(_turns[^1], streams[0].Marks.UntoldSince + BesideTheTree);
        }

        return Told(due, MarkHearers.All);
    }

    private static int Told(List<SegmentStream> streams, MarkHearers hearers)
    {
        int count = 0;
        foreach (SegmentStream stream in streams)
        {
            stream.Marks.Untold &= ~hearers;
            foreach (ref Mark mark in stream.Marks.ByPlace)
            {
                count += mark.IsUntold(hearers) ? 1 : 0;
                mark.WasTold(hearers);
            }
        }

        return count;
    }

    // How long a mark takes from the farthest site to the middle.
    private static TimeSpan Way(MarkTree tree, TimeSpan gathering)
    {
        TimeSpan way = (gathering < StepMost ? gathering : StepMost) * (tree.Whole + 1);
        return way < WayMost ? way : WayMost;
    }

    private bool Hears(Link link, Group group, MarkHearers hearers) => hearers switch
    {
        MarkHearers.All => true,
        MarkHearers.Parent => link.Site is { } site && site.Name == TreeOf(group)?.Parent,
        _ => link.Site is { } site && TreeOf(group)?.HeightOf(site.Name) >= 0,
    };

    // Links are up that both ends claim; of those beside the topology nobody knows what flows over them.
    private MarkTree? TreeOf(Group group)
    {
        if (group.Members.Count <= SmallMost || group.Topology is not { } topology)
        {
            return null;
        }

        if (!group.IsMarkTreeCurrent)
        {
            group.IsMarkTreeCurrent = true;
            group.MarkTree = MarkTree.Of(_state.Self, topology.Edges.Where(IsUp));
        }

        return group.MarkTree;
    }

    private bool IsUp(Edge edge) => _state.Sites.TryGetValue(edge.A, out Site? a) && _state.Sites.TryGetValue(edge.B, out Site? b)
        && a.Linked(_state.Sites).Contains(b) && b.Linked(_state.Sites).Contains(a);

    private Turn TurnOf(MarkHearers hearers)
    {
        Turn turn = null!;
        return turn = new Turn(hearers, new Deadline(_state.Deadlines, () => _isDue = turn.IsDue = true));
    }

    // When some of the hearers have their turn.
    private sealed class Turn(MarkHearers hearers, Deadline deadline)
    {
        public MarkHearers Hearers { get; } = hearers;

        public Deadline Deadline { get; } = deadline;

        public Instant QuietUntil { get; set; }

        public bool IsDue { get; set; }

        public MarkFrames.Choice IsUntold { get; } = (int _, in Mark mark) => mark.IsUntold(hearers);
    }
}
