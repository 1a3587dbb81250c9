// How many facts the spool makes last each second on this machine's disk, and how long it takes to read much back. Asserts nothing about figures.
using System.Diagnostics;
using Floodd.Hosting;
using Floodd.Model;
using Floodd.Spool;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Benchmarks;

/// <summary>
/// <code>dotnet test Floodd.Tests -c Release --filter FullyQualifiedName~SpoolBenchmark --logger "console;verbosity=detailed"</code>
/// On the disk of the system's temporary folder.
/// </summary>
[Explicit("prints a table; takes a minute")]
[Category("Benchmark")]
internal sealed class SpoolBenchmark
{
    private static readonly GroupName Group = new("mirror");
    private static readonly StreamId Stream = new(new SiteName("inferno"), 1);
    private static readonly SpoolOptions Options = new(1L << 30, 0);

    [Test]
    public void How_many_entries_are_made_last_each_second()
    {
        TestContext.Out.WriteLine("| bytes | entries a sync | syncs/s | entries/s | MB/s | p99 of append and sync, ms |");
        TestContext.Out.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (int size in new[] { 128, 1024 })
        {
            foreach (int batch in new[] { 1, 10, 100, 1000 })
            {
                InFolder(path => Measure(path, size, batch));
            }
        }
    }

    [Test]
    public void How_long_it_takes_to_read_back_256_MiB() => InFolder(path =>
    {
        foreach (int size in new[] { 1024, 65_536 })
        {
            string spool = Path.Combine(path, $"{size}");
            using (SpoolLog log = SpoolLog.Open(LinuxDisk.At(spool), Options, 1, out _))
            {
                for (long next = 1; log.BytesUsed < 256 << 20;)
                {
                    List<SpoolEntry> entries = [];
                    for (int bytes = 0; bytes < 1 << 20; bytes += size)
                    {
                        entries.Add(Entry(next++, size));
                    }

                    log.Append(entries);
                }

                log.Sync();
            }

            long began = Stopwatch.GetTimestamp();
            using SpoolLog again = SpoolLog.Open(LinuxDisk.At(spool), Options, 2, out SpooledState state);
            TestContext.Out.WriteLine($"{again.BytesUsed >> 20} MiB of {size} bytes each: {Stopwatch.GetElapsedTime(began).TotalSeconds:F2} s, {state.Streams[0].Runs.Length} runs, {state.Damage.Length} damaged");
        }
    });

    private static void Measure(string path, int size, int batch)
    {
        using SpoolLog log = SpoolLog.Open(LinuxDisk.At(Path.Combine(path, "spool")), Options, 1, out _);
        long next = 1;
        List<double> times = [];
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began).TotalSeconds < 3)
        {
            List<SpoolEntry> entries = [];
            for (int i = 0; i < batch; i++)
            {
                entries.Add(Entry(next++, size));
            }

            entries.Add(new SpoolEntry.Dropped(Group, Stream, Math.Max(0, next - 20_000)));
            long start = Stopwatch.GetTimestamp();
            log.Append(entries);
            log.Sync();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        double seconds = times.Sum() / 1000;
        times.Sort();
        TestContext.Out.WriteLine($"| {size} | {batch} | {times.Count / seconds:F0} | {(next - 1) / seconds:F0} | {(next - 1) * size / seconds / 1e6:F1} | {times[times.Count * 99 / 100]:F1} |");
    }

    private static SpoolEntry.Held Entry(long number, int size)
    {
        byte[] record = new byte[size + SegmentRecord.HeadMax(false)];
        int length = SegmentRecord.Write(record, SegmentRecord.SeedOf(Group, Stream), number, true, true, size, new byte[size]);
        return new SpoolEntry.Held(Group, Stream, number, 1, record.AsMemory(0, length), 0);
    }

    private static void InFolder(Action<string> use)
    {
        string path = Directory.CreateTempSubdirectory("floodd-disk-").FullName;
        try
        {
            use(path);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
