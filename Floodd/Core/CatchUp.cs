// Digests: whenever updates of a group begin to flow on a link, both ends tell what they have, and each then owes what the other lacks.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class CatchUp(SiteCore core)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    private readonly SiteState _state = core.State;

    /// <summary>Updates begin to flow on a link: first the marks, so that a returning site knows where it left off, then the digest.</summary>
    public void Begin(LinkGroup group)
    {
        group.ActiveSince = _state.Now;
        MarkFrames.WriteAll(group);
        SendDigest(group, group.Group.Streams, isWhole: true);
    }

    /// <summary>Tells the neighbors to send nothing more of a group, as nothing more can be taken in.</summary>
    public void CloseGroup(Group group)
    {
        if (group.Closed)
        {
            return;
        }

        group.Closed = true;
        _state.Note(NoteKind.StoreFull, $"the store is full of what is still to be exported in {group.Name}: nothing more is taken in for now");
        foreach (LinkGroup linkGroup in ActiveLinks(group))
        {
            SendDigest(linkGroup, []);
        }
    }

    /// <summary>Takes in again what was refused, when there is room for something worth asking for.</summary>
    public void OpenGroups()
    {
        foreach (Group group in _state.Groups.Values.Where(g => g.Closed))
        {
            if (_state.Store.AdmitAny(_state.Store.Worthwhile))
            {
                group.Closed = false;
                foreach (LinkGroup linkGroup in ActiveLinks(group))
                {
                    SendDigest(linkGroup, group.Streams, isWhole: true);
                }
            }
        }
    }

    /// <summary>
    /// Asks one neighbor again for what we lack of a stream: what it thinks we have may be wrong, and so may what we think that it
    /// holds. Until it answers, it is believed to hold all that it has.
    /// </summary>
    public void AskAgain(LinkGroup group, SegmentStream stream)
    {
        group.Of(stream).Floor = 1;
        AskOnceMore(group, stream);
    }

    /// <summary>Asks as well, but does not believe that it holds more than it has said.</summary>
    public void AskOnceMore(LinkGroup group, SegmentStream stream)
    {
        group.Of(stream).AskedAt = _state.Now;
        SendDigest(group, [stream], asks: true);
    }

    /// <summary>Tells what we have of a stream, and how we want it, and asks nothing.</summary>
    public static void Tell(LinkGroup group, SegmentStream stream) => SendDigest(group, [stream]);

    /// <summary>Asks a neighbor for all it has, if it has not said so in good time: it may have learned late that we share the group.</summary>
    public void AskIfSilent(LinkGroup group)
    {
        if (group.Active && !group.DigestReceived && _state.Now - group.ActiveSince > AnswerLimit)
        {
            group.ActiveSince = _state.Now;
            SmallFrames.WriteWant(group.Link.Out, group.Group.Name, group.Ours);
            MarkFrames.WriteAll(group);
            SendDigest(group, [], asks: true);
        }
    }

    /// <summary>A digest came in.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        GroupName name = reader.Group();
        bool closed = reader.Flag();
        bool last = reader.Flag();
        bool asks = reader.Flag();
        if (reader.Failed)
        {
            return "a digest that makes no sense";
        }

        if (!link.Groups.TryGetValue(name, out LinkGroup? group))
        {
            return null;
        }

        group.Closed = closed;
        List<SegmentStream> asked = [];
        bool isOfAll = true;
        while (Digest.ReadEntry(ref reader, out DigestEntry entry))
        {
            isOfAll = false;
            if (core.Delivery.StreamOf(group.Group, entry.Stream) is not { } stream)
            {
                continue;
            }

            if (stream.Id == group.Group.OwnId && entry.Received.Highest > stream.Received.Highest)
            {
                core.Spooling?.Renumber(group.Group);
            }

            Owed owed = group.Of(stream);
            owed.Heard(entry);
            stream.ToldMost = Math.Max(stream.ToldMost, owed.Told);
            if (asks)
            {
                owed.Silence?.Break(_state.Now);
            }

            core.Gaps.Told(link, owed);
            group.PutInLine(stream);
            asked.Add(stream);
        }

        if (reader.Failed)
        {
            return "a digest that makes no sense";
        }

        if (asks)
        {
            SendDigest(group, isOfAll ? group.Group.Streams : asked, isWhole: isOfAll);
        }

        if (last && group.Active && !group.DigestReceived)
        {
            group.DigestReceived = true;
            foreach (SegmentStream stream in group.Group.Streams)
            {
                group.PutInLine(stream);
            }

            // What it told counts from now on.
            group.Group.Streams.ForEach(s => s.Unsettle());
            core.Neighbors.Reconsider();
        }

        return null;
    }

    /// <summary>The links on which the updates of a group flow.</summary>
    public IEnumerable<LinkGroup> ActiveLinks(Group group)
    {
        foreach (Link link in _state.Links.Values)
        {
            if (link.Groups.TryGetValue(group.Name, out LinkGroup? linkGroup) && linkGroup.Active)
            {
                yield return linkGroup;
            }
        }
    }

    private static SegmentSet Lasting(SegmentStream stream)
    {
        var lasting = new SegmentSet();
        lasting.Add(stream.Received);
        lasting.Remove(stream.Durable + 1, stream.Received.Highest);
        return lasting;
    }

    // Only behind a whole digest does the other end owe streams that are in none: whoever hears of a part only would send back all else.
    private static void SendDigest(LinkGroup group, IEnumerable<SegmentStream> streams, bool isWhole = false, bool asks = false)
    {
        FieldWriter writer = group.Link.Out;
        Digest.Begin(writer, group.Group.Name, group.Group.Closed, last: false, asks);
        foreach (SegmentStream stream in streams)
        {
            if (writer.FrameLength > WireLimits.FrameAim)
            {
                writer.EndFrame(FrameKind.Digest);
                Digest.Begin(writer, group.Group.Name, group.Group.Closed, last: false, asks);
            }

            // What was declared lost here is received and not held, also in the midst of what is held. What was only sent there may have been refused.
            Owed owed = group.Of(stream);
            (owed.ToldInOrder, owed.SentInVain, owed.KnowsThrough) = (stream.InOrder, false, stream.Received.Watermark);
            SegmentSet lasting = stream.Durable < stream.Received.Highest ? Lasting(stream) : stream.Received;
            Digest.Entry(writer, new(stream.Id, stream.InOrder, stream.FirstHeld(owed.Lacks), lasting));
        }

        writer.EndFrame(FrameKind.Digest);
        if (isWhole)
        {
            Digest.Begin(writer, group.Group.Name, group.Group.Closed, last: true, asks: false);
            writer.EndFrame(FrameKind.Digest);
        }
    }
}
