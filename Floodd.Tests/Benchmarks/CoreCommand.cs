// What an update costs the core alone, without a system underneath: a command that prints a table and asserts nothing.
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Benchmarks;

/// <summary>
/// Two cores in memory, linked, a subscriber at each: the first takes updates from a client that does not wait for receipts. The time is that
/// of each core's steps on this thread; what a step says is handed on between them, and not counted.
/// </summary>
internal sealed class CoreCommand
{
    public const string Usage = "usage: dotnet run -c Release --project Floodd.Tests -- core [SIZE [KEYED]]";

    private const int Rounds = 9;
    private const int RoundBytes = 64 << 20;
    private const int RoundMost = 200_000;
    private const int ReadBytes = 256 << 10;

    private static readonly string[] Names = ["a", "b"];
    private static readonly GroupName Group = new("g");
    private static readonly ConnectionId Publisher = new(1), Subscriber = new(2), Link = new(3);

    private readonly SiteCore[] _sites = [.. Names.Select(Born)];
    private readonly long[] _ticks = new long[Names.Length], _bytes = new long[Names.Length];
    private readonly Queue<(int Site, Event Event)> _events = new();
    private readonly List<Effect> _effects = [];
    private bool _isPaused;
    private Instant _now = Instant.Zero;

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

    private static SiteCore Born(string name)
    {
        SiteDefinition[] sites = [.. Names.Select(one => new SiteDefinition(new SiteName(one)) { InetAddress = IPAddress.Loopback })];
        var group = new GroupDefinition(Group) { MasterSite = sites[0].Name, Sites = [.. sites.Select(site => site.Name)] };
        var self = new SiteName(name);
        return new SiteCore(
            new Configuration(self, sites.ToImmutableSortedDictionary(s => s.Name, s => s), ImmutableSortedDictionary<GroupName, GroupDefinition>.Empty.Add(Group, group), new LocalDefinition { SiteName = self }),
            life: 1,
            seed: 1);
    }

    private void Measure(int size, bool keyed)
    {
        for (int site = 0; site < _sites.Length; site++)
        {
            Do(site, new Event.Started(1, 2));
            Do(site, new Event.LinkOpened(Link, site == 0 ? new SiteName(Names[1]) : null, IPAddress.Loopback));
            Do(site, new Event.SessionOpened(Publisher, IPAddress.Loopback, FromThisHost: true));
            Do(site, new Event.SessionOpened(Subscriber, IPAddress.Loopback, FromThisHost: true));
            Do(site, new Event.Received(Subscriber, Encoding.ASCII.GetBytes($"subscribe {Group}\n")));
        }

        Settle();
        int count = Math.Clamp(RoundBytes / size, 1, RoundMost);
        var rounds = new List<(double, double, double, double)>();
        for (int round = 0; round < Rounds; round++)
        {
            byte[] said = Said(size, count, keyed ? round : null);
            Array.Clear(_ticks);
            Array.Clear(_bytes);
            for (int at = 0; at < said.Length; at += ReadBytes)
            {
                _events.Enqueue((0, new Event.Received(Publisher, said.AsMemory(at, Math.Min(ReadBytes, said.Length - at)))));
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

    private void Pass(TimeSpan time)
    {
        Instant until = _now + time;
        for (Settle(); _sites.Min(site => site.NextWake) is var next && next <= until; Settle())
        {
            _now = next > _now ? next : _now;
        }

        _now = until;
    }

    // All that follows at once, until nobody has more to say.
    private void Settle()
    {
        do
        {
            while (_events.TryDequeue(out (int Site, Event Event) next))
            {
                Do(next.Site, next.Event);
            }

            for (int site = 0; site < _sites.Length; site++)
            {
                if (_sites[site].NextWake <= _now)
                {
                    Do(site, Event.Wake.Instance);
                }

                Do(site, Event.TurnEnded.Instance);
            }
        }
        while (_events.Count > 0);
    }

    private void Do(int site, Event e)
    {
        _effects.Clear();
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long from = Stopwatch.GetTimestamp();
        _sites[site].Step(_now, e, _effects);
        _ticks[site] += Stopwatch.GetTimestamp() - from;
        _bytes[site] += GC.GetAllocatedBytesForCurrentThread() - bytes;
        foreach (Effect effect in _effects)
        {
            if (effect is Effect.StartPlanning planning)
            {
                _events.Enqueue((site, new Event.Planned(Group, planning.Job.Number, planning.Job.Run(0.01))));
            }
            else if (effect is Effect.PauseReading or Effect.ResumeReading)
            {
                _isPaused = effect is Effect.PauseReading;
            }
            else if (effect is Effect.Send send)
            {
                _events.Enqueue((site, new Event.Written(send.Id, send.Bytes.Length)));
                if (send.Id == Link)
                {
                    _events.Enqueue((1 - site, new Event.Received(Link, send.Bytes.ToArray())));
                }
            }
        }
    }
}
