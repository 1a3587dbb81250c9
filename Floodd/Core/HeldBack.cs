// Streams that are wanted in order only, as what lies behind a gap found no room and would be sent again and again: who is told so, and until when.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class HeldBack(SiteCore core)
{
    /// <summary>What comes on for so long with nothing refused has room: while a stream flows, something of it is missing at every look.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Segments of a stream came in on a link. If they left a gap before them, and it is wanted in order, the other end is told so once, and
    /// with that what of them was refused.
    /// </summary>
    public static void Came(LinkGroup group, Owed owed, long last)
    {
        if (owed.Stream.InOrder && !owed.ToldInOrder && last > owed.Stream.Received.Watermark)
        {
            CatchUp.Tell(group, owed.Stream);
        }
    }

    /// <summary>A stream has come further than at the last look: who holds back may have what is missing now.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="isWhole">Whether nothing of it is missing any more.</param>
    public void Look(SegmentStream stream, bool isWhole)
    {
        if (!stream.InOrder)
        {
            return;
        }

        if (isWhole || core.State.Now - stream.HeldBackAt > Limit)
        {
            stream.LetGo();
        }

        foreach (LinkGroup group in core.CatchUp.ActiveLinks(stream.Group).Where(g => g.Of(stream).ToldInOrder))
        {
            CatchUp.Tell(group, stream);
        }
    }
}
