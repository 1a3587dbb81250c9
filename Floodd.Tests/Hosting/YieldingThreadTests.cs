// Work that can wait gets less of the processor than the rest of the process.
using Floodd.Hosting;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

internal sealed class YieldingThreadTests
{
    // Where the niceness stands in /proc/PID/stat, counted from behind the name in parentheses (proc_pid_stat(5), field 19).
    private const int Niceness = 16;

    [Test]
    public void Its_thread_is_nicer_than_the_others()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("elsewhere the runtime knows priorities");
        }

        int before = Current();
        int inside = 0;
        YieldingThread.Start("a test", () => inside = Current()).Join();
        Assert.That(inside, Is.GreaterThan(before).Or.EqualTo(19));
        Assert.That(Current(), Is.EqualTo(before));
    }

    private static int Current()
    {
        string text = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[Niceness], System.Globalization.CultureInfo.InvariantCulture);
    }
}
