// A site as a member of one group: whether it can be reached, and whether it keeps up.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Member(Site site)
{
    public Site Site { get; } = site;

    public SiteName Name => Site.Name;

    /// <summary>Its place in every table of the group's marks, from 0; no other site has it.</summary>
    public int Place { get; set; }

    /// <summary>Whether it is a member because a configuration says so; such members are never forgotten.</summary>
    public bool Configured { get; set; }

    /// <summary>Whether it can be reached over links that are up, and is in the group by its own word, or has said nothing yet. Kept here so that a change can be told from before.</summary>
    public bool Up { get; set; }

    /// <summary>When that last changed.</summary>
    public Instant ChangedAt { get; set; }

    /// <summary>Whether it is up and has exported nothing for so long that nobody waits for it any more.</summary>
    public bool Behind { get; set; }

    /// <summary>Whether this life has only begun, and has not had the time to find out if it is up.</summary>
    public bool Awaited { get; set; }

    /// <summary>Whether publishers and stores take consideration of it.</summary>
    public bool Counts => (Up || Awaited) && !Behind;
}
