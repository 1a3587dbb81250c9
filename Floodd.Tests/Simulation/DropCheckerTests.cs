// The checker of drops bites where the order is wrong, and does not where the members changed in between.
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Core;
using NUnit.Framework;

namespace Floodd.Tests.Simulation;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DropCheckerTests
{
    private readonly SiteCore _core = new Rig().Core;
    private readonly DropChecker _checker = new();
    private readonly SegmentStream _stream;

    public DropCheckerTests()
    {
        var rig = new StreamRig(1, Group, "x");
        rig.Put(1, Piece.Whole("all have it"));
        _stream = rig.Stream;
        _stream.ExportNext = 2;
        foreach (SiteName name in Group.Members.Keys)
        {
            _stream.Marks.Raise(name, new(1, 1, false));
        }
    }

    private Group Group => _core.State.Groups[Rig.Mirror];

    [Test]
    public void What_all_have_is_not_kept_while_what_somebody_waits_for_goes()
    {
        _checker.Before(_core);
        _core.State.Counters.GivenUpUp++;
        Assert.That(() => _checker.After(_core), Throws.TypeOf<ViolationException>());
    }

    [Test]
    public void Whose_marks_come_behind_its_record_makes_nobody_wrong_in_between()
    {
        var newcomer = new SiteName("newcomer");
        _checker.Before(_core);
        Group.Add(new Member(new Site(newcomer)) { Up = true });
        Assert.That(_stream.Marks.AllFloor, Is.Zero);
        _core.State.Counters.GivenUpUp++;
        _stream.Marks.Raise(newcomer, new(1, 1, true));
        Assert.That(() => _checker.After(_core), Throws.Nothing);
    }
}
