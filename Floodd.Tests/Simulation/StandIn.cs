// A scripted stand-in for a core, for the world's own tests: floods over a full mesh and, when asked to, does wrong. Never used in scenarios.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>What a stand-in does wrong.</summary>
internal enum Sin
{
    None,
    ExportsTwice,
    AltersExports,
    SwapsOrder,
    InventsUpdates,
    EchoesBack,
    ForgetsNeighbors,
    OverfillsStore,
    KeepsLentBytes,
    WakesForever,
    RunsTwoExports,
    MiscountsExports,
    DependsOnTheRun,
}

/// <summary>A tiny site: one line per update on links and sessions alike, <c>flood GROUP ID SIZE</c> or <c>flood GROUP SIZE</c>.</summary>
internal sealed class StandIn(Configuration configuration, ulong incarnation, Sin sin)
{
    private static long _everStepped;
    private readonly Dictionary<ConnectionId, MemoryStream> _sessions = [];
    private readonly SortedDictionary<long, ConnectionId> _links = [];
    private readonly Dictionary<ConnectionId, MemoryStream> _linkBytes = [];
    private readonly List<(string Line, ReadOnlyMemory<byte> Bytes)> _toExport = [];
    private long _sequence;
    private long _runs;
    private bool _running;
    private bool _overfilled;

    public static CoreFactory Factory(Sin sin = Sin.None) => (configuration, incarnation, _) =>
    {
        var standIn = new StandIn(configuration, incarnation, sin);
        return new CoreDriver(standIn.Step, () => sin == Sin.WakesForever ? Instant.Zero : Instant.Never, () => standIn._overfilled ? long.MaxValue : 0);
    };

    private string Group => configuration.Groups.Keys.First().Value;

    private void Step(Instant now, Event e, List<Effect> effects)
    {
        switch (e)
        {
            case Event.Started:
                foreach (SiteDefinition site in configuration.Sites.Values.Where(s => s.Name.CompareTo(configuration.Self) > 0))
                {
                    effects.Add(new Effect.Dial(site.Name, site.Host, site.DataPort));
                }

                break;
            case Event.DialFailed failed:
                effects.Add(new Effect.Dial(failed.Site, configuration.Sites[failed.Site].Host, configuration.Sites[failed.Site].DataPort));
                break;
            case Event.LinkOpened opened:
                _links.Add(opened.Id.Value, opened.Id);
                _linkBytes.Add(opened.Id, new MemoryStream());
                break;
            case Event.SessionOpened opened:
                _sessions.Add(opened.Id, new MemoryStream());
                Say(opened.Id, "200 floodd 0 site x ready\n", effects);
                break;
            case Event.Closed closed:
                _links.Remove(closed.Id.Value);
                _sessions.Remove(closed.Id);
                break;
            case Event.Received received when _sessions.TryGetValue(received.Id, out MemoryStream? bytes):
                bytes.Write(received.Bytes.Span);
                TakeAll(bytes, (line, body) => TakeFlood(received.Id, line, body, effects));
                break;
            case Event.Received received:
                MemoryStream link = _linkBytes[received.Id];
                link.Write(received.Bytes.Span);
                TakeAll(link, (line, body) =>
                {
                    _toExport.Add((line.Replace("flood", "update", StringComparison.Ordinal), sin == Sin.KeepsLentBytes ? received.Bytes[^Math.Min(body.Length, received.Bytes.Length)..] : body));
                    if (sin == Sin.EchoesBack)
                    {
                        SendOn(received.Id, line, body, effects);
                    }
                });
                break;
            case Event.RunEnded:
                _running = false;
                break;
            case Event.TurnEnded:
                Export(effects);
                if (sin == Sin.DependsOnTheRun)
                {
                    effects.Add(new Effect.Note(NoteKind.Session, $"{_everStepped++}"));
                }

                break;
            default:
                break;
        }
    }

    private static void Say(ConnectionId to, string text, List<Effect> effects) => effects.Add(new Effect.Send(to, Encoding.UTF8.GetBytes(text), false));

    private static void SendOn(ConnectionId to, string line, byte[] body, List<Effect> effects)
    {
        Say(to, line + "\n", effects);
        effects.Add(new Effect.Send(to, body, true));
    }

    /// <summary>Takes lines with the bytes that they announce, as far as they are whole.</summary>
    private static void TakeAll(MemoryStream stream, Action<string, byte[]> take)
    {
        while (true)
        {
            ReadOnlySpan<byte> all = stream.GetBuffer().AsSpan(0, (int)stream.Length);
            int end = all.IndexOf((byte)'\n');
            if (end < 0)
            {
                return;
            }

            string line = Encoding.UTF8.GetString(all[..end]);
            int size = int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            if (all.Length < end + 1 + size)
            {
                return;
            }

            byte[] body = all.Slice(end + 1, size).ToArray();
            byte[] rest = all[(end + 1 + size)..].ToArray();
            stream.SetLength(0);
            stream.Write(rest);
            take(line, body);
        }
    }

    private void TakeFlood(ConnectionId client, string line, byte[] body, List<Effect> effects)
    {
        var id = new UpdateId(new StreamId(configuration.Self, incarnation), ++_sequence);
        string told = $"flood {Group} {id} {body.Length}";
        _toExport.Add((told.Replace("flood", "update", StringComparison.Ordinal), body));
        if (sin == Sin.InventsUpdates)
        {
            _toExport.Add(($"update {Group} {configuration.Self}/{incarnation:x}/{++_sequence} 4", "fake"u8.ToArray()));
        }

        Say(client, $"250 {id} flooded to {Group}, {body.Length} bytes\n", effects);
        foreach (ConnectionId link in _links.Values)
        {
            if (sin != Sin.ForgetsNeighbors || _sequence % 2 == 0)
            {
                SendOn(link, told, body, effects);
            }
        }

        _overfilled = sin == Sin.OverfillsStore;
    }

    private void Export(List<Effect> effects)
    {
        if ((_running && sin != Sin.RunsTwoExports) || _toExport.Count == 0)
        {
            return;
        }

        if (sin == Sin.SwapsOrder)
        {
            _toExport.Reverse();
        }

        var pieces = new List<ReadOnlyMemory<byte>>();
        foreach ((string line, ReadOnlyMemory<byte> bytes) in _toExport)
        {
            byte[] body = bytes.ToArray();
            if (sin == Sin.AltersExports && body.Length > 30)
            {
                body[30] ^= 1;
            }

            pieces.Add(Encoding.UTF8.GetBytes(line + "\n"));
            pieces.Add(body);
            pieces.Add("\n"u8.ToArray());
        }

        int count = _toExport.Count;
        if (sin == Sin.ExportsTwice)
        {
            pieces.AddRange([.. pieces]);
            count *= 2;
        }

        ImmutableArray<KeyValuePair<string, string>> environment = [new("FLOODD_COUNT", $"{count + (sin == Sin.MiscountsExports ? 1 : 0)}")];
        _toExport.Clear();
        _running = true;
        effects.Add(new Effect.StartExport(new ExportRun(new GroupName(Group), ++_runs, "simulated", "/", TimeSpan.FromSeconds(30), environment, pieces)));
    }
}
