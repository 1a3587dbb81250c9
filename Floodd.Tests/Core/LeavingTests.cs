// A site that lives and says that it is in a group no more: nobody waits for it there.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LeavingTests
{
    // The file of b names itself and c; a comes by itself.
    private readonly Rig _rig = new(l => l with { SitePurgePeriod = TimeSpan.FromSeconds(30) }, g => g with { MasterSite = null, Sites = [Rig.B, Rig.C], AllowSites = ["*"] });

    private ulong _version = 1;

    [TestCase("a")]
    [TestCase("c")]
    public void Who_says_that_it_is_in_the_group_no_more_is_down_there_until_it_says_otherwise(string name)
    {
        LinkEnd link = _rig.Link(new SiteName(name));
        Assert.That(IsUp(name), Is.True);
        Say(link, name);
        _rig.Pass(1);
        Assert.That(IsUp(name), Is.False);
        Say(link, name, new KeyValuePair<GroupName, long>(Rig.Mirror, 0));
        _rig.Pass(1);
        Assert.That(IsUp(name), Is.True);
    }

    [Test]
    public void Who_has_left_for_long_is_forgotten_unless_the_file_names_it()
    {
        LinkEnd a = _rig.Link(Rig.A), c = _rig.Link(Rig.C);
        Say(a, "a");
        Say(c, "c");
        for (int second = 0; second < 100; second++)
        {
            _rig.Pass(1);
            a.AnswerPings();
            c.AnswerPings();
            (a, c) = (Alive(a, "a"), Alive(c, "c"));
        }

        Assert.That(_rig.Group.Members.Keys, Is.EqualTo(new[] { Rig.B, Rig.C }));
        Assert.That(_rig.Core.State.Sites.Values.Select(s => (s.Name.Value, s.Reachable)), Is.EqualTo(new[] { ("a", true), ("b", true), ("c", true) }));
    }

    // No group needs its link, which ends after a while: then it comes again.
    private LinkEnd Alive(LinkEnd link, string name)
    {
        if (!link.IsClosed)
        {
            return link;
        }

        LinkEnd again = _rig.Connect(new SiteName(name));
        again.Greet();
        Say(again, name);
        return again;
    }

    private bool IsUp(string name) => _rig.Group.Members[new SiteName(name)].Up;

    private void Say(LinkEnd link, string name, params KeyValuePair<GroupName, long>[] groups) => link.Send(w =>
    {
        w.BeginFrame();
        new SiteRecord(new SiteDefinition(new SiteName(name)), 1, ++_version, [.. groups], [Rig.B]).Write(w);
        w.EndFrame(FrameKind.Sites);
    });
}
