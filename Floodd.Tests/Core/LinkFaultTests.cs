// What a stranger or a broken site may do on the data port: it ends that link only, and the right note is left.
using System.Net;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class LinkFaultTests
{
    private Rig _rig = null!;
    private LinkEnd _other = null!;

    [SetUp]
    public void LinkToAnother()
    {
        _rig = new Rig();
        _other = _rig.Link(Rig.C);
        _rig.Notes.Clear();
    }

    [TearDown]
    public void The_other_link_is_untouched()
    {
        _other.Take();
        _other.Send(w => SmallFrames.WriteStamp(w, FrameKind.Ping, 77));
        Assert.That(_other.IsClosed, Is.False);
        Assert.That(_other.Take().Select(f => f.Kind), Does.Contain(FrameKind.Pong));
        Assert.That(_rig.Stray, Is.Empty);
    }

    [Test]
    public void A_damaged_frame_ends_the_link()
    {
        LinkEnd link = _rig.Link(Rig.A);
        byte[] frame = Ping();
        frame[^1] ^= 1;
        link.End.Say(frame);
        Ended(link, NoteKind.LinkBroken, GoodbyeReason.Broken);
        Assert.That(_rig.NoteKinds, Does.Contain(NoteKind.LinkDown));
    }

    [Test]
    public void An_oversized_frame_ends_the_link_before_anything_is_allocated_for_it()
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.End.Say([.. BitConverter.GetBytes(WireLimits.FrameMax + 1), 4, 0, 0, 0, 0, 0, 0, 0]);
        Ended(link, NoteKind.LinkBroken, GoodbyeReason.Broken);
    }

    [TestCase(WireLimits.OldestVersion - 1UL, WireLimits.OldestVersion - 1UL)]
    [TestCase(WireLimits.Version + 1UL, WireLimits.Version + 1UL)]
    [TestCase(0UL, 0UL)]
    [TestCase(ulong.MaxValue, ulong.MaxValue)]
    public void A_version_that_is_not_spoken_is_refused(ulong newest, ulong oldest)
    {
        LinkEnd link = _rig.Connect(Rig.A);
        link.Send(new Hello(newest, oldest, 0, Rig.A, 1).Write);
        Ended(link, NoteKind.LinkRefused, GoodbyeReason.Version);
    }

    [Test]
    public void A_newer_version_that_still_speaks_ours_is_welcome()
    {
        LinkEnd link = _rig.Connect(Rig.A);
        link.Send(new Hello(7, 1, ulong.MaxValue & ~Hello.ProbeOnly, Rig.A, 1).Write);
        Assert.That(link.IsClosed, Is.False);
        Assert.That(_rig.NoteKinds, Does.Contain(NoteKind.LinkUp));
    }

    [Test]
    public void A_greeting_that_makes_no_sense_ends_the_link()
    {
        LinkEnd link = _rig.Connect(Rig.A);
        link.Send(w =>
        {
            w.BeginFrame();
            w.Text("flood");
            w.EndFrame(FrameKind.Hello);
        });
        Ended(link, NoteKind.LinkBroken, GoodbyeReason.Broken);
    }

    [Test]
    public void Who_does_not_greet_within_5_seconds_is_let_go()
    {
        LinkEnd link = _rig.Connect(Rig.A);
        _rig.Pass(4.5);
        Assert.That(link.IsClosed, Is.False);
        _rig.Pass(1);
        Ended(link, NoteKind.LinkBroken, GoodbyeReason.Broken);
    }

    [Test]
    public void Who_greets_twice_is_let_go()
    {
        LinkEnd link = _rig.Connect(Rig.A);
        link.Greet();
        link.Greet();
        Ended(link, NoteKind.LinkBroken, GoodbyeReason.Broken);
    }

    [Test]
    public void A_site_that_answers_under_another_s_address_is_refused()
    {
        LinkEnd link = _rig.Connect(Rig.C, dialed: Rig.A);
        link.Greet();
        Ended(link, NoteKind.LinkRefused, GoodbyeReason.Refused);
        Assert.That(_rig.Core.State.Sites[Rig.A].Dialing, Is.False);
    }

    [Test]
    public void Another_that_bears_our_name_is_refused_and_noted()
    {
        LinkEnd link = _rig.Connect(Rig.A);
        link.Greet(incarnation: 0xbad, name: Rig.B);
        Ended(link, NoteKind.NameInUse, GoodbyeReason.NameInUse);
    }

    [Test]
    public void A_call_that_reached_ourselves_is_no_name_in_use()
    {
        LinkEnd link = _rig.Connect(Rig.A, dialed: Rig.A);
        link.Greet(incarnation: 0xb1, name: Rig.B);
        Assert.That(link.IsClosed);
        Assert.That(_rig.NoteKinds, Has.No.Member(NoteKind.NameInUse));
    }

    [Test]
    public void A_second_holder_of_a_name_is_refused_while_the_first_answers()
    {
        LinkEnd first = _rig.Link(Rig.A);
        LinkEnd second = _rig.Connect(Rig.A);
        first.Take();
        second.Greet(incarnation: 2);
        Assert.That(second.IsClosed, Is.False, "not before it is known whether the first lives");
        first.AnswerPings();
        Ended(second, NoteKind.NameInUse, GoodbyeReason.NameInUse);
        Assert.That(first.IsClosed, Is.False);
    }

    [Test]
    public void A_new_life_takes_the_place_of_one_that_does_not_answer()
    {
        LinkEnd first = _rig.Link(Rig.A);
        LinkEnd second = _rig.Connect(Rig.A);
        second.Greet(incarnation: 2);
        _rig.Pass(2.1);
        _other.AnswerPings();
        Assert.That(first.IsClosed);
        Assert.That(second.IsClosed, Is.False);
        Assert.That(_rig.Core.State.Sites[Rig.A].Link?.Incarnation, Is.EqualTo(2));
        Assert.That(_rig.NoteKinds, Has.No.Member(NoteKind.NameInUse));
    }

    [Test]
    public void A_member_s_name_from_an_unknown_address_is_refused()
    {
        LinkEnd link = _rig.Connect(Rig.A, address: IPAddress.Parse("192.0.2.1"));
        link.Greet();
        Ended(link, NoteKind.LinkRefused, GoodbyeReason.Refused);
    }

    [Test]
    public void A_name_that_nobody_configured_is_refused()
    {
        LinkEnd link = _rig.Connect(Rig.A);
        link.Greet(name: new SiteName("mallory"));
        Ended(link, NoteKind.LinkRefused, GoodbyeReason.Refused);
    }

    [TestCase(FrameKind.Ping)]
    [TestCase(FrameKind.Sites)]
    [TestCase(FrameKind.Topology)]
    [TestCase(FrameKind.Segments)]
    [TestCase((FrameKind)200)]
    public void A_frame_before_the_greeting_ends_the_link(FrameKind kind)
    {
        LinkEnd link = _rig.Connect(Rig.A);
        link.Send(w => Raw(w, kind, new byte[RunHead.Size]));
        Ended(link, NoteKind.LinkBroken, GoodbyeReason.Broken);
    }

    [Test]
    public void A_goodbye_before_the_greeting_is_no_alarm()
    {
        LinkEnd link = _rig.Connect(Rig.A, address: IPAddress.Parse("192.0.2.1"));
        link.Send(w => SmallFrames.WriteGoodbye(w, GoodbyeReason.NameInUse, "gotcha"));
        Assert.That(link.IsClosed);
        Assert.That(_rig.NoteKinds, Has.No.Member(NoteKind.NameInUse), "a stranger's word");
    }

    [Test]
    public void A_kind_of_frame_that_is_not_known_is_passed_over()
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.Send(w => Raw(w, (FrameKind)200, [1, 2, 3]));
        link.Take();
        link.End.Say(Ping());
        Assert.That(link.Take().Select(f => f.Kind), Does.Contain(FrameKind.Pong));
    }

    [TestCase(FrameKind.Ping)]
    [TestCase(FrameKind.Pong)]
    [TestCase(FrameKind.Sites)]
    [TestCase(FrameKind.Group)]
    [TestCase(FrameKind.Topology)]
    [TestCase(FrameKind.Want)]
    [TestCase(FrameKind.Stream)]
    [TestCase(FrameKind.Digest)]
    [TestCase(FrameKind.Segments)]
    [TestCase(FrameKind.Delivery)]
    [TestCase(FrameKind.Goodbye)]
    [TestCase(FrameKind.Spare)]
    [TestCase(FrameKind.MarkSums)]
    [TestCase(FrameKind.Names)]
    public void A_payload_that_makes_no_sense_ends_the_link(FrameKind kind)
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.Send(w => Raw(w, kind, [.. Enumerable.Repeat((byte)0xFF, 40)]));
        Ended(link, NoteKind.LinkBroken, GoodbyeReason.Broken);
    }

    [Test]
    public void A_goodbye_ends_the_link_and_is_nobody_s_fault()
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.Send(w => SmallFrames.WriteGoodbye(w, GoodbyeReason.Stopping, "the end\n"));
        Assert.That(link.IsClosed);
        Assert.That(_rig.NoteKinds, Does.Contain(NoteKind.LinkDown).And.No.Member(NoteKind.LinkBroken));
        Assert.That(_rig.Notes.Select(n => n.Text), Has.None.Contains("\n"));
    }

    [Test]
    public void A_link_that_is_silent_for_three_heartbeats_is_down()
    {
        LinkEnd link = _rig.Link(Rig.A);
        for (int second = 0; second < 8; second++)
        {
            _rig.Pass(1);
            _other.AnswerPings();
        }

        Assert.That(link.IsClosed);
        Assert.That(link.Take().Select(f => f.Kind), Does.Contain(FrameKind.Ping), "it was asked");
    }

    [Test]
    public void More_strangers_than_allowed_make_room_for_each_other()
    {
        var rig = new Rig(l => l with { Access = l.Access with { UnknownLinkMax = 2 } });
        LinkEnd[] links = [.. Enumerable.Range(0, 3).Select(_ => rig.Connect(Rig.A))];
        Assert.That(links.Count(l => !l.IsClosed), Is.EqualTo(2));
        Assert.That(links[2].IsClosed, Is.False, "who comes from where a site is displaces one that has not said who it is");
        links[2].Greet();
        Assert.That(rig.Connect(Rig.C).IsClosed, Is.False);
        Assert.That(links[2].IsClosed, Is.False, "it is no stranger any more");
    }

    [Test]
    public void Strangers_from_nowhere_are_refused_when_there_is_no_room()
    {
        var rig = new Rig(l => l with { Access = l.Access with { UnknownLinkMax = 4 } });
        LinkEnd[] links = [.. Enumerable.Range(1, 5).Select(n => rig.Connect(Rig.A, address: IPAddress.Parse($"192.0.2.{n}")))];
        Assert.That(links.Select(l => l.IsClosed), Is.EqualTo(new[] { false, false, false, false, true }));
        rig.Pass(1.5);
        Assert.That(rig.Connect(Rig.A, address: IPAddress.Parse("192.0.2.6")).IsClosed, Is.False, "one that has said nothing for a second makes room");
        LinkEnd[] same = [.. Enumerable.Range(0, 2).Select(_ => rig.Connect(Rig.A, address: IPAddress.Parse("192.0.2.6")))];
        Assert.That(same.Select(l => l.IsClosed), Is.EqualTo(new[] { true, true }), "one address has a quarter of the places");
    }

    private static byte[] Ping()
    {
        var writer = new FieldWriter();
        SmallFrames.WriteStamp(writer, FrameKind.Ping, 5);
        return writer.Written.ToArray();
    }

    private static void Raw(FieldWriter writer, FrameKind kind, byte[] payload)
    {
        writer.BeginFrame();
        Array.ForEach(payload, b => writer.Number(b < 0x80 ? b : ulong.MaxValue));
        writer.EndFrame(kind);
    }

    private void Ended(LinkEnd link, NoteKind kind, GoodbyeReason reason)
    {
        Assert.That(link.IsClosed);
        Assert.That(_rig.NoteKinds, Does.Contain(kind));
        Assert.That(link.Goodbye(), Is.EqualTo(reason));
    }
}
