// What was set aside and the spool: it lasts before anybody is told, comes back after a restart, and is gone when it was settled. No file is ever written.
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Floodd.Spool;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SpooledSetAsideTests
{
    private readonly SpoolModel _disk = new();
    private Rig _rig = new(spooled: SpoolModel.New());
    private ulong _life = 0xb1;

    [Test]
    public void What_is_set_aside_lasts_together_with_the_word_that_it_is_done_and_before_anybody_hears_of_it()
    {
        Refuse("bad");
        SpoolEntry[] said = [.. _rig.Batches.SelectMany(b => b.Entries)];
        Assert.That(_rig.Batches, Has.Count.EqualTo(1), "no power cut comes between");
        Assert.That(said, Has.Exactly(1).TypeOf<SpoolEntry.SetAside>().And.Exactly(1).TypeOf<SpoolEntry.Exported>());
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.B)?.Exported ?? 0, Is.Zero);
        _disk.Sync(_rig);
        Assert.That(_rig.Group.Own!.Marks.Of(Rig.B)?.Exported ?? 0, Is.EqualTo(1));
    }

    [Test]
    public void What_was_set_aside_and_does_not_last_is_handed_out_again_and_marked()
    {
        Refuse("bad");
        Restart();
        Assert.That(_rig.Core.State.Aside.All, Is.Empty);
        _disk.Sync(_rig);
        Assert.That((Rig.InputOf(_rig.Exports[0]), Redelivered(_rig.Exports[0])), Is.EqualTo(("bad", true)));
    }

    [Test]
    public void After_a_restart_it_is_listed_and_retried_alone_and_gone_for_good_once_it_was_taken()
    {
        Refuse("bad");
        Refuse("worse");
        _disk.Sync(_rig);
        Restart();
        _disk.Sync(_rig);
        Assert.That(_rig.Exports, Is.Empty, "nothing is tried by itself");
        ClientEnd client = _rig.Client();
        Assert.That(client.Ask("exports\n"), Does.Contain("(:set-aside b/b1/1 (:group-name mirror) (:state kept) (:size 3) (:tries 5) ").And.Contain("(:set-aside b/b1/2 ").And.Contain("(:reason \"Exited 1\")"));
        Assert.That(client.Ask("retry b/b1/2\n"), Does.StartWith("250 1 "));
        _disk.Sync(_rig);
        Assert.That((Rig.InputOf(_rig.Exports[0]), Redelivered(_rig.Exports[0])), Is.EqualTo(("worse", true)));
        _rig.EndRun(_rig.Exports[0]);
        _disk.Sync(_rig);
        Restart();
        Assert.That(_rig.Core.State.Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(new[] { 1L }));
    }

    [Test]
    public void What_was_skipped_does_not_come_back()
    {
        Refuse("bad");
        _disk.Sync(_rig);
        Restart();
        Assert.That(_rig.Client().Ask("skip b/b1/1\n"), Does.StartWith("250 "));
        _disk.Sync(_rig);
        Restart();
        Assert.That(_rig.Client().Ask("exports\n"), Does.Not.Contain(":set-aside b/"));
        Assert.That(_rig.Core.State.Aside.Charged, Is.Zero);
    }

    [Test]
    public void A_retry_that_a_power_cut_ends_is_still_set_aside()
    {
        Refuse("bad");
        _disk.Sync(_rig);
        _rig.Client().Ask("retry all\n");
        _disk.Sync(_rig);
        _rig.EndRun(_rig.Exports[^1]);
        Restart();
        Assert.That(_rig.Client().Ask("exports\n"), Does.Contain("(:set-aside b/b1/1 (:group-name mirror) (:state kept)"), "that it was taken does not last");
    }

    [Test]
    public void What_finds_no_room_after_a_restart_is_given_up_oldest_first_and_for_good()
    {
        Refuse(new string('a', 600));
        Refuse(new string('b', 600));
        _disk.Sync(_rig);
        _rig = new Rig(l => l with { SetAsideMax = 1000 }, incarnation: ++_life, spooled: _disk.Read());
        Assert.That(_rig.Core.State.Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(new[] { 2L }));
        Assert.That(_rig.NoteKinds, Does.Contain(NoteKind.SetAsideGivenUp));
        _rig.Pass(1);
        _disk.Sync(_rig);
        Restart();
        Assert.That(_rig.Core.State.Aside.All.Select(u => u.Id.Sequence), Is.EqualTo(new[] { 2L }));
    }

    [Test]
    public void Of_a_group_that_is_not_configured_nothing_is_charged()
    {
        Refuse("bad");
        _disk.Sync(_rig);
        SpooledState state = _disk.Read();
        var gone = new GroupName("gone");
        _rig = new Rig(incarnation: ++_life, spooled: state with { Streams = [.. state.Streams.Select(s => s with { Group = gone })], SetAside = [.. state.SetAside.Select(a => a with { Group = gone })] });
        Assert.That((_rig.Core.State.Aside.All.Count, _rig.Core.ChargedBytes), Is.EqualTo((0, 0L)));
    }

    private static bool Redelivered(ExportRun run) => run.Environment.ToDictionary().ContainsKey("FLOODD_REDELIVERED");

    // Floods an update whose runs are refused until it is set aside; what says so is not synced.
    private void Refuse(string text)
    {
        _rig.Client().Ask($"flood {text.Length}\n{text}");
        for (int tries = 1; ; tries++)
        {
            _disk.Sync(_rig);
            Assert.That(Rig.InputOf(_rig.Exports[^1]), Is.EqualTo(text));
            _rig.EndRun(_rig.Exports[^1], code: 1);
            if (tries == Exports.TriesMax)
            {
                break;
            }

            _rig.Pass(60);
        }
    }

    private void Restart() => _rig = new Rig(incarnation: ++_life, spooled: _disk.Read());
}
