// Which links' other ends know something, so that it need not be told there. One bit for each link; a link beyond the 64th is told everything.
namespace Floodd.Core;

/// <summary>A set of links that are up. A link that comes up in the place of one that is gone is told everything anew, whatever is said here.</summary>
internal readonly struct LinkSet
{
    private readonly ulong _bits;

    private LinkSet(ulong bits) => _bits = bits;

    /// <summary>A set of one link, or of none.</summary>
    public static LinkSet Of(Link? link) => link is null ? default : new(BitOf(link));

    /// <summary>The place of a link that has just come up: the lowest that none has; -1 when all are taken.</summary>
    public static int FreePlace(IEnumerable<Link> links)
    {
        ulong taken = 0;
        foreach (Link link in links)
        {
            taken |= BitOf(link);
        }

        int place = System.Numerics.BitOperations.TrailingZeroCount(~taken);
        return place < 64 ? place : -1;
    }

    public bool Has(Link link) => (_bits & BitOf(link)) != 0;

    public LinkSet With(Link link) => new(_bits | BitOf(link));

    public LinkSet Without(Link link) => new(_bits & ~BitOf(link));

    private static ulong BitOf(Link link) => link.Place < 0 ? 0 : 1UL << link.Place;
}
