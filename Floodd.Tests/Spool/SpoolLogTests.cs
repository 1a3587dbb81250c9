// The spool's plain promises: what was synced comes back, in this life and the next, whatever files it is in.
using Floodd.Model;
using Floodd.Spool;
using Floodd.Tests.Simulation;
using NUnit.Framework;
using static Floodd.Tests.Spool.SpoolSamples;

namespace Floodd.Tests.Spool;

internal sealed class SpoolLogTests
{
    [Test]
    public void A_new_spool_is_empty_and_has_the_fresh_incarnation()
    {
        SpooledState state = Read(new SimulatedDisk(1), fresh: 42);
        Assert.Multiple(() =>
        {
            Assert.That(state.Incarnation, Is.EqualTo(42));
            Assert.That(Text(state), Is.Empty);
            Assert.That(state.Damage, Is.Empty);
        });
    }

    [Test]
    public void What_was_appended_comes_back_with_the_incarnation_of_the_first_life()
    {
        var disk = new SimulatedDisk(1);
        Write(disk, 42, Held(1, 3, age: 7), Held(5, group: News), SetAside(2, why: "exit 1"), new SpoolEntry.Lost(Mirror, Inferno, 4, 6),
            new SpoolEntry.Exported(Mirror, Inferno, 1), new SpoolEntry.Handing(Mirror, Inferno, 3));
        SpooledState state = Read(disk);
        Assert.Multiple(() =>
        {
            Assert.That(state.Incarnation, Is.EqualTo(42));
            Assert.That(state.Damage, Is.Empty);
            Assert.That(Text(state), Is.EqualTo(
                """
                mirror inferno/6740f2a1 received 1-6 lost 4-6 exported 1 handing 3 held 1-3
                news inferno/6740f2a1 received 5-5 lost  exported 0 handing 0 held 5-5
                mirror inferno/6740f2a1 aside 2+1 exit 1
                """));
            Assert.That(state.Streams[0].Runs[0].Records.ToArray(), Is.EqualTo(Records(Mirror, Inferno, 1, 3)));
            Assert.That(state.Streams[0].Runs[0].AgeSeconds, Is.EqualTo(7));
            Assert.That(state.SetAside[0].Records.ToArray(), Is.EqualTo(Records(Mirror, Inferno, 2, 1)));
        });
    }

    [Test]
    public void Each_fact_is_undone_by_the_one_that_undoes_it()
    {
        var disk = new SimulatedDisk(1);
        Write(disk, 42, Held(1, 9), SetAside(2), SetAside(5), Held(1, 2, stream: Paradise), new SpoolEntry.Dropped(Mirror, Inferno, 3), new SpoolEntry.Forgotten(Mirror, Inferno, 8, 9),
            new SpoolEntry.Settled(Mirror, Inferno, 2), new SpoolEntry.Ended(Mirror, Paradise));
        Assert.That(Text(Read(disk)), Is.EqualTo(
            """
            mirror inferno/6740f2a1 received 1-7 lost  exported 0 handing 0 held 4-7
            mirror inferno/6740f2a1 aside 5+1 it ended with 1
            """));
    }

    [Test]
    public void Life_after_life_goes_on_where_the_one_before_ended()
    {
        var disk = new SimulatedDisk(1);
        for (int life = 0; life < 50; life++)
        {
            SpooledState state = Write(disk, (ulong)(life + 1), Held(1 + (2 * life), 2), new SpoolEntry.Dropped(Mirror, Inferno, Math.Max(0, (2 * life) - 10)));
            Assert.That(state.Incarnation, Is.EqualTo(1));
            Assert.That(state.Damage, Is.Empty);
        }

        Assert.That(Text(Read(disk)), Is.EqualTo("mirror inferno/6740f2a1 received 1-100 lost  exported 0 handing 0 held 89-100"));
        Assert.That(disk.List(), Has.Count.LessThan(12), "files that nobody needs are gone");
    }

    [Test]
    public void Files_follow_each_other_and_go_when_nothing_in_them_is_needed()
    {
        var disk = new SimulatedDisk(1);
        using (var log = SpoolLog.Open(disk, Small, 1, out _))
        {
            for (int i = 0; i < 1000; i++)
            {
                log.Append([Held(1 + i, size: 200), new SpoolEntry.Dropped(Mirror, Inferno, Math.Max(0, i - 20))]);
                log.Sync();
                Assert.That(log.BytesUsed, Is.LessThan(10 * 4096));
            }
        }

        Assert.That(Text(Read(disk)), Is.EqualTo("mirror inferno/6740f2a1 received 1-1000 lost  exported 0 handing 0 held 980-1000"));
    }
}
