// What the world needs of a site's core, so that a scripted stand-in can take the real one's place; holds no state of its own.
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>Makes the core of one life of a site.</summary>
internal delegate CoreDriver CoreFactory(Configuration configuration, ulong incarnation, ulong seed);

/// <summary>One core, as the shell sees it.</summary>
/// <param name="Step">Takes one event and appends effects.</param>
/// <param name="NextWake">When to wake it at the latest.</param>
/// <param name="ChargedBytes">What its store is charged for.</param>
internal sealed record CoreDriver(Action<Instant, Event, List<Effect>> Step, Func<Instant> NextWake, Func<long> ChargedBytes)
{
    /// <summary>The topologies in force there, one for each group that has any.</summary>
    public Func<IEnumerable<Topology>> Topologies { get; init; } = () => [];

    /// <summary>The sites at the other ends of links on which a group's updates flow.</summary>
    public Func<GroupName, IEnumerable<SiteName>> Carrying { get; init; } = _ => [];

    /// <summary>Whether segments are there behind others that are still looked for.</summary>
    public Func<bool> HasHoles { get; init; } = () => false;

    /// <summary>The core itself, where it is a real one.</summary>
    public SiteCore? Core { get; init; }

    /// <summary>The core that the daemon runs.</summary>
    public static CoreDriver Real(Configuration configuration, ulong incarnation, ulong seed)
    {
        var core = new SiteCore(configuration, incarnation, seed);
        return new CoreDriver(core.Step, () => core.NextWake, () => core.ChargedBytes)
        {
            Core = core,
            HasHoles = () => core.State.AllStreams.Any(s => s.Received.Highest > s.Deliverable),
            Topologies = () => core.State.Groups.Values.Select(g => g.Topology).OfType<Topology>(),
            Carrying = group => core.State.Links.Values.Where(l => l.Up && l.Groups.TryGetValue(group, out LinkGroup? g) && g.Active).Select(l => l.Site!.Name),
        };
    }
}
