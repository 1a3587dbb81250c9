// Whom this site links to: what the topology says, the fall-back without one, stand-ins when links are short, and calls to the lost.
using Floodd.Model;
using Floodd.Planning;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Neighbors(SiteCore core)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Yield = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ShortLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bridge = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(10);

    /// <summary>The longest that a link which the topology leaves out is kept for the sake of new ones that do not come up.</summary>
    private static readonly TimeSpan FormerLimit = TimeSpan.FromSeconds(10);

    private readonly SiteState _state = core.State;
    private bool _reconsider = true;

    /// <summary>Something changed that may change the neighbors.</summary>
    public void Reconsider() => _reconsider = true;

    /// <summary>Another topology is in force. Make before break: the links of the old one carry on until the new ones do.</summary>
    public void TopologyChanged(Group group)
    {
        group.Former.UnionWith(_state.Links.Values
            .Where(l => l.Up && l.Groups.GetValueOrDefault(group.Name)?.Ours == true).Select(l => l.Site!.Name));
        group.FormerUntil = _state.Now + FormerLimit;
        _state.After(FormerLimit, Reconsider);
        Reconsider();
    }

    public void LinkUp(Link link)
    {
        bool bridges = !link.Site!.Reachable || _state.Now < link.Site.VisitUntil;
        AddGroups(link, bridges);
        Reconsider();
    }

    public void LinkDown(Link link)
    {
        foreach (LinkGroup group in link.Groups.Values)
        {
            core.Flooding.Sparing.Lost(group);
        }

        link.Site!.DialAfter = _state.Now + _state.Chance.Jitter(FirstPause);
        Reconsider();
    }

    /// <summary>A dial failed, or what it reached was not the site.</summary>
    public void DialLost(Site site)
    {
        site.Dialing = false;
        site.DialFailures++;
        TimeSpan pause = FirstPause * Math.Pow(2, Math.Min(10, site.DialFailures - 1));
        site.DialAfter = _state.Now + _state.Chance.Jitter(pause < LongestPause ? pause : LongestPause);
    }

    /// <summary>A site was heard of: it may be in more groups than before, and it lives, so that it is worth a dial.</summary>
    public void Learned(Site site, bool restarted)
    {
        if (site.Link is { Up: true } link)
        {
            AddGroups(link, bridges: true);
        }
        else if (restarted || site.DialFailures > 3)
        {
            site.DialFailures = 0;
            site.DialAfter = _state.Now + _state.Chance.Jitter(FirstPause);
        }

        Reconsider();
    }

    /// <summary>Links to a site for a while, to ask what it holds of a group; a call that fails is not repeated.</summary>
    public void Visit(Site site, Group group)
    {
        site.VisitUntil = _state.Now + Bridge;
        if (site.Link is { } link)
        {
            if (link.Groups.TryGetValue(group.Name, out LinkGroup? linkGroup))
            {
                linkGroup.BridgeUntil = site.VisitUntil;
                Reconsider();
            }
        }
        else if (CanDial(site))
        {
            Dial(site);
        }
    }

    /// <summary>The other end says whether it wants a group's updates to flow on a link.</summary>
    public void Wanted(Link link, GroupName name, bool wanted)
    {
        if (link.Groups.TryGetValue(name, out LinkGroup? group))
        {
            bool before = group.Active;
            group.Theirs = wanted;
            Activate(group, before);
        }
    }

    /// <summary>Now and then: dials one site that cannot be reached, closes links that nobody wants.</summary>
    public void Explore()
    {
        List<Site> lost = [.. _state.Sites.Values.Where(s => !s.Reachable && s.Link is null && s.Name != _state.Self && _state.IsMember(s.Name) && CanDial(s))];
        if (lost.Count > 0 && !_state.Stopping)
        {
            Dial(lost[_state.Chance.Next(lost.Count)]);
        }

        foreach (Link link in _state.Links.Values.Where(l => l.Up).ToList())
        {
            foreach (LinkGroup group in link.Groups.Values)
            {
                core.CatchUp.AskIfSilent(group);
            }

            if (link.Groups.Values.Any(g => g.Active))
            {
                link.IdleSince = _state.Now;
            }
            else if (_state.Now - link.IdleSince > IdleLimit)
            {
                core.Links.Dismiss(link, GoodbyeReason.Unwanted, "no group needs this link");
            }
        }

        Reconsider();
    }

    /// <summary>At the end of a turn: dials who is wanted, and tells each link's other end what we want of it.</summary>
    public void Flush()
    {
        if (!_reconsider || _state.Stopping)
        {
            return;
        }

        _reconsider = false;
        foreach (Group group in _state.Groups.Values)
        {
            HashSet<SiteName> wanted = Wanted(group);
            foreach (SiteName name in wanted)
            {
                Site site = _state.SiteOf(name);
                if (site.Link is null && CanDial(site))
                {
                    DialOrYield(site);
                }
            }

            foreach (Link link in _state.Links.Values.Where(l => l.Up))
            {
                if (link.Groups.TryGetValue(group.Name, out LinkGroup? linkGroup))
                {
                    SetOurs(linkGroup, wanted.Contains(link.Site!.Name) || _state.Now < linkGroup.BridgeUntil);
                }
            }
        }
    }

    private HashSet<SiteName> Wanted(Group group)
    {
        var wanted = new HashSet<SiteName>();
        if (!group.OwnNeighbors.IsEmpty)
        {
            wanted.UnionWith(group.OwnNeighbors.Where(group.Members.ContainsKey));
        }
        else
        {
            wanted.UnionWith(FallbackGraph.NeighborsOf([.. group.Members.Keys], _state.Self, group.Definition.Connectivity));
        }

        KeepFormer(group, wanted);
        AddStandIns(group, wanted);
        return wanted;
    }

    // A new neighbor carries once it has told what it has: from then on nothing can be missed.
    private void KeepFormer(Group group, HashSet<SiteName> wanted)
    {
        if (group.Former.Count == 0)
        {
            return;
        }

        bool Carries(SiteName name) => _state.SiteOf(name).Link?.Groups.GetValueOrDefault(group.Name) is { Active: true, DigestReceived: true };
        if (_state.Now >= group.FormerUntil || wanted.All(name => !group.Members[name].Up || Carries(name)))
        {
            group.Former.Clear();
        }

        wanted.UnionWith(group.Former.Where(group.Members.ContainsKey));
    }

    // While fewer links are up than the group's connectivity asks for, the next members in name order stand in.
    private void AddStandIns(Group group, HashSet<SiteName> wanted)
    {
        int have = wanted.Count(n => _state.SiteOf(n).Link is not null);
        int needed = have >= group.Definition.Connectivity ? 0
            : Math.Min(group.Definition.Connectivity, group.Members.Values.Count(m => m.Up && m.Name != _state.Self));
        if (have >= needed)
        {
            group.ShortSince = Instant.Never;
            return;
        }

        if (group.ShortSince == Instant.Never)
        {
            group.ShortSince = _state.Now;
            _state.After(ShortLimit, Reconsider);
        }

        if (_state.Now - group.ShortSince < ShortLimit)
        {
            return;
        }

        IEnumerable<Member> inRing = group.Members.Values.SkipWhile(m => m.Name.CompareTo(_state.Self) <= 0)
            .Concat(group.Members.Values.TakeWhile(m => m.Name.CompareTo(_state.Self) < 0));
        wanted.UnionWith(inRing.Where(m => m.Up && !wanted.Contains(m.Name)).Take(needed - have).Select(m => m.Name).ToList());
    }

    private void AddGroups(Link link, bool bridges)
    {
        foreach (Group group in _state.Groups.Values)
        {
            if (group.Members.ContainsKey(link.Site!.Name) && !link.Groups.ContainsKey(group.Name))
            {
                var linkGroup = new LinkGroup(link, group);
                if (bridges)
                {
                    linkGroup.BridgeUntil = _state.Now + Bridge;
                    _state.After(Bridge, Reconsider);
                }

                link.Groups.Add(group.Name, linkGroup);
            }
        }
    }

    private void SetOurs(LinkGroup group, bool ours)
    {
        if (group.Ours != ours)
        {
            bool before = group.Active;
            group.Ours = ours;
            SmallFrames.WriteWant(group.Link.Out, group.Group.Name, ours);
            Activate(group, before);
        }
    }

    private void Activate(LinkGroup group, bool before)
    {
        if (group.Active && !before)
        {
            core.CatchUp.Begin(group);
        }
        else if (!group.Active && before)
        {
            core.Flooding.Sparing.Lost(group);
            group.Forget();
        }
    }

    private bool CanDial(Site site) =>
        !site.Dialing && site.Name != _state.Self && site.DialAfter <= _state.Now
        && site.Definition is { DataPort: > 0 } definition
        && (site.Configured is not null || core.Admission.MayDial(definition));

    // Both ends of a wanted link would dial at once: the one whose name comes later gives the other a moment.
    private void DialOrYield(Site site)
    {
        if (_state.Self.CompareTo(site.Name) > 0 && site.DialFailures == 0 && site.DialAfter == Instant.Zero)
        {
            site.DialAfter = _state.Now + _state.Chance.Jitter(Yield);
            _state.After(site.DialAfter - _state.Now, Reconsider);
            return;
        }

        Dial(site);
    }

    private void Dial(Site site)
    {
        site.Dialing = true;
        _state.Counters.Dials++;
        SiteDefinition definition = site.Definition!;
        _state.Do(new Effect.Dial(site.Name, definition.Host, definition.DataPort));
    }
}
