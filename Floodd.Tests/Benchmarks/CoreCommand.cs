// What an update costs the core alone, without a system underneath: a command that prints a table and asserts nothing.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Floodd.Core;
using Floodd.Hosting;
using Floodd.Model;

namespace Floodd.Tests.Benchmarks;

/// <summary>
/// Two cores in memory, linked, a subscriber at each: the first takes updates from a client that does not wait for receipts. The time is that
/// of each core's steps on this thread; what a step says is handed on between them, and not counted.
/// </summary>
internal sealed class CoreCommand : InMemoryGroup
{
    public const string Usage = "usage: dotnet run -c Release --project Floodd.Tests -- core [SIZE [KEYED]]";

    private const int Sites = 2;
    private const int Rounds = 9;
    private const int RoundBytes = 64 << 20;
    private const int RoundMost = 200_000;
    private const int ReadBytes = 256 << 10;

    private readonly long[] _ticks = new long[Sites], _bytes = new long[Sites];
    private bool _isPaused;

    private CoreCommand()
        : base(Sites)
    {
    }

    public static int Run(string[] args)
    {
        int[] sizes = [16, 128, 1024, 4096, 65_536];
        if (args.Length > 2 || (args.Length > 0 && !int.TryParse(args[0], out sizes[0])))
        {
            Console.Error.WriteLine(Usage);
            return 64;
        }

        Console.WriteLine("| bytes | keys | ns at the origin | ns at the other site | bytes allocated at the origin | at the other site |");
        Console.WriteLine("| ---: | --- | ---: | ---: | ---: | ---: |");
        foreach (int size in args.Length > 0 ? sizes.Take(1) : sizes)
        {
            new CoreCommand().Measure(size, keyed: args.Length > 1);
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override void Step(int site, SiteCore core, Instant now, Event e, List<Effect> effects)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long from = Stopwatch.GetTimestamp();
        base.Step(site, core, now, e, effects);
        _ticks[site] += Stopwatch.GetTimestamp() - from;
        _bytes[site] += GC.GetAllocatedBytesForCurrentThread() - bytes;
    }

    /// <inheritdoc/>
    protected override void Watch(int site, Effect effect) => _isPaused = effect is Effect.PauseReading || (_isPaused && effect is not Effect.ResumeReading);

    private void Measure(int size, bool keyed)
    {
        Begin();
        Pass(TimeSpan.FromSeconds(1));
        int count = Math.Clamp(RoundBytes / size, 1, RoundMost);
        var rounds = new List<(double, double, double, double)>();
        for (int round = 0; round < Rounds; round++)
        {
            byte[] said = Said(size, count, keyed ? round : null);
            Array.Clear(_ticks);
            Array.Clear(_bytes);
            for (int at = 0; at < said.Length; at += ReadBytes)
            {
                Say(0, said.AsMemory(at, Math.Min(ReadBytes, said.Length - at)));
                do
                {
                    Pass(TimeSpan.FromMilliseconds(1));
                }
                while (_isPaused);
            }

            Pass(TimeSpan.FromSeconds(1));
            rounds.Add((Nanoseconds(0), Nanoseconds(1), (double)_bytes[0] / count, (double)_bytes[1] / count));
        }

        double Nanoseconds(int site) => _ticks[site] * 1e9 / Stopwatch.Frequency / count;
        double Middle(Func<(double, double, double, double), double> of) => rounds.Select(of).Order().ElementAt(Rounds / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {size} | {(keyed ? "yes" : "no")} | {Middle(r => r.Item1):F0} | {Middle(r => r.Item2):F0} | {Middle(r => r.Item3):F0} | {Middle(r => r.Item4):F0} |"));
    }

    private static byte[] Said(int size, int count, int? round)
    {
        using var said = new MemoryStream();
        byte[] body = new byte[size];
        Array.Fill(body, (byte)'x');
        for (int i = 0; i < count; i++)
        {
            said.Write(Encoding.ASCII.GetBytes(round is { } r ? $"flood {Group} {size} key k{r}-{i}\n" : $"flood {Group} {size}\n"));
            said.Write(body);
        }

        return said.ToArray();
    }
}
