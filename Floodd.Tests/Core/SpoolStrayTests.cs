// Groups in a spool that nobody configures any more: told, kept for a while, dropped; and no id is given twice should they come back.
using Floodd.Core;
using Floodd.Model;
using Floodd.Spool;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SpoolStrayTests
{
    private static readonly GroupName Gone = new("gone");
    private readonly SpoolModel _disk = new();

    [Test]
    public void A_group_that_is_not_configured_is_told_at_the_start_with_what_to_do_about_it()
    {
        Rig rig = WithStrays();
        Assert.That(rig.Notes.Single(n => n.Text.Contains("gone", StringComparison.Ordinal)).Text, Does.Match(
            @"^the spool holds \d+ bytes of updates of gone, which is not configured: they are not used, and are dropped in 24 h \(log-purge-period\)\. To have them exported, define gone again and restart before that$"));
        Assert.That((rig.Exports.Count, rig.Core.ChargedBytes), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void It_is_dropped_when_log_purge_period_is_over_and_not_before()
    {
        Rig rig = WithStrays();
        _disk.Sync(rig);
        rig.Pass(23.9 * 3600);
        Assert.That(rig.Batches.SelectMany(b => b.Entries).Where(e => e.Group == Gone), Is.Empty);
        rig.Pass(0.2 * 3600);
        Assert.That(rig.Batches.SelectMany(b => b.Entries).Where(e => e.Group == Gone), Is.EqualTo(new SpoolEntry[]
        {
            new SpoolEntry.Ended(Gone, new StreamId(Rig.A, 1)), new SpoolEntry.Exported(Gone, new StreamId(Rig.B, 0xb1), 2), new SpoolEntry.Dropped(Gone, new StreamId(Rig.B, 0xb1), 2),
        }));
        Assert.That(rig.Notes[^1].Text, Is.EqualTo("what the spool held of gone, which is not configured, is dropped"));
    }

    [Test]
    public void Our_own_numbers_go_on_behind_those_that_were_dropped()
    {
        Rig rig = WithStrays();
        rig.Pass(24.1 * 3600);
        SpoolEntry[] facts = [.. rig.Batches.SelectMany(b => b.Entries).Where(e => e.Group == Gone)];
        _disk.Add(facts);
        rig = new Rig(incarnation: 0xb3, spooled: _disk.Read());
        Assert.That(rig.NoteKinds, Does.Not.Contain(NoteKind.SpoolDamaged));
        rig.Client().Ask("flood 1\nx");
        _disk.Sync(rig);
        Assert.That((rig.Group.Own!.Id, rig.Group.Own!.NextNumber), Is.EqualTo((new StreamId(Rig.B, 0xb1), 4L)));
    }

    // A life that took two updates of its own and one of a's, none of which was exported, and whose group is another one's now.
    private Rig WithStrays()
    {
        var rig = new Rig(spooled: SpoolModel.New());
        rig.Client().Ask("flood 2\nhiflood 2\nho");
        rig.Link(Rig.A).Run(1, Piece.Whole("far"));
        _disk.Sync(rig);
        SpooledState state = _disk.Read();
        return new Rig(incarnation: 0xb2, spooled: state with { Streams = [.. state.Streams.Select(s => s with { Group = Gone })] });
    }
}
