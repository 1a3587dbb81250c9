// A thread for work that can wait while the loop, this daemon's or another program's, has something to do.
namespace Floodd.Hosting;

/// <summary>Work beside the loop.</summary>
internal static class YieldingThread
{
    // A third of what the loop gets where both want the same processor. Not less: the collector waits for this thread too, and the loop with it.
    private const int Niceness = 5;

    /// <summary>Begins some work on a thread of its own, which does not keep the process from ending.</summary>
    /// <param name="name">The thread's name, as tools show it.</param>
    /// <param name="work">What to do; must not throw.</param>
    public static Thread Start(string name, Action work)
    {
        var thread = new Thread(() =>
        {
            if (OperatingSystem.IsLinux())
            {
                // Where the runtime's priorities do nothing. Where this does nothing either, the work is done all the same.
                _ = LinuxCalls.nice(Niceness);
            }

            work();
        })
        {
            IsBackground = true,
            Name = name,
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
        return thread;
    }
}
