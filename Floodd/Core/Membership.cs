// Who is in which group and who can be reached, from what every site says of itself and its links: link state, as in OSPF (RFC 2328).
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>
/// Each site tells all which links it has. A site is up when a chain of links, each claimed by both its ends, leads to it: so
/// one bad link does not make a site down, and a dead one is down when the last of its neighbors has noticed.
/// </summary>
internal sealed class Membership(SiteCore core)
{
    /// <summary>How often another life may raise the version of our record before it must be another living site.</summary>
    private const int OvertakesMax = 5;

    private readonly SiteState _state = core.State;
    private readonly Reachability _reachability = new(core);
    private readonly Joins _joins = new(core);
    private readonly Forwarding<SiteRecord> _toTell = new(core.State, SiteRecord.WriteAll);
    private ulong _version;
    private int _overtakes;
    private bool _ownChanged, _ownRepeats, _linksChanged, _isGathering;
    private Instant _tellAfter;

    /// <summary>How many records with something new in them were taken from others, or sites forgotten: while this stands still, nobody has said anything new.</summary>
    public long Changes { get; private set; }

    /// <summary>Brings the members of every group in line with the configuration.</summary>
    public void Configure()
    {
        foreach (Group group in _state.Groups.Values)
        {
            foreach (Member member in group.Members.Values)
            {
                member.Configured = false;
            }

            foreach (SiteName name in ConfiguredMembers(group).Append(_state.Self))
            {
                Add(group, _state.SiteOf(name)).Configured = true;
            }
        }

        _ownChanged = _linksChanged = true;
    }

    /// <summary>Our own record is to be told anew: something in it has changed.</summary>
    public void TellOwn() => _ownChanged = true;

    /// <summary>It is time to repeat the join, for whoever has not taken our record in: the others learn nothing from it.</summary>
    public void RepeatOwn() => _ownRepeats = true;

    public void LinkUp(Link link)
    {
        core.Reports.LinkUp(link);
        foreach (Group group in _state.Groups.Values)
        {
            Groups.Tell(group, link);
        }

        // Our own record, with the new link in it, follows at the end of the turn.
        SiteRecord.WriteAll(link.Out, _state.Sites.Values.Where(s => s.Record is not null && s.Name != _state.Self).Select(s => s.Record!));
        _ownChanged = _linksChanged = true;
    }

    public void LinkDown(Link link) => _ownChanged = _linksChanged = true;

    /// <summary>Records came in.</summary>
    /// <returns>What is wrong with them; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        if (SiteRecord.ReadAll(payload, (name, version) => IsOld(name, version, link)) is not { } records)
        {
            return "site records that make no sense";
        }

        foreach (SiteRecord told in records.Where(r => r.Version <= WireLimits.VersionMax))
        {
            SiteRecord record = link.Kept is { } kept && kept.TryGetValue(told.Name, out KeptNumbering named) && named.Life == told.Incarnation
                ? told with { Kept = named.Incarnation }
                : told;
            if (record.Name == _state.Self)
            {
                HearOfSelf(record);
            }
            else
            {
                Hear(record, link);
            }
        }

        return null;
    }

    /// <summary>At the end of a turn: computes anew who can be reached, and tells what has changed.</summary>
    public void Flush()
    {
        if (_ownChanged || _ownRepeats)
        {
            _state.SelfSite.Record = OwnRecord(++_version);
            if (_ownChanged)
            {
                GatherOwn();
            }
            else if (!_isGathering)
            {
                _toTell.Replace(_state.Self, _state.SelfSite.Record, null, isAwaited: false);
            }

            _ownChanged = _ownRepeats = false;
        }

        _linksChanged = _linksChanged && !_reachability.ComputeInTime();
        _toTell.Flush(Gathering.OnTheWay(_state.Sites.Count));
    }

    /// <summary>Something is about to be sent on a link: what nobody waits for goes with it.</summary>
    public void RideAlong(Link link) => _toTell.RideAlong(link);

    /// <summary>Forgets sites that are not configured and have not been reached for site-purge-period, and members that have left a group for as long.</summary>
    public void Purge()
    {
        foreach (Site site in _state.Sites.Values.Where(s => s.Configured is null && !s.Reachable && s.Link is null
            && _state.Now - s.LastReachable > _state.Local.SitePurgePeriod && !IsConfiguredMember(s.Name)).ToList())
        {
            _state.Sites.Remove(site.Name);
            Changes++;
            core.Reports.Forget(site.Name);
            core.Estimates.Forget(site.Name);
            _state.Note(NoteKind.SitePurged, $"{site.Name} was not heard of for site-purge-period and is forgotten");
        }

        foreach (Group group in _state.Groups.Values)
        {
            foreach (Member gone in group.Members.Values.Where(m => IsGone(m, group)).ToList())
            {
                group.Remove(gone);
            }
        }
    }

    // Its site is forgotten, or is up and has long not been in the group.
    private bool IsGone(Member member, Group group) => !_state.Sites.ContainsKey(member.Name)
        || (member is { Up: false, Configured: false, Site.Reachable: true } && !member.Site.IsIn(group.Name) && _state.Now - member.ChangedAt > _state.Local.SitePurgePeriod);

    // The first change is told at once; what follows is gathered, as each record goes over every link of the group.
    private void GatherOwn()
    {
        if (_state.Now >= _tellAfter)
        {
            _tellAfter = _state.Now + Gathering.In(_state.Sites.Count);
            _toTell.Replace(_state.Self, _state.SelfSite.Record!, null, isAwaited: true);
        }
        else if (!_isGathering)
        {
            _isGathering = true;
            _state.Deadlines.At(_tellAfter, () =>
            {
                _isGathering = false;
                GatherOwn();
            });
        }
    }

    private static IEnumerable<SiteName> ConfiguredMembers(Group group)
    {
        IEnumerable<SiteName> sites = group.Definition.Sites.Concat(group.Configured.Sites);
        return group.Definition.MasterSite is { } master ? sites.Append(master) : sites;
    }

    private bool IsConfiguredMember(SiteName name) => _state.Groups.Values.Any(g => g.Members.GetValueOrDefault(name)?.Configured == true);

    private SiteRecord OwnRecord(ulong version) => new(
        _state.Configuration.SelfDefinition, _state.Life, version,
        [.. _state.Groups.Values.Select(g => KeyValuePair.Create(g.Name, g.Replans))],
        [.. _state.Sites.Values.Where(s => s.Link is not null).Select(s => s.Name)],
        _state.Incarnation == _state.Life ? 0 : _state.Incarnation);

    // What is heard of this site comes from an earlier life, unless somebody else lives under its name.
    private void HearOfSelf(SiteRecord record)
    {
        if (record.Version < _version || (record.Version == _version && record.Incarnation == _state.Life))
        {
            return;
        }

        _version = record.Version;
        _ownChanged = true;
        if (record.Incarnation != _state.Life && ++_overtakes > OvertakesMax)
        {
            _overtakes = 0;
            _state.Counters.NamesInUse++;
            _state.Note(NoteKind.NameInUse, $"another living site uses the name {_state.Self}");
        }
    }

    // Whether we know a record; the other end of the link that it came on need not be told of it then.
    private bool IsOld(SiteName name, ulong version, Link link)
    {
        if (name == _state.Self || !_state.Sites.TryGetValue(name, out Site? site) || site.Record is not { } known || known.Version < version)
        {
            return false;
        }

        if (known.Version == version && _toTell.LastOf(name) is { } telling && telling.News.Version == version)
        {
            telling.KnownAt(link);
        }

        return true;
    }

    private void Hear(SiteRecord record, Link link)
    {
        _state.Sites.TryGetValue(record.Name, out Site? site);
        if (IsOld(record.Name, record.Version, link))
        {
            return;
        }

        List<Group> groups = [.. _state.Groups.Values.Where(g => record.IsIn(g.Name) && core.Admission.MayJoin(g, record))];
        bool leaves = _state.Groups.Values.Any(g => g.Members.ContainsKey(record.Name) && !record.IsIn(g.Name));
        if (groups.Count == 0 && site?.Configured is null && !leaves)
        {
            return;
        }

        if (site?.Configured is null && site?.Record is null && !_state.IsMember(record.Name) && _joins.IsPutOff(record.Name, link, () => Hear(record, link)))
        {
            return;
        }

        site ??= _state.SiteOf(record.Name);
        if (site.Record?.SaysTheSame(record) == true && groups.TrueForAll(g => g.Members.ContainsKey(record.Name)))
        {
            Repeated(site, record, link);
            return;
        }

        bool restarted = site.Record is { } before && before.Incarnation != record.Incarnation;
        bool isNews = site.Record is not { } said || !said.Links.SequenceEqual(record.Links) || groups.Exists(g => !g.Members.ContainsKey(record.Name))
            || !said.Groups.Select(g => g.Key).SequenceEqual(record.Groups.Select(g => g.Key));
        if (site.Link is { Up: true } direct && site.Record is { } earlier)
        {
            // A group that was added to its file since the link came up.
            groups.FindAll(g => !earlier.IsIn(g.Name)).ForEach(g => Groups.Tell(g, direct));
        }

        site.Record = record;
        Changes++;
        foreach (Group group in groups)
        {
            if (!group.Members.ContainsKey(record.Name))
            {
                Add(group, site);
                _state.Note(NoteKind.SiteAdmitted, $"{record.Name} joined {group.Name}");
                if (link.Site == site && !group.Named.Contains(record.Name) && core.Delivery.CanTellNewcomers(group))
                {
                    core.Delivery.Admit(group, record.Name);
                }
            }
        }

        core.Estimates.Know(site);
        core.Neighbors.Learned(site, restarted);
        _toTell.Replace(record.Name, record, link, isAwaited: true);
        _linksChanged |= isNews;
    }

    // It shows that the site lives, for whoever could not dial it; and the master may have named it a member since its link came up.
    private void Repeated(Site site, SiteRecord record, Link link)
    {
        site.Record = record;
        if (site.Link is not null || site.DialFailures > 0)
        {
            core.Neighbors.Learned(site, restarted: false);
        }

        _toTell.Replace(record.Name, record, link, isAwaited: false);
    }

    private Member Add(Group group, Site site)
    {
        if (!group.Members.TryGetValue(site.Name, out Member? member))
        {
            bool isSelf = site.Name == _state.Self;
            member = new Member(site) { Up = isSelf ? site.Reachable : site.IsUpIn(group.Name), Awaited = !core.IsStarted && !isSelf, ChangedAt = _state.Now };
            group.Add(member);
            group.Places.ProgressAt(member.Place) = _state.Now;
            core.Estimates.Know(site);
            core.Plans.MembersChanged(group);
        }

        return member;
    }
}
