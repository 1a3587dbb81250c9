// A member that some file names is no newcomer when it comes for the first time, also to a site whose own file does not name it.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NamedMemberTests
{
    // The file of b names itself and c, as that of a site that joins through c.
    private readonly Rig _rig = new(group: g => g with { MasterSite = null, Sites = [Rig.B, Rig.C] });

    [Test]
    public void Who_is_named_by_no_file_begins_with_what_comes()
    {
        LinkEnd neighbor = _rig.Link(Rig.C);
        Say(neighbor, 0, Rig.B, Rig.C);
        neighbor.Run(1, Piece.Whole("before"));
        _rig.Link(Rig.A);
        Assert.That(_rig.Group.Find(neighbor.Stream)!.Marks.Of(Rig.A)?.Start, Is.True);
    }

    [Test]
    public void To_who_has_just_been_born_and_heard_of_nobody_nobody_is_new()
    {
        _rig.Client().Ask("flood 5\nfirst");
        _rig.Link(Rig.A);
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.A), Is.Null, "it may have been a member for long");
    }

    [Test]
    public void To_who_has_been_alone_for_some_time_whoever_comes_is_new()
    {
        _rig.Client().Ask("flood 5\nfirst");
        _rig.Pass(11);
        _rig.Link(Rig.A);
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.A)?.Start, Is.True);
    }

    [Test]
    public void Who_is_named_by_a_neighbor_s_file_is_owed_all()
    {
        LinkEnd neighbor = _rig.Link(Rig.C);
        Say(neighbor, 0, Rig.A, Rig.C);
        neighbor.Run(1, Piece.Whole("before"));
        _rig.Link(Rig.A);
        Assert.That(_rig.Group.Members.Keys, Does.Contain(Rig.A));
        Assert.That(_rig.Group.Find(neighbor.Stream)!.Marks.Of(Rig.A), Is.Null);
    }

    [Test]
    public void What_a_neighbor_s_file_names_is_told_to_the_next()
    {
        LinkEnd first = _rig.Link(Rig.C), next = _rig.Link(Rig.A);
        next.Take();
        Say(first, 0, new SiteName("d"), Rig.C);
        Assert.That(Words(next).Select(w => (w.Version, string.Join(' ', w.Definition.Sites))), Is.EqualTo(new[] { (0UL, "b c d") }));
        Say(first, 0, new SiteName("d"), Rig.C);
        Assert.That(Words(next), Is.Empty, "it is no news");
    }

    [Test]
    public void A_site_s_own_word_makes_it_no_member_of_old()
    {
        LinkEnd newcomer = _rig.Connect(Rig.A);
        newcomer.Greet();
        Say(newcomer, 0, Rig.A, Rig.B);
        Assert.That(_rig.Group.Named, Is.Empty);
    }

    [Test]
    public void The_master_s_word_is_the_last()
    {
        LinkEnd neighbor = _rig.Link(Rig.C);
        Say(neighbor, 0, Rig.A);
        Say(neighbor, 1, Rig.B, Rig.C);
        Say(neighbor, 0, Rig.A);
        Assert.That(_rig.Group.Named, Is.Empty);
    }

    [Test]
    public void Names_are_not_kept_without_end()
    {
        LinkEnd neighbor = _rig.Link(Rig.C);
        for (int i = 0; i < 20; i++)
        {
            Say(neighbor, 0, [.. Enumerable.Range(i * 100, 100).Select(n => new SiteName($"n{n}"))]);
        }

        Assert.That(_rig.Group.Named, Has.Count.EqualTo(1024));
        Assert.That(neighbor.IsClosed, Is.False);
    }

    private static void Say(LinkEnd link, ulong version, params SiteName[] sites) =>
        link.Send(new GroupRecord(new GroupDefinition(Rig.Mirror) { Sites = [.. sites] }, version).Write);

    private static List<GroupRecord> Words(LinkEnd link) => [.. link.Take().Where(f => f.Kind == FrameKind.Group).Select(f => GroupRecord.Read(f.Payload)!)];
}
