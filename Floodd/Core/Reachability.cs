// Who can be reached over chains of links, each claimed by both its ends, and so which members are up. Believes records; hears none.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Reachability(SiteCore core)
{
    private readonly SiteState _state = core.State;
    private Instant _after;
    private long _round;
    private bool _isTurnAsked;

    /// <summary>Computes anew who can be reached, and tells those whom it concerns; but in a large group, where one change comes after the other, only so often.</summary>
    /// <returns>Whether it was time; if not, there will be a turn when it is.</returns>
    public bool ComputeInTime()
    {
        if (_state.Now >= _after)
        {
            _isTurnAsked = false;
            _after = _state.Now + Gathering.OnTheWay(_state.Sites.Count);
            Compute();
            return true;
        }

        if (!_isTurnAsked)
        {
            _isTurnAsked = true;
            _state.AskForTurn(_after);
        }

        return false;
    }

    private void Compute()
    {
        _state.SelfSite.ReachedIn = ++_round;
        var line = new Queue<Site>([_state.SelfSite]);
        while (line.TryDequeue(out Site? site))
        {
            foreach (Site other in site.Linked(_state.Sites))
            {
                if (other.ReachedIn != _round && (other.Record is null ? other.Link is not null : other.Linked(_state.Sites).Contains(site)))
                {
                    other.ReachedIn = _round;
                    line.Enqueue(other);
                }
            }
        }

        foreach (Site site in _state.Sites.Values)
        {
            bool reachable = site.ReachedIn == _round;
            if (reachable || site.Reachable)
            {
                site.LastReachable = _state.Now;
            }

            if (reachable != site.Reachable)
            {
                site.Reachable = reachable;
                _state.Note(reachable ? NoteKind.SiteUp : NoteKind.SiteDown, $"{site.Name} {(reachable ? "can be reached" : "can no longer be reached")}");
            }
        }

        foreach (Group group in _state.Groups.Values)
        {
            group.IsMarkTreeCurrent = false;
            SetUp(group);
        }
    }

    private void SetUp(Group group)
    {
        bool changed = false;
        foreach (Member member in group.Members.Values)
        {
            if (member.Up != member.Site.IsUpIn(group.Name))
            {
                member.Up = !member.Up;
                member.ChangedAt = _state.Now;
                member.Behind = member.Awaited = false;
                group.Places.ProgressAt(member.Place) = _state.Now;
                changed = true;
            }
        }

        if (changed)
        {
            group.InvalidateFloors();
            core.Plans.MembersChanged(group);
            core.Neighbors.Reconsider();
        }
    }
}
