// The export and resync commands of all sites: what they read, how they end; judges nothing (ExportChecker does).
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>All runs of a world.</summary>
internal sealed class Runs(World world)
{
    private readonly HashSet<(int Site, int Life, GroupName Group)> _running = [];
    private byte[] _input = new byte[64 << 10];

    /// <summary>How many runs were started.</summary>
    public long StartedCount { get; private set; }

    /// <summary>How many have ended.</summary>
    public long EndedCount { get; private set; }

    /// <summary>Whether any run of a site's present life is not over.</summary>
    public bool IsRunning(SimulatedSite site) => _running.Any(r => r.Site == site.Index && r.Life == site.Life);

    /// <summary>Starts an export run: its input is read at once, its end comes when its personality says.</summary>
    public void StartExport(SimulatedSite site, ExportRun run)
    {
        Begin(site, run);
        int length = Gather(run.Input);
        ulong digest = Digest.Of(_input.AsSpan(0, length));
        bool framed = site.Configuration.Local.Export.Format == ExportFormat.Framed;
        List<ExportedUpdate> updates = world.Exports.Inspect(site, run, _input.AsMemory(0, length), framed);
        ExportVerdict verdict = site.Export(new ExportAttempt(site, run, updates, world.Now));
        if (verdict.After == TimeSpan.MaxValue)
        {
            verdict = new ExportVerdict(run.Timeout, new RunOutcome(RunEnd.TimedOut, 0, "made no progress"));
        }

        int life = site.Life;
        bool isRedelivered = run.Environment.Any(v => v is { Key: "FLOODD_REDELIVERED", Value: "1" });
        world.Exports.Begun(site, run.Group, updates, isRedelivered);
        world.After(verdict.After.Ticks, () =>
        {
            EndedCount++;
            _running.Remove((site.Index, life, run.Group));
            if (site.Life != life || !site.IsUp)
            {
                return;
            }

            if (Digest.Of(_input.AsSpan(0, Gather(run.Input))) != digest)
            {
                throw new ViolationException($"{site.Name}: the input of run {run.Number} changed while it ran");
            }

            if (verdict.Outcome is { Kind: RunEnd.Exited, Code: 0 })
            {
                world.Exports.Commit(site, updates, isRedelivered);
            }
            else if (verdict.SetsAside)
            {
                updates.ForEach(u => u.LookedUpIn(world.Ledger).Flooded.RefuseAt(site.Index, life));
            }

            site.Enqueue(new Event.RunEnded(run.Group, run.Number, verdict.Outcome));
        });
    }

    /// <summary>Starts a resync run: it takes a tenth of a second and ends well.</summary>
    public void StartResync(SimulatedSite site, ExportRun run)
    {
        Begin(site, run);
        int life = site.Life;
        world.After(TimeSpan.TicksPerSecond / 10, () =>
        {
            EndedCount++;
            _running.Remove((site.Index, life, run.Group));
            if (site.Life == life)
            {
                site.Enqueue(new Event.RunEnded(run.Group, run.Number, new RunOutcome(RunEnd.Exited, 0, "exited 0")));
            }
        });
    }

    private void Begin(SimulatedSite site, ExportRun run)
    {
        StartedCount++;
        if (!_running.Add((site.Index, site.Life, run.Group)))
        {
            throw new ViolationException($"{site.Name} started a run for {run.Group} while another one was not over");
        }
    }

    private int Gather(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        int length = 0;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            while (length + piece.Length > _input.Length)
            {
                Array.Resize(ref _input, _input.Length * 2);
            }

            piece.Span.CopyTo(_input.AsSpan(length));
            length += piece.Length;
        }

        return length;
    }
}
