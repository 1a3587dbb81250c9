// The bound on a daemon's memory (I6), with real processes: in seconds what `memory` does for longer.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Memory;

[Platform("Linux")]
[NonParallelizable]
internal sealed class MemoryTests
{
    /// <summary>What is measured is the daemon as it is.</summary>
    [OneTimeSetUp]
    public void CompileAsShipped() => Environment.SetEnvironmentVariable(TestRun.Compiling, null);

    [OneTimeTearDown]
    public void CompileQuickly() => new TestRun().CompileQuickly();

    [TestCase("replies")]
    [TestCase("subscribers")]
    public void Clients_that_read_nothing_leave_the_memory_within_its_bound(string load)
    {
        MemoryRun run = MemoryRun.Of(MemoryLoad.All.Single(one => one.Name == load) with { Deaf = 100 }, TimeSpan.FromSeconds(3));
        Assert.That(run.PeakBytes, Is.LessThanOrEqualTo(run.BoundBytes), $"{run}");
    }
}
