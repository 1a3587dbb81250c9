// What this site believes of the ways between all members: the matrix of all reports, kept in line with who is a member.
// How to believe is for Measuring; what to do with it for Probing, Planning and the listings.
using Floodd.Measuring;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Estimates
{
    /// <summary>A large group's partners are chosen anew after so many pings: often enough to find who is near, seldom enough that turns end.</summary>
    private const int PingsPerChoice = 64;

    private readonly SiteCore _core;
    private readonly SiteState _state;
    private readonly EstimateMatrix _matrix = new(TimeSpan.FromMinutes(5));
    private readonly ReportFilter _reported = new(TimeSpan.FromMinutes(2));
    private readonly ProbeChooser _pings, _bursts;
    private HashSet<SiteName> _partners = [];
    private int _pingsLeft;

    public Estimates(SiteCore core)
    {
        _core = core;
        _state = core.State;
        Prng chance = _state.Chance.Split();
        (_pings, _bursts) = (new ProbeChooser(chance.Split()), new ProbeChooser(chance.Split()));
    }

    /// <summary>Grows whenever something else is believed than before.</summary>
    public long Changes { get; private set; }

    /// <summary>Of how many pairs somebody said something.</summary>
    public int ClaimedPairs => _matrix.ClaimedPairs;

    public long Rejected(Rejection reason) => _matrix.Rejected(reason);

    /// <summary>A member, or where it says that it is.</summary>
    public void Know(Site site)
    {
        SiteDefinition? place = site.Name == _state.Self ? _state.Configuration.SelfDefinition : site.Definition;
        _matrix.Know(site.Name, place?.Latitude, place?.Longitude);
    }

    /// <summary>A site is no member of anything any more.</summary>
    public void Forget(SiteName name)
    {
        _matrix.Forget(name);
        _reported.Forget(name);
        _pings.Forget(name);
        _bursts.Forget(name);
        _partners.Remove(name);
    }

    /// <summary>Takes in what a site says of its way to another, if it can be believed.</summary>
    public void Put(SiteName from, EstimateEntry entry)
    {
        KeepPeriods();
        Estimate? before = Between(from, entry.To);
        var claim = new Claim(entry.RttMicroseconds / 1000.0, entry.SpreadMicroseconds / 1000.0, entry.BytesPerSecond, entry.Age);
        if (_matrix.Put(_state.Now, from, entry.To, claim) is { } why)
        {
            _state.Note(NoteKind.EstimateRefused, $"what {from} says of its way to {entry.To} is not believed: {why}");
        }
        else if (Between(from, entry.To) is { } after && !IsSame(before, after))
        {
            Changes++;
        }
    }

    /// <summary>What is believed of the way between two members; null if nobody measured it of late.</summary>
    public Estimate? Between(SiteName a, SiteName b) => _matrix.Between(_state.Now, a, b);

    /// <summary>What one member says of its way to another; null if nothing of late.</summary>
    public Estimate? Said(SiteName from, SiteName to) => _matrix.Said(_state.Now, from, to);

    /// <summary>A round trip for every pair of some members, guessed where nobody measured it.</summary>
    public CompletedMatrix Complete(IReadOnlyList<SiteName> members) => Completion.Of(members, _matrix, _state.Now);

    /// <summary>All of it as it is now, to be worked on elsewhere.</summary>
    public EstimateMatrix Copy() => _matrix.Copy();

    /// <summary>Whether nobody knows how far a member is, and this site has not yet tried to find out.</summary>
    public bool IsUnknown(Site site) =>
        site.Measured.ProbedAt == Instant.Zero && site.Measured.RoundTrip.Samples == 0 && IsPartner(site.Name) && Between(_state.Self, site.Name) is null;

    /// <summary>Whether nobody knows the bandwidth to a member, and this site has not yet tried to find out.</summary>
    public bool IsUntried(Site site) =>
        site.Measured is { BurstAt: var at, Bandwidth.BytesPerSecond: null } && at == Instant.Zero && IsPartner(site.Name) && Between(_state.Self, site.Name) is not { BytesPerSecond: > 0 };

    /// <summary>Whether this site has looked at the bandwidth to a member once: the sooner it looks again, the sooner a mistake is none any more.</summary>
    public bool IsTriedOnce(Site site) => site.Measured is { BurstTries: 1, Bandwidth.BytesPerSecond: not null } && IsPartner(site.Name);

    /// <summary>The member to ping next; null if there is none.</summary>
    public SiteName? NextToPing(IReadOnlyList<SiteName> members)
    {
        if (--_pingsLeft < 0)
        {
            _pingsLeft = PingsPerChoice;
            ChoosePartners();
        }

        return _pings.Next(_state.Now, [.. members.Where(IsPartner)], name => MeasuredAt(name));
    }

    /// <summary>The member to send a burst to next; null if there is none.</summary>
    public SiteName? NextToBurst(IReadOnlyList<SiteName> members) => _bursts.Next(_state.Now, [.. members.Where(IsPartner)], name =>
        _state.Sites[name].Measured.Bandwidth is { BytesPerSecond: not null } bandwidth ? bandwidth.MeasuredAt : null);

    /// <summary>What this site has to tell of its own way to another; null if nothing new.</summary>
    public Estimate? News(Site site) =>
        site.Measured.Estimate is { } estimate && _reported.IsDue(_state.Now, site.Name, estimate) ? estimate : null;

    /// <summary>It was told.</summary>
    public void Told(Site site, Estimate estimate) => _reported.Reported(_state.Now, site.Name, estimate);

    private static bool IsSame(Estimate? before, Estimate after) => before is { } known
        && Math.Abs(known.RttMilliseconds - after.RttMilliseconds) <= known.RttMilliseconds / 1000
        && Math.Abs(known.BytesPerSecond - after.BytesPerSecond) <= known.BytesPerSecond / 1000;

    private bool IsPartner(SiteName name) => _partners.Count == 0 || _partners.Contains(name);

    private Instant? MeasuredAt(SiteName name) =>
        _state.Sites[name].Measured.RoundTrip is { Samples: > 0 } own ? own.MeasuredAt : Between(_state.Self, name)?.MeasuredAt;

    private void ChoosePartners()
    {
        List<SiteName> members = [.. _state.Groups.Values.SelectMany(g => g.Members.Keys).Distinct().Order()];
        if (members.Count <= ProbeChooser.AllUpTo + 1)
        {
            _partners = [];
            return;
        }

        SiteName[] known = [.. members.Where(m => Between(_state.Self, m) is not null)];
        IEnumerable<SiteName> neighbors = _state.Sites.Values.Where(s => s.Link is not null).Select(s => s.Name);
        _partners = [.. ProbeChooser.Partners(_state.Self, members, neighbors, name => Distance(name, known), _state.Chance.NextUInt64())];
    }

    // Whom those near us say to be near is near.
    private double? Distance(SiteName name, SiteName[] known)
    {
        if (Between(_state.Self, name) is { } direct)
        {
            return direct.RttMilliseconds;
        }

        double best = double.MaxValue;
        foreach (SiteName way in known)
        {
            if (Between(way, name) is { } rest)
            {
                best = Math.Min(best, Between(_state.Self, way)!.Value.RttMilliseconds + rest.RttMilliseconds);
            }
        }

        return best < double.MaxValue ? best : null;
    }

    private void KeepPeriods()
    {
        int partners = Math.Min(_state.Sites.Count, ProbeChooser.AllUpTo);
        _matrix.StaleAfter = EstimateMatrix.StaleAfterRounds(_state.Shortest(g => g.PingPeriod), _state.Shortest(g => g.EstimatesPeriod), partners);
        _reported.RefreshAfter = _matrix.StaleAfter / 2;
    }
}
