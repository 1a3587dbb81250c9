// The spool's thread alone: what it reports, in which order, on a disk that is well, full or broken.
using System.Collections.Concurrent;
using Floodd.Core;
using Floodd.Hosting;
using Floodd.Spool;
using Floodd.Tests.EndToEnd;
using Floodd.Tests.Simulation;
using Floodd.Tests.Spool;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SpoolWriterTests : IDisposable
{
    private readonly SimulatedDisk _disk = new(1);
    private readonly BlockingCollection<Event> _told = [];
    private readonly SpoolWriter _writer;

    // A disk that lets nobody take room ahead is full at once when it is.
    public SpoolWriterTests()
    {
        _disk.CanReserve = false;
        _writer = new SpoolWriter(SpoolLog.Open(_disk, SpoolSamples.Small, 1, out _), _told.Add);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _told.Dispose();
    }

    [Test]
    public void All_that_waits_is_synced_once_and_reported_with_the_last_ticket()
    {
        int before = _disk.Operations;
        for (int ticket = 1; ticket <= 20; ticket++)
        {
            Submit(ticket);
        }

        Assert.That(_disk.Operations, Is.EqualTo(before), "nothing before it was started");
        _writer.Start("test");
        Assert.That(Next<Event.Spooled>(), Is.EqualTo(new Event.Spooled(20, IsShort: false, BytesOnDisk())));
        Submit(21);
        Assert.That(Next<Event.Spooled>().Ticket, Is.EqualTo(21));
        _writer.Dispose();
        Assert.That((_told.Count, _writer.HasFailed), Is.EqualTo((0, false)));
        Assert.That(SpoolSamples.Numbers(SpoolSamples.Read(_disk, 2).Streams[0]).ToString(), Is.EqualTo("1-21"));
    }

    [Test]
    public void A_batch_without_facts_asks_how_the_disk_is()
    {
        _writer.Start("test");
        _writer.Submit(new Effect.Spool(1, []));
        Assert.That(Next<Event.Spooled>(), Is.EqualTo(new Event.Spooled(1, IsShort: false, BytesOnDisk())));
    }

    [Test]
    public void What_finds_no_room_is_told_waits_and_is_written_when_there_is_room_in_its_order()
    {
        Submit(1);
        _writer.Start("test");
        Next<Event.Spooled>();
        _disk.Capacity -= _disk.FreeBytes();
        Submit(2);
        Submit(3);
        Assert.That(Next<Event.Spooled>(), Is.EqualTo(new Event.Spooled(0, IsShort: true, BytesOnDisk())), "nothing new lasts");
        _disk.Capacity = long.MaxValue;
        Event.Spooled told;
        while ((told = Next<Event.Spooled>()).Ticket < 3)
        {
            Assert.That(told.Ticket, Is.Zero.Or.EqualTo(2));
        }

        Assert.That(told.IsShort, Is.False);
        _writer.Dispose();
        Assert.That(SpoolSamples.Numbers(SpoolSamples.Read(_disk, 2).Streams[0]).ToString(), Is.EqualTo("1-3"));
    }

    [Test]
    public void At_the_end_what_waits_is_written_if_there_is_room_and_nobody_waits_for_room()
    {
        Submit(1);
        Submit(2);
        _writer.Start("test");
        _writer.Dispose();
        Assert.That(SpoolSamples.Numbers(SpoolSamples.Read(_disk, 2).Streams[0]).ToString(), Is.EqualTo("1-2"));
    }

    [Test]
    public void A_writer_that_waits_for_room_can_be_ended()
    {
        _writer.Start("test");
        _disk.Capacity -= _disk.FreeBytes();
        Submit(1);
        Assert.That(Next<Event.Spooled>().IsShort, Is.True);
        _writer.Dispose();
        Assert.That(_writer.HasFailed, Is.False);
    }

    [Test]
    public void A_failure_is_told_once_with_what_the_disk_said_and_nothing_is_written_after_it([Values] bool sync)
    {
        Submit(1);
        _writer.Start("test");
        Next<Event.Spooled>();
        (_disk.FailsSync, _disk.FailAfter) = (sync, 0);
        Submit(2);
        Assert.That(Next<Event.SpoolFailed>().Reason, Does.Contain("input/output error"));
        int done = _disk.Operations;
        Submit(3);
        _writer.Dispose();
        Assert.That((_writer.HasFailed, _told.Count, _disk.Operations), Is.EqualTo((true, 0, done)));
    }

    private void Submit(int ticket) => _writer.Submit(new Effect.Spool(ticket, [SpoolSamples.Held(ticket, size: 100)]));

    private long BytesOnDisk() => _disk.List().Sum(name => (long)_disk.Contents(name).Length);

    private T Next<T>()
        where T : Event
    {
        Assert.That(_told.TryTake(out Event? told, Eventually.Patience), Is.True, "nothing was told");
        Assert.That(told, Is.TypeOf<T>());
        return (T)told!;
    }
}
