// What the schedule promises: order by time, then by asking.
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Simulation;

internal sealed class ScheduleTests
{
    [Test]
    public void Happenings_come_by_time_and_at_one_time_in_the_order_they_were_asked_for()
    {
        var random = new Prng(1);
        var schedule = new Schedule();
        for (int i = 0; i < 5000; i++)
        {
            schedule.Add(random.Next(500), HappeningKind.Call, this, i);
        }

        (long at, long number) = (-1, -1);
        for (int i = 0; i < 5000; i++)
        {
            Happening next = schedule.Take();
            Assert.That(next.At > at || (next.At == at && next.Number > number), $"{next.At}/{next.Number} after {at}/{number}");
            (at, number) = (next.At, next.Number);
        }

        Assert.That(schedule.NextAt, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void Bytes_leave_a_queue_as_they_came_however_they_are_cut()
    {
        var random = new Prng(2);
        var queue = new ByteQueue();
        var (put, got, waiting) = (new List<byte>(), new List<byte>(), 0);
        for (int i = 0; i < 2000; i++)
        {
            byte[] piece = new byte[random.Next(20)];
            for (int j = 0; j < piece.Length; j++)
            {
                piece[j] = (byte)random.Next(256);
            }

            put.AddRange(piece);
            queue.Append(piece);
            waiting += piece.Length;
            byte[] taken = new byte[random.Next(Math.Min(waiting, 19) + 1)];
            queue.Take(taken);
            waiting -= taken.Length;
            got.AddRange(taken);
        }

        byte[] rest = new byte[waiting];
        queue.Take(rest);
        got.AddRange(rest);
        Assert.That(got, Is.EqualTo(put));
    }
}
