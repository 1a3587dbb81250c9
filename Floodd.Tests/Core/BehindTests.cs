// Who is behind: nobody waits for a member that stands still, and it counts again when it has come along, though floods go on.
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BehindTests
{
    private readonly Rig _rig = new();
    private readonly LinkEnd _a, _c;
    private long _flooded;

    public BehindTests() => (_a, _c) = (_rig.Link(Rig.A), _rig.Link(Rig.C));

    [Test]
    public void A_member_that_stands_still_is_behind_while_one_that_comes_along_late_is_not()
    {
        FloodFor(seconds: 40, lag: 5);
        Assert.That((StateOf(Rig.A), StateOf(Rig.C)), Is.EqualTo(("behind", "up")));
    }

    [Test]
    public void A_member_that_has_come_along_counts_again_though_it_always_owes_something()
    {
        FloodFor(seconds: 20, lag: long.MaxValue);
        Assert.That(StateOf(Rig.C), Is.EqualTo("behind"));
        FloodFor(seconds: 5, lag: 5);
        Assert.That(StateOf(Rig.C), Is.EqualTo("up"));
    }

    [Test]
    public void A_member_that_has_begun_to_come_along_does_not_count_before_it_is_here()
    {
        FloodFor(seconds: 40, lag: long.MaxValue);
        FloodFor(seconds: 5, lag: 30);
        Assert.That(StateOf(Rig.C), Is.EqualTo("behind"));
    }

    [Test]
    public void A_member_at_a_large_update_has_the_time_that_a_narrow_way_takes_for_it()
    {
        _rig.Client().Ask($"flood mirror 1048576\n{new string('x', 1 << 20)}");
        Pass(seconds: 17);
        Assert.That(StateOf(Rig.C), Is.EqualTo("up"));
        Pass(seconds: 3);
        Assert.That(StateOf(Rig.C), Is.EqualTo("behind"));
    }

    // One update each second; c has exported all but so many of the last ones.
    private void FloodFor(int seconds, long lag)
    {
        for (int i = 0; i < seconds; i++)
        {
            _flooded++;
            _rig.Client().Ask("flood mirror 3\nabc");
            if (_flooded > lag)
            {
                _c.Exported(_rig.Group.OwnId, _flooded - lag);
            }

            Pass(1);
        }
    }

    private void Pass(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _rig.Pass(1);
            _a.AnswerPings();
            _c.AnswerPings();
            _rig.Exports.ToList().ForEach(run => _rig.EndRun(run));
            _rig.Exports.Clear();
        }
    }

    private string StateOf(SiteName name)
    {
        string line = _rig.Client().Ask("members\n").Split('\n').Single(l => l.Contains($"(:site-name {name})", StringComparison.Ordinal));
        return line.Split("(:state ")[1].Split(')')[0];
    }
}
