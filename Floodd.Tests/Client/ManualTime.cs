// A clock that stands still until a test moves it on. Never fires a timer of its own accord.
namespace Floodd.Tests.Client;

/// <summary>Time that passes when told.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan now = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (gate)
        {
            return now.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until somebody waits for a time, from now on, that fits.</summary>
    public async Task<TimeSpan> ArmedAsync(Func<TimeSpan, bool> fits, CancellationToken cancellation)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                change = changed.Task;
                if (timers.Find(timer => fits(timer.Due - now)) is { } found)
                {
                    return found.Due - now;
                }
            }

            await change.WaitAsync(cancellation);
        }
    }

    /// <summary>Waits until so many wait for exactly that time.</summary>
    public async Task ArmedAsync(TimeSpan left, int count, CancellationToken cancellation)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                change = changed.Task;
                if (timers.Count(timer => timer.Due - now == left) >= count)
                {
                    return;
                }
            }

            await change.WaitAsync(cancellation);
        }
    }

    /// <summary>Waits until somebody waits for exactly that time.</summary>
    public Task ArmedAsync(TimeSpan left, CancellationToken cancellation) => ArmedAsync(found => found == left, cancellation);

    /// <summary>Moves on, and fires what is due, in order.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan end;
        lock (gate)
        {
            end = now + by;
        }

        while (true)
        {
            ManualTimer? next;
            lock (gate)
            {
                next = timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                now = next is null ? end : next.Due > now ? next.Due : now;
                if (next is null)
                {
                    return;
                }

                timers.Remove(next);
            }

            next.Fire();
        }
    }

    private void Set(ManualTimer timer, TimeSpan dueTime)
    {
        lock (gate)
        {
            timers.Remove(timer);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.Due = now + dueTime;
                timers.Add(timer);
            }

            TaskCompletionSource before = changed;
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            before.TrySetResult();
        }
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public TimeSpan Due { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Set(this, dueTime);
            return true;
        }

        public void Dispose() => time.Set(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
