// Streams that are wanted in order only, as what lies behind a gap found no room and would be sent again and again: who is told so, and until when.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class HeldBack(SiteCore core)
{
    /// <summary>What comes on for so long with nothing refused has room, and what does not come on is tried again then.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Segments of a stream came in on a link. If they left a gap before them, and it is wanted in order, the other end is told so once, and
    /// with that what of them was refused.
    /// </summary>
    /// <param name="group">The group on the link.</param>
    /// <param name="owed">The stream there.</param>
    /// <param name="run">Which segments.</param>
    /// <param name="isRefused">Whether some of them found no room.</param>
    public static void Came(LinkGroup group, Owed owed, in RunHead run, bool isRefused)
    {
        if (!owed.Stream.InOrder)
        {
            return;
        }

        if (owed.ToldInOrder)
        {
            owed.SentInVain |= isRefused;
            owed.KnowsThrough = run.First <= owed.KnowsThrough + 1 ? Math.Max(owed.KnowsThrough, run.Last) : owed.KnowsThrough;
        }
        else if (run.Last > owed.Stream.Received.Watermark)
        {
            CatchUp.Tell(group, owed.Stream);
        }
    }

    /// <summary>Each second: whoever holds back is told what may make it send, and when the stream is wanted in any order again.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="missed">The segment that was the first missing one at the last look; if it is there, the stream has come further.</param>
    /// <param name="isWhole">Whether nothing of it is missing any more.</param>
    public void Look(SegmentStream stream, long missed, bool isWhole)
    {
        if (!stream.InOrder)
        {
            return;
        }

        long watermark = stream.Received.Watermark;
        bool hasGrown = missed <= watermark;
        if (isWhole || (core.State.Now - stream.HeldBackAt > Limit && (hasGrown || core.State.Store.AdmitSpare(core.State.Store.Worthwhile))))
        {
            stream.LetGo();
        }

        foreach (LinkGroup group in core.CatchUp.ActiveLinks(stream.Group))
        {
            // Who has brought all by which it has grown knows that, and what it has on its way is not to be forgotten for a word that says no more.
            Owed owed = group.Of(stream);
            bool hasNews = !stream.InOrder || owed.SentInVain || (hasGrown && owed.KnowsThrough < watermark);
            if (owed.ToldInOrder && hasNews)
            {
                CatchUp.Tell(group, stream);
            }
        }
    }
}
