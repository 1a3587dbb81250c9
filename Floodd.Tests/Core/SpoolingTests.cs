// One core and its spool: nothing is said before it lasts, and what lasts comes back. No file is ever written.
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Floodd.Spool;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SpoolingTests
{
    private readonly SpoolModel _disk = new();
    private Rig _rig = new(spooled: SpoolModel.New());
    private ulong _life = 0xb1;

    [Test]
    public void A_receipt_goes_out_when_the_update_lasts()
    {
        ClientEnd client = _rig.Client();
        Assert.That(client.Ask("flood 2\nhi"), Is.Empty);
        _disk.Sync(_rig);
        Assert.That(client.Take(), Is.EqualTo("250 b/b1/1 flooded to mirror, 2 bytes\n"));
    }

    [Test]
    public void What_a_session_says_before_a_receipt_goes_out_at_once_and_what_it_says_behind_it_waits()
    {
        ClientEnd client = _rig.Client();
        Assert.That(client.Ask("ping\nflood 2\nhiflood 1\n1ping\n"), Is.EqualTo("250 pong\n"));
        Assert.That(client.Ask("ping\n"), Is.Empty);
        Assert.That(_rig.Client().Ask("ping\n"), Is.EqualTo("250 pong\n"), "another session");
        _disk.Sync(_rig);
        Assert.That(client.Take(), Is.EqualTo("250 b/b1/1 flooded to mirror, 2 bytes\n250 b/b1/2 flooded to mirror, 1 bytes\n250 pong\n250 pong\n"));
    }

    [Test]
    public void Each_receipt_waits_for_its_own_ticket_only()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 1\n1");
        Effect.Spool first = _rig.Batches.Dequeue();
        client.Ask("flood 1\n2");
        _rig.Do(new Event.Spooled(first.Ticket, IsShort: false, 1));
        Assert.That(client.Take(), Is.EqualTo("250 b/b1/1 flooded to mirror, 1 bytes\n"));
        _disk.Sync(_rig);
        Assert.That(client.Take(), Is.EqualTo("250 b/b1/2 flooded to mirror, 1 bytes\n"));
    }

    [Test]
    public void A_session_that_says_quit_behind_a_flood_gets_its_receipt_before_it_is_closed()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 2\nhiquit\n");
        Assert.That(client.IsClosed, Is.False);
        _disk.Sync(_rig);
        Assert.That(client.Take(), Does.StartWith("250 b/b1/1 flooded to mirror, 2 bytes\n205 "));
        Assert.That(client.IsClosed, Is.True);
    }

    [Test]
    public void A_repeat_of_a_key_waits_for_the_first_one()
    {
        _rig.Client().Ask("flood mirror 2 key k\nhi");
        ClientEnd second = _rig.Client();
        Assert.That(second.Ask("flood mirror 2 key k\nhi"), Is.Empty);
        _disk.Sync(_rig);
        Assert.That(second.Take(), Is.EqualTo("250 b/b1/1 flooded to mirror, 2 bytes\n"));
        Assert.That(second.Ask("flood mirror 2 key k\nhi"), Is.EqualTo("250 b/b1/1 flooded to mirror, 2 bytes\n"), "now it lasts");
    }

    [Test]
    public void An_update_goes_to_neighbors_only_when_it_lasts()
    {
        LinkEnd link = _rig.Link(Rig.A);
        link.End.Heard.Clear();
        _rig.Client().Ask("flood 9\nneighbors");
        Assert.That(Heard(link), Does.Not.Contain("neighbors"));
        _disk.Sync(_rig);
        Assert.That(Heard(link), Does.Contain("neighbors"));
    }

    [Test]
    public void A_run_begins_when_it_lasts_that_it_does_and_is_told_when_it_lasts_that_it_ended()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 2\nhi");
        Effect.Spool update = _rig.Batches.Dequeue();
        _rig.Do(new Event.Spooled(update.Ticket, IsShort: false, 1));
        Assert.That(_rig.Exports, Is.Empty);
        Assert.That(_rig.Batches.Single().Entries, Has.Exactly(1).TypeOf<SpoolEntry.Handing>().With.Property("Through").EqualTo(1));
        _disk.Sync(_rig);
        Assert.That(_rig.Exports, Has.Count.EqualTo(1));
        client.Ask("flood 1\n2");
        _disk.Sync(_rig);
        _rig.EndRun(_rig.Exports[0]);
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.B)?.Exported ?? 0, Is.Zero);
        Assert.That(_rig.Batches.Single().Entries.Select(e => e.GetType()), Is.EqualTo(new[] { typeof(SpoolEntry.Exported), typeof(SpoolEntry.Handing) }), "one sync for both");
        _disk.Sync(_rig);
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.B)?.Exported ?? 0, Is.EqualTo(1));
        Assert.That(_rig.Exports, Has.Count.EqualTo(2));
    }

    [Test]
    public void After_a_cut_what_lasts_comes_back_and_goes_on()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood mirror 2 key k\nhi");
        _disk.Sync(_rig);
        _rig.EndRun(_rig.Exports[0]);
        client.Ask("flood 3\nyou");
        _disk.Sync(_rig);
        client.Ask("flood 4\nlost");
        Restart();
        Assert.That(_rig.Core.ChargedBytes, Is.GreaterThan(0));
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.B)?.Exported ?? 0, Is.EqualTo(1));
        _disk.Sync(_rig);
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "you" }));
        Assert.That(_rig.Exports[0].Environment.ToDictionary(), Does.ContainKey("FLOODD_REDELIVERED").WithValue("1"));
        client = _rig.Client();
        Assert.That(client.Ask("flood mirror 2 key k\nhi"), Is.EqualTo("250 b/b1/1 flooded to mirror, 2 bytes\n"), "its key is known");
        client.Ask("flood 3\nnew");
        _disk.Sync(_rig);
        Assert.That(client.Take(), Is.EqualTo("250 b/b1/3 flooded to mirror, 3 bytes\n"), "the incarnation goes on, in another life");
        Assert.That(_rig.Core.State.Life, Is.Not.EqualTo(0xb1));
        _rig.EndRun(_rig.Exports[0]);
        _disk.Sync(_rig);
        Assert.That(Rig.InputOf(_rig.Exports[1]), Is.EqualTo("new"));
        Assert.That(_rig.Exports[1].Environment.ToDictionary(), Does.Not.ContainKey("FLOODD_REDELIVERED"));
    }

    [Test]
    public void Only_what_may_have_been_handed_out_is_in_a_marked_bundle()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 1\n1");
        _disk.Sync(_rig);
        client.Ask("flood 1\n2");
        client.Ask("flood 1\n3");
        _disk.Sync(_rig);
        Restart();
        _disk.Sync(_rig);
        _rig.EndRun(_rig.Exports[0]);
        _disk.Sync(_rig);
        Assert.That(_rig.Exports.Select(r => (Rig.InputOf(r), r.Environment.ToDictionary().ContainsKey("FLOODD_REDELIVERED"))), Is.EqualTo(new[] { ("1", true), ("23", false) }));
    }

    [Test]
    public void While_the_disk_is_short_clients_are_refused_and_exports_go_on()
    {
        ClientEnd client = _rig.Client();
        client.Ask("flood 2\nhi");
        _disk.Sync(_rig, isShort: true);
        client.Take();
        Assert.That(client.Ask("flood 2\nno"), Does.StartWith("452 the disk"));
        Assert.That(_rig.Exports, Has.Count.EqualTo(1));
        _rig.EndRun(_rig.Exports[0]);
        _disk.Sync(_rig, isShort: true);
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.B)?.Exported ?? 0, Is.EqualTo(1));
        _rig.Pass(2);
        _disk.Sync(_rig);
        client.Ask("flood 3\nyes");
        _disk.Sync(_rig);
        Assert.That(client.Take(), Does.StartWith("250 b/b1/2"));
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.SpoolShort), Is.EqualTo(2));
    }

    [Test]
    public void An_update_that_was_still_coming_when_the_disk_became_short_is_refused()
    {
        ClientEnd whole = _rig.Client(), halves = _rig.Client();
        halves.Ask("flood 4\nha");
        whole.Ask("flood 2\nhi");
        _disk.Sync(_rig, isShort: true);
        Assert.That(whole.Take(), Does.StartWith("250 b/b1/1 "));
        Assert.That(halves.Ask("lf"), Is.EqualTo("452 the disk of this site is short of room, try again later or at another site\n"));
        Assert.That(_rig.Batches.SelectMany(b => b.Entries), Has.None.TypeOf<SpoolEntry.Held>());
        Assert.That(_rig.Core.State.Counters.UpdatesRefused, Is.EqualTo(1));
    }

    [Test]
    public void While_the_disk_is_short_a_repeat_gets_a_receipt_only_if_its_first_lasts()
    {
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Client().Ask("flood mirror 2 key mine\nhi");
        _disk.Sync(_rig, isShort: true);
        link.Run(1, Piece.Whole("far") with { Key = "theirs" });
        Assert.That(_rig.Client().Ask("flood mirror 2 key mine\nhi"), Does.StartWith("250 b/b1/1 "));
        Assert.That(_rig.Client().Ask("flood mirror 3 key theirs\nfar"), Does.StartWith("452 the disk"));
        _rig.Pass(2);
        _disk.Sync(_rig);
        Assert.That(_rig.Client().Ask("flood mirror 3 key theirs\nfar"), Does.StartWith("250 a/1/1 "), "now it does");
    }

    [Test]
    public void While_the_disk_is_short_runs_are_few()
    {
        LinkEnd link = _rig.Link(Rig.A);
        _rig.Client().Ask("flood 2\nhi");
        _disk.Sync(_rig, isShort: true);
        link.Run(1, Piece.Whole("1"));
        link.Run(2, Piece.Whole("2"));
        _disk.Sync(_rig, isShort: true);
        _rig.EndRun(_rig.Exports[0]);
        _rig.Pass(0.6);
        _disk.Sync(_rig, isShort: true);
        Assert.That(Rig.InputOf(_rig.Exports[1]), Is.EqualTo("12"));
        _rig.EndRun(_rig.Exports[1]);
        link.Run(3, Piece.Whole("3"));
        _disk.Sync(_rig, isShort: true);
        link.Run(4, Piece.Whole("4"));
        _disk.Sync(_rig, isShort: true);
        Assert.That(_rig.Exports, Has.Count.EqualTo(2), "half a second is not over");
        _rig.Pass(0.6);
        _disk.Sync(_rig, isShort: true);
        Assert.That(Rig.InputOf(_rig.Exports[2]), Is.EqualTo("34"), "what came meanwhile goes together");
    }

    [Test]
    public void When_the_disk_has_failed_no_receipt_goes_out_and_the_daemon_ends()
    {
        ClientEnd flooding = _rig.Client(), other = _rig.Client();
        Assert.That(flooding.Ask("ping\nflood 2\nhiping\n"), Is.EqualTo("250 pong\n"));
        other.Take();
        _rig.Do(new Event.SpoolFailed("I/O error"));
        Assert.That(flooding.Take(), Is.Empty, "whether the update is on the disk nobody knows");
        Assert.That(other.Take(), Does.StartWith("421 "));
        Assert.That((flooding.IsClosed, other.IsClosed, _rig.Stops), Is.EqualTo((true, true, 1)));
        Assert.That(_rig.NoteKinds, Does.Contain(NoteKind.SpoolFailed));
    }

    [Test]
    public void Without_a_command_what_comes_counts_as_exported_when_that_lasts()
    {
        _rig = new Rig(l => l with { Export = new ExportDefinition() }, spooled: SpoolModel.New());
        _rig.Client().Ask("flood 2\nhi");
        Effect.Spool update = _rig.Batches.Dequeue();
        _rig.Do(new Event.Spooled(update.Ticket, IsShort: false, 1));
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.B)?.Exported ?? 0, Is.Zero);
        _disk.Sync(_rig);
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.B)?.Exported ?? 0, Is.EqualTo(1));
    }

    [Test]
    public void A_store_that_became_too_small_keeps_what_is_still_to_be_exported()
    {
        ClientEnd client = _rig.Client();
        for (int i = 0; i < 40; i++)
        {
            client.Ask($"flood 1000\n{new string('x', 1000)}");
            _disk.Sync(_rig);
        }

        _life++;
        _rig = new Rig(l => l with { DataStorageMax = 16 << 10, Export = l.Export with { BundleMax = 1 << 20 } }, incarnation: _life, spooled: _disk.Read());
        Assert.That(_rig.Core.ChargedBytes, Is.GreaterThan(40_000));
        Assert.That(_rig.NoteKinds, Does.Contain(NoteKind.StoreFull));
        for (int i = 0; i < 2; i++)
        {
            _disk.Sync(_rig);
            _rig.EndRun(_rig.Exports[i]);
        }

        _disk.Sync(_rig);
        client = _rig.Client();
        Assert.That(client.Ask("flood 2\nhi"), Is.Empty);
        Assert.That(_rig.Core.ChargedBytes, Is.GreaterThan(40_000), "the other members may be up: there was no time to see");
        _rig.Pass(11);
        _disk.Sync(_rig);
        Assert.That(client.Take(), Does.Contain("250 b/b1/41 "));
        Assert.That(_rig.Core.ChargedBytes, Is.LessThanOrEqualTo(16 << 10));
    }

    private static string Heard(LinkEnd link) => System.Text.Encoding.ASCII.GetString([.. link.End.Heard]);

    private void Restart() => _rig = new Rig(incarnation: ++_life, spooled: _disk.Read());
}
