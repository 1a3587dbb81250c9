// Takes the frames of a link apart and hands each to its concern. A frame that breaks the protocol ends that link only.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal static class Frames
{
    /// <summary>The most that is read of a stranger's first frame, in bytes: a greeting is far smaller.</summary>
    private const int StrangerMax = 1024;

    /// <summary>Reads all whole frames that have come in on a link.</summary>
    public static void Read(SiteCore core, Link link, ReadOnlySpan<byte> bytes)
    {
        link.LastHeard = core.State.Now;
        link.Inflow.Add(link, core.State.Now, bytes.Length);
        link.FrameGoesOn(core.State.Now, bytes.Length);
        // Of what came in, only the end of a frame that had begun is copied, behind its beginning.
        int missing = Frame.Missing(link.Carried.Span, bytes);
        ReadOnlySpan<byte> behind = missing > 0 && missing < bytes.Length ? bytes[missing..] : default;
        ReadOnlySpan<byte> input = link.Carried.With(bytes[..^behind.Length]);
        // While it is being found out whether a name's older holder lives, what the newcomer says waits, 2 s at the most.
        while (!link.Closing && link.PendingHello is null)
        {
            FrameStatus status = Frame.Read(input, out FrameKind kind, out ReadOnlySpan<byte> payload, out int consumed, out string fault);
            if (status == FrameStatus.NeedMore)
            {
                if (!behind.IsEmpty)
                {
                    input = behind;
                    behind = default;
                    continue;
                }

                if (link.Site is null && input.Length > StrangerMax)
                {
                    core.Links.Break(link, "no greeting");
                    return;
                }

                break;
            }

            if (status == FrameStatus.Broken || Take(core, link, kind, payload) is { } wrong && (fault = wrong).Length > 0)
            {
                core.Links.Break(link, fault);
                return;
            }

            input = input[consumed..];
            link.FrameEnded(core.State.Now);

            // After each: small questions that are read at once may have large answers.
            core.Links.Heartbeat.CheckTaken(link);
        }

        link.Carried.Keep(link.Closing ? default : input);
        link.Carried.Add(link.Closing ? default : behind);
    }

    private static string? Take(SiteCore core, Link link, FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (kind == FrameKind.Hello)
        {
            if (Hello.Read(payload) is not { } hello)
            {
                return "a greeting that makes no sense";
            }

            core.Links.Greeted(link, hello);
            return null;
        }

        if (kind == FrameKind.Goodbye)
        {
            if (SmallFrames.ReadGoodbye(payload) is not { } goodbye)
            {
                return "a goodbye that makes no sense";
            }

            core.Links.Dismissed(link, goodbye.Reason, goodbye.Text);
            return null;
        }

        bool isProbe = link is { Probe: not null, Site: not null };
        if (!link.Up && !isProbe)
        {
            return "no greeting";
        }

        if (isProbe && kind != FrameKind.Ping)
        {
            return core.Probing.Take(link, kind, payload);
        }

        switch (kind)
        {
            case FrameKind.Segments:
                return core.Flooding.Received(link, payload);
            case FrameKind.Digest:
                return core.CatchUp.Received(link, payload);
            case FrameKind.Delivery:
                return core.Delivery.Received(link, payload);
            case FrameKind.Names:
                return link.Sites.Learn(payload);
            case FrameKind.MarkSums:
                return core.Delivery.Sums.Received(link, payload);
            case FrameKind.Sites:
                return core.Membership.Received(link, payload);
            case FrameKind.Kept:
                return link.LearnKept(payload);
            case FrameKind.Group:
                return core.Groups.Received(link, payload);
            case FrameKind.Topology:
                return core.Mastership.Received(link, payload);
            case FrameKind.Spare:
                return core.Flooding.Sparing.Received(link, payload);
            case FrameKind.Stream:
                return TakeStream(core, link, payload);
            case FrameKind.Want:
                if (SmallFrames.ReadWant(payload) is not { } want)
                {
                    return "a want that makes no sense";
                }

                core.Neighbors.Wanted(link, want.Group, want.Wanted);
                return null;
            case FrameKind.Ping:
                if (SmallFrames.ReadStamp(payload) is not { } ping)
                {
                    return "a ping that makes no sense";
                }

                core.Links.Heartbeat.Asked(link, ping);
                return null;
            case FrameKind.ReportsHeld:
                return core.Reports.ReceivedHeld(link, payload);
            case FrameKind.Report:
                return core.Reports.Received(link, payload);
            case FrameKind.Pong:
                if (SmallFrames.ReadStamp(payload) is not { } pong)
                {
                    return "a pong that makes no sense";
                }

                core.Links.Heartbeat.Answered(link, pong);
                return null;
            default:
                // A newer version may say more than we understand.
                return null;
        }
    }

    private static string? TakeStream(SiteCore core, Link link, ReadOnlySpan<byte> payload)
    {
        if (SmallFrames.ReadStream(payload) is not { } named)
        {
            return "a stream that makes no sense";
        }

        if (core.State.Groups.TryGetValue(named.Group, out Group? group))
        {
            core.Delivery.StreamOf(group, named.Stream);
        }

        return link.LearnAlias(named.Alias, group, named.Stream) ? null : "a stream's number out of turn";
    }
}
