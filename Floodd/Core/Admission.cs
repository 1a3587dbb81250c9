// Who may link, and who may join a group: the configuration's word, applied to names and addresses. Keeps nothing but looked-up addresses.
using System.Collections.Immutable;
using System.Net;
using Floodd.Config;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Admission(SiteCore core)
{
    private static readonly TimeSpan LookupPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookupPeriod = TimeSpan.FromMinutes(5);

    private readonly SiteState _state = core.State;
    private readonly Dictionary<string, Instant> _askedAt = [];

    /// <summary>Looks up the hosts of all sites that have no address.</summary>
    public void LookUpAll()
    {
        foreach (Site site in _state.Sites.Values)
        {
            LookUp(site, LookupPeriod);
        }
    }

    /// <summary>A site came from where it was not expected: its address may have changed.</summary>
    public void Unknown(SiteName name)
    {
        if (_state.Sites.TryGetValue(name, out Site? site))
        {
            LookUp(site, LookupPause);
        }
    }

    public void Resolved(string host, ImmutableArray<IPAddress> addresses)
    {
        foreach (Site site in _state.Sites.Values.Where(s => HostOf(s) == host && addresses.Length > 0))
        {
            site.Addresses = addresses;
        }
    }

    /// <summary>Whether a connection may be a site's link.</summary>
    /// <param name="name">The site that it claims to be.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="dialed">Whether we called, at an address that we trusted.</param>
    public bool MayLink(SiteName name, IPAddress address, bool dialed)
    {
        _state.Sites.TryGetValue(name, out Site? site);
        string? hostname = site?.Definition?.Hostname;
        bool Listed(ImmutableArray<string> patterns) => Matches(patterns, name, hostname, address);
        if (IsDenied(name, address))
        {
            return false;
        }

        if (site is null && _state.Sites.Values.Count(s => s.Configured is null) >= _state.Local.Access.LearnedSiteMax)
        {
            _state.Counters.SitesNotLearned++;
            return false;
        }

        if (_state.Local.Access.Insecure || _state.Groups.Values.Any(g => Listed(g.Definition.AllowSites) || Listed(g.Configured.AllowSites)))
        {
            return true;
        }

        bool named = site?.Configured is not null || _state.IsMember(name);
        return named && (dialed || site!.HasAddress(address) || (IPAddress.IsLoopback(address) && IsHere(site)));
    }

    /// <summary>Whether every group denies a site.</summary>
    public bool IsDenied(SiteName name, IPAddress address)
    {
        string? hostname = _state.Sites.GetValueOrDefault(name)?.Definition?.Hostname;
        return _state.Groups.Values.All(g => Matches(g.Definition.DenySites, name, hostname, address) || Matches(g.Configured.DenySites, name, hostname, address));
    }

    /// <summary>Whether a site that says so is a member of a group: configured, or allowed and not denied.</summary>
    public bool MayJoin(Group group, SiteRecord record)
    {
        Site? site = _state.Sites.GetValueOrDefault(record.Name);
        IPAddress address = site?.Link?.Remote ?? record.Definition.InetAddress ?? site?.Addresses.FirstOrDefault() ?? IPAddress.None;
        bool Listed(ImmutableArray<string> patterns) => Matches(patterns, record.Name, record.Definition.Hostname, address);
        GroupDefinition master = group.Definition, own = group.Configured;
        if (Listed(master.DenySites) || Listed(own.DenySites))
        {
            return false;
        }

        return master.Sites.Contains(record.Name) || own.Sites.Contains(record.Name) || master.MasterSite == record.Name || own.MasterSite == record.Name
            || site?.Configured is not null || Listed(master.AllowSites) || Listed(own.AllowSites) || _state.Local.Access.Insecure;
    }

    /// <summary>Whether a definition from afar may be dialed: nobody is to make us call ourselves or the whole local network.</summary>
    public bool MayDial(SiteDefinition learned)
    {
        if (learned.DataPort == 0 || !IPAddress.TryParse(learned.Host, out IPAddress? address))
        {
            return learned.DataPort > 0;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        bool isLinkLocal = address.IsIPv6LinkLocal || address.GetAddressBytes() is [169, 254, _, _];
        bool isMulticast = address.IsIPv6Multicast || address.GetAddressBytes() is [>= 224, _, _, _];
        return !isMulticast && !isLinkLocal && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            && (!IPAddress.IsLoopback(address) || IsHere(_state.SelfSite));
    }

    /// <summary>Whether one of some patterns means a client's address.</summary>
    public static bool Matches(ImmutableArray<string> patterns, IPAddress address) => Matches(patterns, null, null, address);

    private static bool Matches(ImmutableArray<string> patterns, SiteName? name, string? hostname, IPAddress address)
    {
        foreach (string text in patterns)
        {
            if (AccessPattern.TryParse(text, out AccessPattern? pattern) && pattern.Matches(name, hostname, address))
            {
                return true;
            }
        }

        return false;
    }

    // Of a site on this very machine the connections may come from any of the machine's loopback addresses.
    private static bool IsHere(Site? site) =>
        site is not null && (site.Addresses.Any(IPAddress.IsLoopback) || (site.Definition?.InetAddress is { } address && IPAddress.IsLoopback(address)));

    private static string? HostOf(Site site) => site.Definition is { InetAddress: null } definition ? definition.Host : null;

    private void LookUp(Site site, TimeSpan pause)
    {
        if (site.Definition?.InetAddress is { } address)
        {
            site.Addresses = [address];
        }
        else if (HostOf(site) is { } host && (!_askedAt.TryGetValue(host, out Instant asked) || _state.Now - asked >= pause))
        {
            _askedAt[host] = _state.Now;
            _state.Do(new Effect.Resolve(host));
        }
    }
}
