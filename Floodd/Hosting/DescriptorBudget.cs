// Brings the caps on connections down to what the process may have open. It opens and counts nothing.
using Floodd.Config;

namespace Floodd.Hosting;

/// <summary>The caps of a configuration, for a limit on descriptors (RELIABILITY T8).</summary>
internal static class DescriptorBudget
{
    /// <summary>How many descriptors are left to the program itself (some 110 when it is not one file), children, files and dials.</summary>
    public const int Reserve = 128;

    private const int RoomLeast = 16;

    /// <summary>The configuration with caps that fit.</summary>
    /// <param name="configuration">As read.</param>
    /// <param name="limit">How many descriptors the process may have; 0 if nobody knows.</param>
    /// <param name="note">What was changed, for people; null if nothing.</param>
    public static Configuration Fit(Configuration configuration, long limit, out string? note)
    {
        AccessDefinition access = configuration.Local.Access;
        long room = Math.Max(RoomLeast, limit - Reserve);
        note = null;
        if (limit <= 0 || access.SessionMax + (long)access.LinkMax <= room)
        {
            return configuration;
        }

        // Links first, up to half: without them the site is none of its group.
        int links = (int)Math.Clamp(access.LinkMax, 1, Math.Max(1, room / 2));
        int sessions = (int)Math.Clamp(room - links, 1, access.SessionMax);
        note = $"{limit} descriptors are too few for session-max {access.SessionMax} and link-max {access.LinkMax}: {sessions} and {links} are used";
        AccessDefinition fitting = access with { SessionMax = sessions, LinkMax = links, UnknownLinkMax = Math.Clamp(access.UnknownLinkMax, 1, Math.Max(1, links / 2)) };
        return configuration with { Local = configuration.Local with { Access = fitting } };
    }
}
