// The end of a site's life, and a new configuration in the middle of it.
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StoppingTests
{
    private readonly Rig _rig = new();

    [Test]
    public void A_site_that_owes_nothing_says_goodbye_and_ends_at_once()
    {
        LinkEnd link = _rig.Link(Rig.A);
        ClientEnd client = _rig.Client();
        client.Take();
        _rig.Do(new Event.StopRequested("SIGTERM"));
        Assert.Multiple(() =>
        {
            Assert.That(link.IsClosed);
            Assert.That(link.Goodbye(), Is.EqualTo(GoodbyeReason.Stopping));
            Assert.That(client.Take(), Is.EqualTo("421 the daemon ends\n"));
            Assert.That(_rig.Stops, Is.EqualTo(1));
            Assert.That(_rig.NoteKinds, Does.Contain(NoteKind.Stopping));
        });
    }

    [Test]
    public void What_neighbors_are_owed_they_get_first()
    {
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Drains = false;
        _rig.Client().Say("flood 2\nhi");
        _rig.Do(new Event.StopRequested("SIGTERM"));
        Assert.That((_rig.Stops, link.IsClosed), Is.EqualTo((0, false)));
        _rig.EndRun(_rig.Exports[0]);
        Assert.That(_rig.Stops, Is.Zero, "the link has not taken it");
        _rig.Drains = true;
        _rig.Drain(link.End);
        _rig.Do();
        Assert.That((_rig.Stops, link.IsClosed), Is.EqualTo((1, true)));
        List<FrameKind> heard = [.. link.Take().Select(f => f.Kind)];
        Assert.That(heard, Does.Contain(FrameKind.Segments));
        Assert.That(heard[^1], Is.EqualTo(FrameKind.Goodbye));
    }

    [Test]
    public void What_was_exported_last_is_told_before_the_end()
    {
        LinkEnd link = _rig.Link(Rig.A);
        ClientEnd client = _rig.Client();
        client.Say("flood 2\nhi");
        client.Say("flood 2\nho");
        _rig.EndRun(_rig.Exports[0]);
        Assert.That(ToldExports(link), Does.Contain(1));

        // The second run ends when the site has just spoken of the first and would rather wait a moment.
        _rig.Do(new Event.StopRequested("SIGTERM"));
        _rig.EndRun(_rig.Exports[1]);
        Assert.That(_rig.Stops, Is.EqualTo(1));
        Assert.That(ToldExports(link), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void After_5_seconds_it_ends_in_any_case()
    {
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Drains = false;
        _rig.Client().Say("flood 2\nhi");
        _rig.Do(new Event.StopRequested("SIGTERM"));
        _rig.Pass(4.9);
        Assert.That(_rig.Stops, Is.Zero);
        _rig.Pass(0.2);
        Assert.That((_rig.Stops, link.IsClosed), Is.EqualTo((1, true)));
        Assert.That(link.Goodbye(), Is.EqualTo(GoodbyeReason.Stopping));
        _rig.Pass(5);
        Assert.That(_rig.Stops, Is.EqualTo(1));
    }

    [Test]
    public void A_goodbye_is_said_even_behind_other_last_words()
    {
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Drains = false;
        _rig.Client().Say("flood 2\nhi");
        _rig.Do(new Event.StopRequested("SIGTERM"));
        link.Take();

        // A pong goes out in the very turn that ends it all.
        _rig.Oversleep(5.5);
        link.Send(w => SmallFrames.WriteStamp(w, FrameKind.Ping, 1));
        Assert.That((_rig.Stops, link.IsClosed), Is.EqualTo((1, true)));
        Assert.That(link.Goodbye(), Is.EqualTo(GoodbyeReason.Stopping));
    }

    [Test]
    public void Who_comes_while_it_ends_is_turned_away()
    {
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Drains = false;
        _rig.Client().Say("flood 2\nhi");
        _rig.Do(new Event.StopRequested("SIGTERM"));
        Assert.That(_rig.Client().Take(), Does.StartWith("421 "));
        Assert.That(_rig.Connect(Rig.C).IsClosed);
        Assert.That(link.IsClosed, Is.False);
        _rig.Do(new Event.StopRequested("SIGINT"));
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.Stopping), Is.EqualTo(1));
    }

    [Test]
    public void A_reload_takes_a_new_command_and_tells_the_group_what_the_master_says()
    {
        var rig = new Rig(group: g => g with { MasterSite = Rig.B });
        LinkEnd link = rig.Link(Rig.A);
        link.Take();
        rig.Do(new Event.Reloaded(Rig.Configure(l => l with { Export = new ExportDefinition { Command = "another" } }, g => g with { MasterSite = Rig.B, MaxUpdateSize = 5 })));
        GroupRecord[] told = [.. link.Take().Where(f => f.Kind == FrameKind.Group).Select(f => GroupRecord.Read(f.Payload)!)];
        Assert.That(told.Select(t => (t.Version, t.Definition.MaxUpdateSize)), Does.Contain((2UL, 5L)));
        Assert.That(rig.NoteKinds, Does.Contain(NoteKind.Reloaded));
        ClientEnd client = rig.Client();
        Assert.That(SessionTests.Codes(client.Ask("flood 6\n123456flood 5\n12345")), Is.EqualTo("552 250"));
        Assert.That(rig.Exports.Single().Command, Is.EqualTo("another"));
    }

    [Test]
    public void A_smaller_store_than_what_it_holds_breaks_nothing()
    {
        ClientEnd client = _rig.Client();
        for (int i = 0; i < 20; i++)
        {
            client.Ask("flood 9000\n" + new string('x', 9000));
        }

        _rig.Do(new Event.Reloaded(Rig.Configure(l => l with { DataStorageMax = 65_536 })));
        Assert.That(() => client.Ask("flood 2\nhi"), Throws.Nothing);
        Assert.That(() => _rig.Pass(30), Throws.Nothing);
    }

    [Test]
    public void A_group_that_a_reload_adds_flows_over_the_links_that_are_there()
    {
        LinkEnd link = _rig.Link(Rig.A);
        GroupName second = new("second");
        Configuration configuration = Rig.Configure();
        _rig.Do(new Event.Reloaded(configuration with { Groups = configuration.Groups.Add(second, new GroupDefinition(second) { MasterSite = Rig.A, Sites = [Rig.A, Rig.B] }) }));
        Assert.That(link.Take().Where(f => f.Kind == FrameKind.Want).Select(f => SmallFrames.ReadWant(f.Payload)?.Group), Does.Contain(second));
        Assert.That(_rig.Client().Ask("flood second 2\nhi"), Does.Match("^250 .* flooded to second"));
        Assert.That(_rig.Client().Ask("flood 2\nhi"), Does.StartWith("501 "), "which group?");
    }

    [Test]
    public void A_neighbor_whose_file_was_given_the_group_since_the_link_came_up_is_told_what_holds()
    {
        GroupName second = new("second");
        Configuration configuration = Rig.Configure();
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Do(new Event.Reloaded(configuration with { Groups = configuration.Groups.Add(second, new GroupDefinition(second) { MasterSite = Rig.B, Sites = [Rig.A, Rig.B] }) }));
        link.Take();
        link.Send(w =>
        {
            w.BeginFrame();
            new SiteRecord(new(Rig.A), 1, 9, [new(Rig.Mirror, 0), new(second, 0)], [Rig.B]).Write(w);
            w.EndFrame(FrameKind.Sites);
        });
        Assert.That(link.Take().Where(f => f.Kind == FrameKind.Group).Select(f => GroupRecord.Read(f.Payload)!.Definition.Name), Is.EqualTo(new[] { second }));
    }

    [Test]
    public void A_site_that_a_reload_denies_loses_its_link_and_one_that_it_leaves_out_is_configured_no_more()
    {
        LinkEnd a = _rig.Link(Rig.A), c = _rig.Link(Rig.C);
        Configuration without = Rig.Configure(group: g => g with { Sites = [Rig.A, Rig.B], DenySites = [Rig.C.Value] });
        _rig.Do(new Event.Reloaded(without with { Sites = without.Sites.Remove(Rig.C) }));
        Assert.That((a.IsClosed, c.Goodbye()), Is.EqualTo((false, (GoodbyeReason?)GoodbyeReason.Refused)));
        Assert.That(_rig.Group.Members.Values.Where(m => m.Configured).Select(m => m.Name), Is.EqualTo(new[] { Rig.A, Rig.B }));
    }

    [Test]
    public void What_a_master_said_in_an_earlier_life_does_not_win_over_what_it_says_now()
    {
        var rig = new Rig(group: g => g with { MasterSite = Rig.B, MaxUpdateSize = 5 });
        LinkEnd link = rig.Link(Rig.A);
        link.Take();
        link.Send(new GroupRecord(new GroupDefinition(Rig.Mirror) { MasterSite = Rig.B, Sites = [Rig.A, Rig.B, Rig.C], MaxUpdateSize = 1 }, 40).Write);
        GroupRecord? told = link.Take().Where(f => f.Kind == FrameKind.Group).Select(f => GroupRecord.Read(f.Payload)).LastOrDefault();
        Assert.That((told?.Version, told?.Definition.MaxUpdateSize), Is.EqualTo((41UL, 5L)));
    }

    // How far site b has exported its own updates, as it tells.
    private static long[] ToldExports(LinkEnd link) => [.. link.MarksIn(link.Take()).Select(m => m.Mark.Exported)];
}
