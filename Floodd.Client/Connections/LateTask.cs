// Tasks that nobody waits for any more. What they fail with is nobody's, and no unobserved exception.
namespace Floodd.Client.Connections;

/// <summary>Leaves tasks to themselves.</summary>
internal static class LateTask
{
    /// <summary>Nobody waits for it any more.</summary>
    public static void Leave(this Task task) => _ = task.ContinueWith(
        static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
