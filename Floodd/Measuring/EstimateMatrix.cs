// What all sites have reported of the ways between them, and what is believed of it. Never believes the better of two claims.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>
/// The claims of all sites about their pairs. Of two ends that say something of a pair the worse is believed: the longer round trip,
/// the smaller bandwidth. So nobody becomes a hub by claiming to be near to everybody (threat T27), as long as the others look too.
/// Memory: 52 bytes for each pair and about 150 for each site, and up to a quarter of slack; measured, 29 MB with all pairs of 1,000 sites.
/// </summary>
/// <param name="staleAfter">How old a measurement may be and still count.</param>
public sealed class EstimateMatrix(TimeSpan staleAfter)
{
    private readonly Dictionary<SiteName, int> _numbers = [];
    private readonly List<SiteName?> _names = [];
    private readonly List<Place?> _places = [];
    private readonly Stack<int> _free = new();
    private ClaimTable _table = new();
    private readonly long[] _rejected = new long[Enum.GetValues<Rejection>().Length];

    /// <summary>How old a measurement may be and still count.</summary>
    public TimeSpan StaleAfter { get; set; } = staleAfter;

    /// <summary>How many pairs somebody said something of, stale claims included.</summary>
    public int ClaimedPairs => _table.Count;

    /// <summary>
    /// How old a measurement may be: three rounds in which a site looks at each of its partners once, and four reports. One missed
    /// round or report makes nothing stale.
    /// </summary>
    /// <param name="pingPeriod">How often one member is measured.</param>
    /// <param name="estimatesPeriod">How often estimates are reported.</param>
    /// <param name="partners">How many members a site measures in turn.</param>
    public static TimeSpan StaleAfterRounds(TimeSpan pingPeriod, TimeSpan estimatesPeriod, int partners) =>
        (pingPeriod * (3.0 * Math.Max(1, partners))) + (estimatesPeriod * 4);

    /// <summary>Makes a site one of which claims are taken, or says where it is.</summary>
    /// <param name="site">The site.</param>
    /// <param name="latitude">Degrees north, -90 to 90; null if it states none.</param>
    /// <param name="longitude">Degrees east, -180 to 180; null if it states none.</param>
    public void Know(SiteName site, double? latitude = null, double? longitude = null)
    {
        if (!_numbers.TryGetValue(site, out int number))
        {
            if (!_free.TryPop(out number))
            {
                number = _names.Count;
                _names.Add(null);
                _places.Add(null);
            }

            _numbers.Add(site, number);
            _names[number] = site;
        }

        _places[number] = Place.Of(latitude, longitude);
    }

    /// <summary>The same claims and places, apart from these: for whoever works on them elsewhere. What was rejected is not counted there.</summary>
    public EstimateMatrix Copy()
    {
        var copy = new EstimateMatrix(StaleAfter) { _table = _table.Copy() };
        copy._names.AddRange(_names);
        copy._places.AddRange(_places);
        for (int number = 0; number < _names.Count; number++)
        {
            if (_names[number] is { } name)
            {
                copy._numbers.Add(name, number);
            }
            else
            {
                copy._free.Push(number);
            }
        }

        return copy;
    }

    /// <summary>Forgets a site and all that was said by and of it.</summary>
    public void Forget(SiteName site)
    {
        if (_numbers.Remove(site, out int number))
        {
            _table.Remove(number);
            _names[number] = null;
            _places[number] = null;
            _free.Push(number);
        }
    }

    /// <summary>Takes in a claim in place of that site's former one about the pair, or says why not and counts it.</summary>
    /// <param name="now">When it came.</param>
    /// <param name="from">Who says it.</param>
    /// <param name="to">The other end.</param>
    /// <param name="claim">What it says.</param>
    /// <returns>Null if it was taken in.</returns>
    public Rejection? Put(Instant now, SiteName from, SiteName to, in Claim claim)
    {
        Rejection? rejection = null;
        int a = -1, b = -1;
        if (from == to)
        {
            rejection = Rejection.AboutItself;
        }
        else if (!_numbers.TryGetValue(from, out a) || !_numbers.TryGetValue(to, out b))
        {
            rejection = Rejection.UnknownSite;
        }

        rejection ??= ClaimJudge.Judge(claim, StaleAfter, Kilometers(a, b));
        if (rejection is { } reason)
        {
            _rejected[(int)reason]++;
        }
        else
        {
            _table.Put(a, b, new((float)claim.RttMilliseconds, (float)claim.SpreadMilliseconds, (float)claim.BytesPerSecond, now + -claim.Age));
        }

        return rejection;
    }

    /// <summary>How many claims were rejected for a reason.</summary>
    public long Rejected(Rejection reason) => _rejected[(int)reason];

    /// <summary>What is believed of the way between two sites, whichever is named first; null if nothing fresh was said.</summary>
    public Estimate? Between(Instant now, SiteName a, SiteName b) =>
        _numbers.TryGetValue(a, out int i) && _numbers.TryGetValue(b, out int j) && _table.Find(i, j) is { } pair ? Worse(now, pair) : null;

    /// <summary>What one site itself says of its way to another; null if nothing fresh.</summary>
    public Estimate? Said(Instant now, SiteName from, SiteName to) =>
        _numbers.TryGetValue(from, out int i) && _numbers.TryGetValue(to, out int j) && _table.Find(i, j) is { } pair
            ? Fresh(now, i < j ? pair.FromLower : pair.FromHigher)
            : null;

    /// <summary>All pairs of which something fresh was said, in name order, each once with its ends in name order.</summary>
    public IEnumerable<(Edge Pair, Estimate Estimate)> Measured(Instant now)
    {
        SiteName[] members = [.. _numbers.Keys.Order()];
        var found = new List<(long Order, Estimate Estimate)>();
        VisitMeasured(now, members, (a, b, estimate, _) => found.Add((((long)Math.Min(a, b) * members.Length) + Math.Max(a, b), estimate)));
        found.Sort((x, y) => x.Order.CompareTo(y.Order));
        return found.Select(f => (new Edge(members[f.Order / members.Length], members[f.Order % members.Length]), f.Estimate));
    }

    /// <summary>Calls <paramref name="visit"/> with each pair of <paramref name="members"/> of which something fresh was said: positions in the list, the estimate, and the position of the only one who says so, -1 if both do. In no promised order.</summary>
    internal void VisitMeasured(Instant now, IReadOnlyList<SiteName> members, Action<int, int, Estimate, int> visit)
    {
        int[] positions = new int[_names.Count];
        Array.Fill(positions, -1);
        for (int i = 0; i < members.Count; i++)
        {
            if (_numbers.TryGetValue(members[i], out int number))
            {
                positions[number] = i;
            }
        }

        for (int low = 0; low < positions.Length; low++)
        {
            ReadOnlySpan<int> others = positions[low] < 0 ? default : _table.Others(low);
            for (int at = 0; at < others.Length; at++)
            {
                (int a, int b) = (positions[low], positions[others[at]]);
                PairClaims pair = _table.Pairs(low)[at];
                if (b >= 0 && Worse(now, pair) is { } estimate)
                {
                    visit(a, b, estimate, Fresh(now, pair.FromHigher) is null ? a : Fresh(now, pair.FromLower) is null ? b : -1);
                }
            }
        }
    }

    /// <summary>Where a site says that it is; null if it does not.</summary>
    internal Place? PlaceOf(SiteName site) => _numbers.TryGetValue(site, out int number) ? _places[number] : null;

    private double? Kilometers(int a, int b) =>
        a >= 0 && b >= 0 && _places[a] is { } here && _places[b] is { } there ? Place.Kilometers(here, there) : null;

    private Estimate? Worse(Instant now, in PairClaims pair) => (Fresh(now, pair.FromLower), Fresh(now, pair.FromHigher)) switch
    {
        ({ } a, { } b) => new(
            Math.Max(a.RttMilliseconds, b.RttMilliseconds),
            Math.Max(a.SpreadMilliseconds, b.SpreadMilliseconds),
            a.BytesPerSecond > 0 && b.BytesPerSecond > 0 ? Math.Min(a.BytesPerSecond, b.BytesPerSecond) : Math.Max(a.BytesPerSecond, b.BytesPerSecond),
            a.MeasuredAt < b.MeasuredAt ? a.MeasuredAt : b.MeasuredAt,
            EstimateSource.Measured),
        (var a, var b) => a ?? b,
    };

    private Estimate? Fresh(Instant now, in StoredClaim claim) => claim.RttMilliseconds > 0 && now - claim.MeasuredAt <= StaleAfter
        ? new(claim.RttMilliseconds, claim.SpreadMilliseconds, claim.BytesPerSecond, claim.MeasuredAt, EstimateSource.Measured)
        : null;
}
