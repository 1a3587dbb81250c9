// What follows for a group from what the files say. Changes nothing that they say themselves.
using Floodd.Model;

namespace Floodd.Config;

internal static class Derived
{
    /// <summary>The largest update that a store can be asked to take: with two of them in it, one can still arrive while one is owed.</summary>
    internal static long MaxUpdateSizeFor(LocalDefinition local) => local.DataStorageMax / 2;

    /// <summary>A group with its master among its members, and with a bound on updates that its store can keep when none was given.</summary>
    internal static GroupDefinition Of(ReadForm<GroupDefinition> read, LocalDefinition local)
    {
        GroupDefinition group = read.Record;
        if (group.MasterSite is SiteName master && !group.Sites.Contains(master))
        {
            group = group with { Sites = group.Sites.Add(master) };
        }

        return read.Gives("max-update-size") ? group : group with { MaxUpdateSize = Math.Min(group.MaxUpdateSize, MaxUpdateSizeFor(local)) };
    }
}
