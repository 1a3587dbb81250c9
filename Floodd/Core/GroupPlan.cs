// What a master knows of the planning of one group. Nouns only.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class GroupPlan
{
    /// <summary>From then on the members count as settled.</summary>
    public Instant SettledAt { get; set; }

    /// <summary>When that is looked at; null before the first change.</summary>
    public Deadline? Settling { get; set; }

    /// <summary>The number of the plan that is being made; 0 if none is.</summary>
    public long Running { get; set; }

    /// <summary>Since when.</summary>
    public Instant StartedAt { get; set; }

    /// <summary>Of which kind.</summary>
    public PlanKind Kind { get; set; }

    /// <summary>From what; of the last one, if none is being made.</summary>
    public PlanDraft Draft { get; set; } = null!;

    /// <summary>What was asked of it.</summary>
    public GroupDefinition? AskedFor { get; set; }

    /// <summary>Whether the best is to be searched for at update-period, whatever is believed.</summary>
    public bool WantsFull { get; set; }

    /// <summary>Whether a client asked for a new topology.</summary>
    public bool IsDemanded { get; set; }

    /// <summary>What was believed when the best was last searched for, as a count of changes.</summary>
    public long ChangesSeen { get; set; } = -1;

    /// <summary>How often it was planned since its members last changed.</summary>
    public int YoungCount { get; set; }

    /// <summary>The earliest time to search again because more is known.</summary>
    public Instant YoungAfter { get; set; }

    /// <summary>Planned links between members that are up and do not have them.</summary>
    public Dictionary<Edge, Instant> BrokenSince { get; } = [];

    /// <summary>Pairs that could not link, and until when no plan may use them.</summary>
    public SortedDictionary<Edge, Instant> Unusable { get; } = [];
}
