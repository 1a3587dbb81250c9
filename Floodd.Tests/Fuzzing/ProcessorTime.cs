// What a thread has had of the processor: on a busy machine a clock on the wall says little. It measures and judges nothing.
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Floodd.Tests.Fuzzing;

internal static partial class ProcessorTime
{
    private const int ThreadClock = 3;

    /// <summary>The time that this thread has run; where the system does not tell, the time that has passed.</summary>
    public static TimeSpan OfThisThread()
    {
        if (OperatingSystem.IsLinux() && clock_gettime(ThreadClock, out Time time) == 0)
        {
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
        }

        return TimeSpan.FromSeconds(Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency);
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
