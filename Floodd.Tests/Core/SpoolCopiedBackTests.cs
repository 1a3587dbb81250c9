// A spool that is older than what the group remembers of this site, as it was copied back: what the site exported since is not exported again, and all else is. No file is ever written.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SpoolCopiedBackTests
{
    private static readonly StreamId FromA = new(Rig.A, 1), FromC = new(Rig.C, 1);

    private readonly SpoolModel _disk = new();
    private Rig _rig = new(spooled: SpoolModel.New());
    private LinkEnd _a = null!;

    [TestCase(1, "2,3,4,5", TestName = "Of what was refused together the first was exported since")]
    [TestCase(3, "4,5", TestName = "Of what was refused together the last is left")]
    [TestCase(4, "5", TestName = "All that was refused together was exported since")]
    public void A_search_for_what_is_refused_ends_when_the_group_remembers_some_of_it_as_exported(long through, string left)
    {
        Refuse();
        Remember(FromA, through);
        _a.Run(5, Piece.Whole("5"));
        Assert.That(string.Join(',', TakeAll().Where(t => char.IsAsciiDigit(t))), Is.EqualTo(left));
    }

    [Test]
    public void A_stream_of_which_all_is_remembered_does_not_stand_still_while_the_others_are_searched()
    {
        Refuse();
        Remember(FromC, 2);
        _a.Run(5, Piece.Whole("5"));
        RunOfC(3, Piece.Whole("z"));
        Assert.That(TakeAll().Order(), Is.EqualTo("12345z"));
    }

    // Both streams stand in one bundle, which is refused in the life that has the copied spool.
    private void Refuse()
    {
        Link();
        _rig.Client().Ask("flood 4\nbusy");
        _disk.Sync(_rig);
        _a.Run(1, Piece.Whole("1"), Piece.Whole("2"), Piece.Whole("3"), Piece.Whole("4"));
        RunOfC(1, Piece.Whole("x"), Piece.Whole("y"));
        _disk.Sync(_rig);
        _rig.EndRun(_rig.Exports[^1]);
        _disk.Sync(_rig);
        _rig = new Rig(incarnation: 0xb2, spooled: _disk.Read());
        _disk.Sync(_rig);
        Assert.That(Rig.InputOf(_rig.Exports[0]).Order(), Is.EqualTo("1234xy"));
        _rig.EndRun(_rig.Exports[0], code: 1);
    }

    // By way of a, what c floods comes too.
    private void Link()
    {
        _a = _rig.Link(Rig.A);
        _a.Send(w => SmallFrames.WriteStream(w, 2, Rig.Mirror, FromC));
    }

    private void RunOfC(long first, params Piece[] pieces) => _a.End.Say(Piece.Run(Rig.Mirror, FromC, 2, first, pieces));

    private void Remember(StreamId stream, long through)
    {
        Link();
        _a.Send(w => _a.Marks(w, last: false, stream, new NamedMark(Rig.B, through, through, false)));
    }

    // What all runs from here on are given; none is refused.
    private string TakeAll()
    {
        string taken = "";
        for (int ended = _rig.Exports.Count, second = 0; second < 30; second++)
        {
            _disk.Sync(_rig);
            for (; ended < _rig.Exports.Count; ended++)
            {
                taken += Rig.InputOf(_rig.Exports[ended]);
                _rig.EndRun(_rig.Exports[ended]);
                _disk.Sync(_rig);
            }

            _rig.Pass(1);
            _a.AnswerPings();
        }

        return taken;
    }
}
