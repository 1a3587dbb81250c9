// A frame that never ends, as its length was damaged on the way, ends the link; one that comes slowly does not.
using Floodd.Core;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class FramePaceTests
{
    [Test]
    public void A_frame_whose_length_was_damaged_does_not_swallow_heartbeats_for_ever()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        byte[] frame = Ping();
        frame[1] ^= 0x40;
        link.End.Say(frame);
        for (int beat = 0; beat < 10 && !link.IsClosed; beat++)
        {
            rig.Pass(1);
            link.End.Say(Ping());
        }

        Assert.That(link.IsClosed, Is.False, "it might still end");
        for (int beat = 0; beat < 3 && !link.IsClosed; beat++)
        {
            rig.Pass(1);
            link.End.Say(Ping());
        }

        Assert.That(link.IsClosed, Is.True);
        Assert.That(rig.NoteKinds, Does.Contain(NoteKind.LinkBroken));
    }

    [Test]
    public void A_frame_that_comes_slowly_is_waited_for()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        var writer = new FieldWriter();
        writer.BeginFrame();
        for (int i = 0; i < 40_000; i++)
        {
            writer.Number(1L);
        }

        writer.EndFrame((FrameKind)200);
        byte[] frame = [.. writer.Written.Span, .. Ping()];
        link.Take();
        for (int at = 0; at < frame.Length; at += 1000)
        {
            rig.Pass(1);
            link.End.Say(frame.AsSpan(at, Math.Min(1000, frame.Length - at)));
        }

        Assert.That(link.IsClosed, Is.False);
        Assert.That(link.Take().Select(f => f.Kind), Does.Contain(FrameKind.Pong));
    }

    private static byte[] Ping()
    {
        var writer = new FieldWriter();
        SmallFrames.WriteStamp(writer, FrameKind.Ping, 1);
        return writer.Written.ToArray();
    }
}
