// The one thread that starts a lab's processes. It lives as long as this process, because the system ends them with the thread that started them.
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>Starts processes that are to end with this one, however it ends: PR_SET_PDEATHSIG in prctl(2) goes by the parent's thread.</summary>
internal static class LabStarter
{
    private static readonly BlockingCollection<Action> Work = [];

    static LabStarter() => new Thread(Run) { IsBackground = true, Name = "lab-starter" }.Start();

    /// <summary>Starts one there and waits until it is.</summary>
    public static T Start<T>(Func<T> start)
        where T : class
    {
        T? started = null;
        ExceptionDispatchInfo? error = null;
        using var done = new ManualResetEventSlim();
        Work.Add(() =>
        {
            try
            {
                started = start();
            }
            catch (Exception e)
            {
                error = ExceptionDispatchInfo.Capture(e);
            }

            done.Set();
        });
        done.Wait();
        error?.Throw();
        return started!;
    }

    private static void Run()
    {
        foreach (Action each in Work.GetConsumingEnumerable())
        {
            each();
        }
    }
}
