// A site as this one knows it: from its own configuration, from what the site says of itself, and from trying to reach it.
using System.Collections.Immutable;
using System.Net;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Site(SiteName name)
{
    private Site[] _linked = [];
    private SiteRecord? _linkedOf;
    private int _linkedAmong = -1;

    public SiteName Name { get; } = name;

    /// <summary>What our own files say; null if we only heard of it. Never forgotten.</summary>
    public SiteDefinition? Configured { get; set; }

    /// <summary>What it last said of itself; null if nothing yet.</summary>
    public SiteRecord? Record { get; set; }

    /// <summary>Those of the sites that are known whom it says that it is linked to.</summary>
    /// <param name="known">All that are known.</param>
    public ReadOnlySpan<Site> Linked(OrderedTable<SiteName, Site> known)
    {
        if (!ReferenceEquals(_linkedOf, Record) || _linkedAmong != known.Changes)
        {
            (_linkedOf, _linkedAmong) = (Record, known.Changes);
            _linked = [.. (Record?.Links ?? []).Select(known.GetValueOrDefault).OfType<Site>()];
        }

        return _linked;
    }

    /// <summary>Addresses that its host's name stood for when last looked up.</summary>
    public ImmutableArray<IPAddress> Addresses { get; set; } = [];

    /// <summary>Whether it can be reached over links that are up.</summary>
    public bool Reachable { get; set; }

    /// <summary>Whether it is in a group by its own word, or has said nothing yet.</summary>
    public bool IsIn(GroupName group) => Record?.IsIn(group) != false;

    /// <summary>Whether it can be reached besides.</summary>
    public bool IsUpIn(GroupName group) => Reachable && IsIn(group);

    /// <summary>Which computation of that last led to it; each has a number of its own.</summary>
    public long ReachedIn { get; set; }

    /// <summary>When it last could.</summary>
    public Instant LastReachable { get; set; }

    /// <summary>Our link to it that is up; null if none.</summary>
    public Link? Link { get; set; }

    /// <summary>Whether a dial is on its way.</summary>
    public bool Dialing { get; set; }

    /// <summary>What this site has measured of the way to it.</summary>
    public Measurements Measured { get; } = new();

    /// <summary>The probe whose dial is on its way; null if none.</summary>
    public Probe? DialedProbe { get; set; }

    /// <summary>Not dialed before this.</summary>
    public Instant DialAfter { get; set; }

    /// <summary>Until then we link to it to ask what it holds.</summary>
    public Instant VisitUntil { get; set; }

    /// <summary>Dials that failed since the last link.</summary>
    public int DialFailures { get; set; }

    /// <summary>Where it is: what our files say comes first, as nobody from afar may send us elsewhere.</summary>
    public SiteDefinition? Definition => Configured ?? Record?.Definition;

    /// <summary>Whether a connection from <paramref name="address"/> may be this site.</summary>
    public bool HasAddress(IPAddress address) =>
        Addresses.Contains(address) || address.Equals(Configured?.InetAddress) || address.Equals(Record?.Definition.InetAddress);
}
