// Which rare states a run has been in. Reads counters and notes, changes nothing.
using Floodd.Core;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>The markers of one run.</summary>
internal sealed class MarkerSet(Play play)
{
    private static readonly (string Name, Func<Counters, long> Of)[] Counted =
    [
        ("given up: every member has it (class 1)", c => c.GivenUpDelivered),
        ("given up: only members that are down wait (class 2)", c => c.GivenUpDown),
        ("given up: members that are up wait (class 3)", c => c.GivenUpUp),
        ("incomplete update given up", c => c.GivenUpIncomplete),
        ("gap declared", c => c.Gaps),
        ("duplicate segment", c => c.SegmentsDuplicate),
        ("segment refused: no room", c => c.SegmentsRefused),
        ("busy stream spared at a neighbor", c => c.StreamsSpared),
        ("silence ended, as no word came in time", c => c.SilencesEnded),
        ("neighbors had heard different marks", c => c.MarkSumsDiffering),
        ("flood refused", c => c.UpdatesRefused),
        ("flood repeated under a key", c => c.UpdatesRepeated),
        ("client vanished in mid-flood", c => c.UpdatesVanished),
        ("export tried again", c => c.ExportRetries),
        ("export timed out", c => c.ExportTimeouts),
        ("updates set aside", c => c.UpdatesSetAside),
        ("link refused", c => c.LinksRefused),
        ("link broken", c => c.LinksBroken),
        ("dial failed", c => c.DialsFailed),
        ("name in use", c => c.NamesInUse),
        ("generator failed", c => c.GeneratorFailures),
        ("session refused", c => c.SessionsRefused),
    ];

    /// <summary>All names, in the order of the table.</summary>
    public static readonly string[] Names =
    [
        .. Counted.Select(c => c.Name),
        "update repeated by a new life", "key repeated and skipped at a site", "edition taken while updates were under way", "edition number used again by a new life",
        "a byte was damaged on a link", "subscriber was told a gap", "subscriber moved", "store was full", "store closed to what comes in", "two masters published", "link unusable", "site purged",
        "estimate refused", "update of several segments", "update of no byte", "site died while a flood was unanswered",
    ];

    private readonly HashSet<string> _reached = [];

    private readonly Dictionary<(int Site, string Group), List<ExportedUpdate>> _failed = [];

    /// <summary>Those that were reached.</summary>
    public IReadOnlyCollection<string> Reached => _reached;

    /// <summary>Whether some site gave up what somebody still waited for, in any life, or could not take something in.</summary>
    public bool AnythingGivenUp { get; private set; }

    public void Reach(string name) => _reached.Add(name);

    /// <summary>Looks at what a life has counted, before it ends.</summary>
    public void Harvest(SimulatedSite site)
    {
        if (site.Core?.Core is not { } core)
        {
            return;
        }

        Counters counters = core.State.Counters;
        foreach ((string name, Func<Counters, long> of) in Counted)
        {
            if (of(counters) > 0)
            {
                _reached.Add(name);
            }
        }

        AnythingGivenUp |= counters.GivenUpUp + counters.GivenUpDown + counters.GivenUpIncomplete + counters.GivenUpAged > 0;
        if (core.State.Groups.Values.Any(g => g.Keys.Repeats > 0))
        {
            Reach("key repeated and skipped at a site");
        }

        if (site.ChargedMost > play.Shape.Store * 9 / 10)
        {
            Reach("store was full");
        }
    }

    public void Noted(SimulatedSite site, Effect.Note note)
    {
        switch (note.Kind)
        {
            case NoteKind.TopologyChanged when !play.World.Ledger.AllAnswered: Reach("edition taken while updates were under way"); break;
            case NoteKind.StoreFull: Reach("store closed to what comes in"); break;
            case NoteKind.LinkUnusable: Reach("link unusable"); break;
            case NoteKind.SitePurged: Reach("site purged"); break;
            case NoteKind.EstimateRefused: Reach("estimate refused"); break;
            case NoteKind.ExportSetAside when _failed.TryGetValue((site.Index, GroupOf(note)), out List<ExportedUpdate>? updates):
                updates.ForEach(u => u.LookedUpIn(play.World.Ledger).Flooded.RefuseAt(site.Index, site.Life));
                break;
        }
    }

    /// <summary>A run that a bad command ends: its updates may be set aside, and then only these.</summary>
    public void Attempted(ExportAttempt attempt, ExportVerdict verdict)
    {
        if (verdict.Outcome.Kind == RunEnd.Exited && verdict.Outcome.Code != 0)
        {
            _failed[(attempt.Site.Index, attempt.Run.Group.Value)] = attempt.Updates;
        }
    }

    /// <summary>Looks at the whole, at the end.</summary>
    public void Finish()
    {
        World world = play.World;
        foreach (SimulatedSite site in world.Sites)
        {
            Harvest(site);
        }

        Mark(world.Exports.RepeatCount > 0, "update repeated by a new life");
        Mark(world.Topologies.ReusedCount > 0, "edition number used again by a new life");
        Mark(play.Wanderers.Any(w => w.Stays > 1), "subscriber moved");
        Mark(play.Wanderers.Any(w => w.GapCount > 0), "subscriber was told a gap");
        Mark(world.Topologies.History.GroupBy(t => t.Group).Any(g => g.Select(t => t.Topology.Master).Distinct().Count() > 1), "two masters published");
        foreach (Flooded flooded in world.Ledger.All)
        {
            Mark(flooded is { IsAccepted: true } && StatisticsChecker.SegmentsOf(flooded) > 1, "update of several segments");
            Mark(flooded is { IsAccepted: true, Length: 0 }, "update of no byte");
        }
    }

    // "ID of GROUP is set aside: ...": a site's groups export side by side.
    private static string GroupOf(Effect.Note note) => note.Text.Split(' ')[2];

    private void Mark(bool reached, string name)
    {
        if (reached)
        {
            _reached.Add(name);
        }
    }
}
