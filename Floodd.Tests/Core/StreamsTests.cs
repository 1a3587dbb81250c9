// Which streams are known: there is room for so many, and what is forgotten and heard of again goes on.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StreamsTests
{
    private static readonly StreamId Over = new(Rig.C, 5);

    private readonly Rig _rig = new(l => l with { LogPurgePeriod = TimeSpan.FromMinutes(1) });
    private readonly LinkEnd _a;

    public StreamsTests() => _a = _rig.Link(Rig.A);

    [Test]
    public void Lives_that_are_over_make_room_for_others()
    {
        for (uint number = 2; number < 3000; number++)
        {
            Name(number, new StreamId(Rig.C, number));
        }

        Assert.That((_a.IsClosed, _rig.Core.State.Counters.StreamsRefused), Is.EqualTo((false, 0)));
        Assert.That(_rig.Group.Streams, Has.Count.InRange(_rig.Core.State.StreamsMax / 2, _rig.Core.State.StreamsMax));
        Run(2999, new StreamId(Rig.C, 2999), "last");
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "last" }));
    }

    [Test]
    public void What_there_is_no_room_for_is_passed_over_and_breaks_no_link()
    {
        for (uint number = 2; number < 1500; number++)
        {
            Name(number, new StreamId(Rig.C, number));
            Run(number, new StreamId(Rig.C, number), "x");
        }

        _a.Exported(new StreamId(Rig.C, 7777), 1);
        Assert.That(_a.IsClosed, Is.False);
        Assert.That(_rig.Group.Streams, Has.Count.EqualTo(_rig.Core.State.StreamsMax));
        Assert.That(_rig.Core.State.Counters.StreamsRefused, Is.InRange(1, 1000));
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.StoreFull), Is.EqualTo(1));
        Run(2, new StreamId(Rig.C, 2), "and more", first: 2);
        Assert.That(_rig.Group.Find(new StreamId(Rig.C, 2))!.Received.ToString(), Is.EqualTo("1-2"));
    }

    [Test]
    public void What_was_heard_of_a_moment_ago_is_not_forgotten()
    {
        Pass(300);
        Name(2, Over);
        Pass(60);
        Run(2, Over, "late");
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "late" }));
    }

    [Test]
    public void What_was_forgotten_and_is_heard_of_again_comes_under_the_number_that_it_had()
    {
        Name(2, Over);
        Pass(300);
        Assert.That(_rig.Group.Find(Over), Is.Null);
        Run(2, Over, "nobody's");
        Assert.That(_rig.Exports, Is.Empty);
        _a.Exported(Over, 1);
        Run(2, Over, "again");
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "again" }));
    }

    private void Name(uint number, StreamId id) => _a.Send(w => SmallFrames.WriteStream(w, number, Rig.Mirror, id));

    private void Run(uint number, StreamId id, string text, long first = 1) => _a.End.Say(Piece.Run(Rig.Mirror, id, number, first, Piece.Whole(text)));

    private void Pass(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            _rig.Pass(1);
            _a.AnswerPings();
        }
    }
}
