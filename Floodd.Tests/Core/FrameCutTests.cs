// Frames come in pieces as the network likes: each is taken once, whole, in order.
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class FrameCutTests
{
    [Test]
    public void Frames_cut_anywhere_are_all_taken()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        byte[] frames = Pings();
        for (int first = 0; first <= frames.Length; first++)
        {
            for (int second = first; second <= frames.Length; second++)
            {
                link.Take();
                link.End.Say(frames.AsSpan(0, first));
                link.End.Say(frames.AsSpan(first, second - first));
                link.End.Say(frames.AsSpan(second));
                IEnumerable<long?> stamps = link.Take().Where(f => f.Kind == FrameKind.Pong).Select(f => SmallFrames.ReadStamp(f.Payload));
                Assert.That(stamps, Is.EqualTo(new long?[] { 1, 2, 3 }), $"cut at {first} and {second}");
            }
        }
    }

    [Test]
    public void What_comes_behind_a_broken_frame_that_was_cut_is_not_taken()
    {
        var rig = new Rig();
        LinkEnd link = rig.Link(Rig.A);
        byte[] frames = Pings();
        frames[Frame.HeadSize] ^= 1;
        link.Take();
        link.End.Say(frames.AsSpan(0, 5));
        link.End.Say(frames.AsSpan(5));
        Assert.That(link.IsClosed, Is.True);
        Assert.That(link.Take().Select(f => f.Kind), Does.Not.Contain(FrameKind.Pong));
    }

    private static byte[] Pings()
    {
        var writer = new FieldWriter();
        for (int stamp = 1; stamp <= 3; stamp++)
        {
            SmallFrames.WriteStamp(writer, FrameKind.Ping, stamp);
        }

        return writer.Written.ToArray();
    }
}
