// A frame that has begun: how long a site waits for its end.
using Floodd.Core;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class UnendingFrameTests
{
    private readonly Rig _rig = new();

    [TestCase(0)]
    [TestCase(100_000)]
    public void It_ends_its_link_however_much_of_it_came_at_once(int swallowed)
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.End.Say(Beginning(WireLimits.FrameMax, swallowed));
        var writer = new FieldWriter();
        SmallFrames.WriteStamp(writer, FrameKind.Ping, 5);
        for (int second = 0; second < 12; second++)
        {
            link.End.Say(writer.Written.ToArray());
            _rig.Pass(1);
        }

        Assert.That(link.IsClosed);
        Assert.That(_rig.NoteKinds, Does.Contain(NoteKind.LinkBroken));
    }

    [Test]
    public void It_is_waited_for_while_it_comes_if_slowly()
    {
        const int Seconds = 30;
        const int Pace = 1000;
        LinkEnd link = _rig.Link(Rig.A);
        link.End.Say(Beginning((Seconds + 1) * Pace, 0));
        for (int second = 0; second < Seconds; second++)
        {
            link.End.Say(new byte[Pace]);
            _rig.Pass(1);
        }

        Assert.That(link.IsClosed, Is.False);
    }

    private static byte[] Beginning(int length, int come) => [.. BitConverter.GetBytes(length), (byte)FrameKind.Segments, 0, 0, 0, .. new byte[sizeof(uint) + come]];
}
