// A subscriber that goes on at another site from the place that it had, and the checker of what it got. Never asks a site what it should have got.
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>One subscriber; it begins at the start and keeps its place as the library does.</summary>
internal sealed class Wanderer(World world)
{
    private readonly SortedDictionary<StreamId, long> _place = [];
    private readonly Dictionary<StreamId, long> _placeInStay = [];
    private readonly Dictionary<StreamId, long> _first = [];
    private readonly Dictionary<StreamId, long> _beginning = [];
    private readonly List<List<ExportedUpdate>> _stays = [];
    private readonly List<(UpdateId First, long Last)> _gaps = [];
    private Simulation.Session? _session;
    private (int Site, int Life) _at;
    private int _taken;

    /// <summary>At how many sites it has been, one after another.</summary>
    public int Stays => _stays.Count;

    /// <summary>How many gaps it was told.</summary>
    public int GapCount => _gaps.Count;

    /// <summary>How many keys of updates that it had it got again in a later stay, with another update.</summary>
    public int Repeats => _stays.Sum(s => s.Count(u => u.Flooded.ClientKey is not null)) - Keys(_stays.SelectMany(s => s)).Count;

    /// <summary>Leaves its site and goes on at another; nowhere if that is down.</summary>
    public void MoveTo(int site)
    {
        Take();
        if (_session is { IsOpen: true })
        {
            _session.Vanish();
        }

        _session = null;
        if (world.Site(site).IsUp)
        {
            (_at, _taken, _session) = ((site, world.Site(site).Life), 0, world.Connect(site));
            _stays.Add([]);
            _placeInStay.Clear();
            string from = string.Join(',', _place.Select(p => new UpdateId(p.Key, p.Value)));
            _session.Ask($"subscribe {world.GroupNameOf(0)} from {(from.Length > 0 ? from : "start")}").WhenDone = () => NoteBeginning(world.Site(site));
        }
    }

    /// <summary>Throws if one key came twice in one stay, or if an update that its site exported came under no id, no gap was told, and none of them is from before its beginning in their streams.</summary>
    public void Check()
    {
        Take();
        foreach (List<ExportedUpdate> stay in _stays)
        {
            if (Keyed(stay).GroupBy(f => f.ClientKey).FirstOrDefault(g => g.Count() > 1) is { } twice)
            {
                throw new ViolationException($"a subscriber got {string.Join(" and ", twice)} in one stay, which have one key");
            }
        }

        if (_session is not { IsOpen: true } || world.Site(_at.Site).Life != _at.Life)
        {
            return;
        }

        HashSet<Flooded> had = [.. _stays.SelectMany(s => s).Select(u => u.LookedUpIn(world.Ledger).Flooded)];
        foreach (Flooded flooded in world.Ledger.All)
        {
            IEnumerable<Flooded> same = world.Ledger.SharingKeyWith(flooded).Append(flooded);
            if (flooded.Group == 0 && flooded.LifeExportedAt(_at.Site) == _at.Life && !same.Any(f => had.Contains(f) || IsInGap(f) || IsBeforeTheFirst(f)))
            {
                throw new ViolationException($"a subscriber at {world.Site(_at.Site).Name} was given neither {flooded} nor another with its key, and told no gap");
            }
        }
    }

    private IEnumerable<Flooded> Keyed(IEnumerable<ExportedUpdate> updates) => updates.Select(u => u.LookedUpIn(world.Ledger).Flooded).Where(f => f.ClientKey is not null);

    private HashSet<string> Keys(IEnumerable<ExportedUpdate> updates) => [.. Keyed(updates).Select(f => f.ClientKey!)];

    // In a stream that its place does not name it begins with what the site holds: what went before is not for it.
    private void NoteBeginning(SimulatedSite site)
    {
        foreach (SegmentStream stream in site.Core?.Core?.State.AllStreams ?? [])
        {
            if (!_place.ContainsKey(stream.Id))
            {
                _beginning[stream.Id] = stream.FirstHeld(1);
            }
        }
    }

    private bool IsInGap(Flooded flooded) => flooded.Key is { } key && _gaps.Exists(g =>
        g.First.Stream.Incarnation == key.Incarnation && g.First.Stream.Origin == world.Site(key.Origin).Name && key.Sequence >= g.First.Sequence && key.Sequence <= g.Last);

    // A stream that its place did not name began for it with what was still held where it was then.
    private bool IsBeforeTheFirst(Flooded flooded) => flooded.Key is { } key
        && new StreamId(world.Site(key.Origin).Name, key.Incarnation) is var stream
        && ((_first.TryGetValue(stream, out long first) && key.Sequence < first) || key.Sequence < _beginning.GetValueOrDefault(stream));

    // What was seen at another site is dropped: one that lags behind sends it again. But none goes back in what it has sent itself.
    private void Take()
    {
        if (_session is null)
        {
            return;
        }

        foreach (ExportedUpdate update in _session.Updates.Skip(_taken))
        {
            var stream = new StreamId(world.Site(update.Stream.Origin).Name, update.Stream.Incarnation);
            if (update.Place <= _placeInStay.GetValueOrDefault(stream))
            {
                throw new ViolationException($"a subscriber at {world.Site(_at.Site).Name} was given {update.Flooded} behind {stream} {_placeInStay[stream]}");
            }

            _placeInStay[stream] = update.Place;
            if (Raise(stream, update.Place))
            {
                _stays[^1].Add(update);
            }
        }

        _taken = _session.Updates.Count;
        foreach ((UpdateId first, long last) in _session.Gaps)
        {
            Raise(first.Stream, last);
            _gaps.Add((first, last));
        }

        _session.Gaps.Clear();
    }

    private bool Raise(StreamId stream, long place)
    {
        bool raised = place > _place.GetValueOrDefault(stream);
        _first.TryAdd(stream, place);
        _place[stream] = Math.Max(place, _place.GetValueOrDefault(stream));
        return raised;
    }
}
