// A whole daemon as one deterministic state machine: events in, effects out; it touches nothing.
using Floodd.Config;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>One site. Equal configuration, incarnation, seed and events give equal effects.</summary>
public sealed class SiteCore
{
    /// <summary>A site that has just been born.</summary>
    /// <param name="configuration">Who it is and what it may.</param>
    /// <param name="incarnation">A number that no other life of the site has had.</param>
    /// <param name="seed">For its randomness: jitter and choices among equals.</param>
    public SiteCore(Configuration configuration, ulong incarnation, ulong seed) => Configuration = configuration;

    /// <summary>The configuration in force.</summary>
    public Configuration Configuration { get; }

    /// <summary>When to send <see cref="Event.Wake"/> at the latest.</summary>
    public Instant NextWake => Instant.Never;

    /// <summary>What the store is charged for, in bytes: never above data-storage-max.</summary>
    public long ChargedBytes => 0;

    /// <summary>Takes one event and appends what follows from it.</summary>
    /// <param name="now">The time, never earlier than in the step before.</param>
    /// <param name="e">What happened.</param>
    /// <param name="effects">Appended to; bytes in it that are not lasting are lent until the next step.</param>
    public void Step(Instant now, Event e, List<Effect> effects)
    {
    }
}
