// For how long news that everybody tells everybody is gathered before it goes out. A rule only; it keeps nothing.
namespace Floodd.Core;

/// <summary>What a group's members tell grows with their number, twice: by how much each has to tell, and to how many it is passed on.</summary>
internal static class Gathering
{
    /// <summary>Small groups wait so long.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);

    /// <summary>Nobody waits longer.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(2);

    /// <summary>How long news of others is gathered at each site on its way: a tenth, as there are several, and not at all in a small group.</summary>
    public static TimeSpan OnTheWay(int count) => count <= 10 ? TimeSpan.Zero : In(count) / 10;

    /// <summary>How long, among so many.</summary>
    public static TimeSpan In(int count)
    {
        TimeSpan gathering = TimeSpan.FromMicroseconds(200) * ((double)count * count);
        return gathering < Least ? Least : gathering < Most ? gathering : Most;
    }
}
