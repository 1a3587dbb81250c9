// What no member in reach holds: how much of a stream that is, and who has to hear of it. Whom to ask before is for Gaps.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Losses(SiteCore core)
{
    private readonly SiteState _state = core.State;

    /// <summary>Gives up what is missing, up to what somebody may have that was asked.</summary>
    public void Declare(Hole hole, List<LinkGroup> linked)
    {
        (SegmentStream stream, long missing) = (hole.Stream, hole.Missing);
        long next = stream.Received.FirstPresent(missing);
        foreach (LinkGroup link in linked)
        {
            long first = hole.FirstAt(link.Of(stream));
            next = first > missing ? Math.Min(next, first) : next;
        }

        // Whoever was visited and has what comes later may be linked no more when that is to be said.
        next = Math.Min(next, hole.FirstTold);

        // What was flooded since they were asked is a hole of its own.
        next = Math.Min(next, hole.AskedUpTo + 1);
        _state.Counters.Gaps++;
        _state.Counters.SegmentsLost += next - missing;
        _state.Note(NoteKind.Gap, $"no member that can be reached holds {stream.Id}/{missing} to {next - 1} in {stream.Group.Name}");
        stream.DeclareLost(missing, next - 1);
        core.Resync.Gap(stream, missing, next - 1);
        core.Flooding.Grown(stream);
        foreach (LinkGroup source in linked.Where(l => l.Active))
        {
            core.CatchUp.AskAgain(source, stream);
        }
    }
}
