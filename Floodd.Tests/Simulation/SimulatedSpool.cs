// A site's spool in the world: the real log on a simulated disk, written as the shell's thread would, in virtual time. Decides nothing.
using Floodd.Core;
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Tests.Simulation;

/// <summary>The disk of one site, over all its lives.</summary>
internal sealed class SimulatedSpool(World world, SimulatedSite site, ulong seed)
{
    private readonly Queue<Effect.Spool> _waiting = [];
    private readonly Prng _random = new(seed);
    private SpoolLog? _log;
    private bool _busy;
    private long _allowed;

    /// <summary>What it is written to.</summary>
    public SimulatedDisk Disk { get; private set; } = new(seed);

    /// <summary>When what it had held was lost to it last, in ticks: wiped, or replaced by an older copy; -1 if never.</summary>
    public long LostAt { get; private set; } = -1;

    /// <summary>How many syncs have returned.</summary>
    public int Syncs { get; private set; }

    /// <summary>Begins a life of the site with what it holds.</summary>
    public CoreDriver Begin(ulong life, ulong seedOfLife)
    {
        CoreDriver core = CoreDriver.Real(site.Configuration, life, seedOfLife, Open(life));
        _allowed = core.ChargedBytes();
        return core;
    }

    /// <summary>What the store may be charged for: its bound, or what came out of the spool for as long as that is more.</summary>
    public long Allowed(CoreDriver core)
    {
        long max = Math.Max(site.Configuration.Local.DataStorageMax, _allowed);
        _allowed = Math.Min(_allowed, core.ChargedBytes());
        return max;
    }

    /// <summary>Opens it for a new life.</summary>
    public SpooledState Open(ulong life)
    {
        _waiting.Clear();
        _busy = false;
        while (true)
        {
            try
            {
                var options = new SpoolOptions((2 * site.Configuration.Local.DataStorageMax) + (1 << 20), world.Options.SpoolReserve, world.Options.SpoolFileBytes);
                _log = SpoolLog.Open(Disk, options, life, out SpooledState state);
                return state;
            }
            catch (PowerCutException)
            {
                Disk.Cut(_random);
            }
        }
    }

    /// <summary>The core hands over a batch: it is written at once if nothing is being written, else with all others that wait.</summary>
    public void Submit(Effect.Spool batch)
    {
        _waiting.Enqueue(batch);
        if (!_busy)
        {
            Write();
        }
    }

    /// <summary>The process has ended: what it wrote is in its system still.</summary>
    public void Kill()
    {
        _log = null;
        Disk.Kill();
    }

    /// <summary>The power is cut.</summary>
    public void Cut()
    {
        _log = null;
        Disk.Cut(_random);
    }

    /// <summary>All that it held is gone, while nobody used it.</summary>
    public void Wipe() => Replace(new SimulatedDisk(_random.NextUInt64()));

    /// <summary>An older copy takes its place, while nobody used it.</summary>
    public void Replace(SimulatedDisk disk)
    {
        Disk = disk;
        LostAt = world.Now;
    }

    private void Write()
    {
        int life = site.Life;
        bool isFull = false;
        long ticket = 0;
        _busy = true;
        Try(() =>
        {
            while (!isFull && _waiting.TryPeek(out Effect.Spool? batch))
            {
                try
                {
                    _log!.Append(batch.Entries);
                    ticket = _waiting.Dequeue().Ticket;
                }
                catch (DiskException e) when (e.Fault == DiskFault.Full)
                {
                    isFull = true;
                }
            }

            long takes = (long)(world.Options.SyncMost.Ticks * _random.NextDouble());
            world.After(takes, () => WhenStill(life, () => Sync(life, ticket, isFull)));
        });
    }

    private void Sync(int life, long ticket, bool isFull) => Try(() =>
    {
        if (ticket > 0)
        {
            _log!.Sync();
            Syncs++;
        }

        site.Enqueue(new Event.Spooled(ticket, isFull || _log!.IsShort, _log!.BytesUsed));
        if (isFull)
        {
            world.After(TimeSpan.TicksPerSecond, () => WhenStill(life, Write));
        }
        else if (_waiting.Count > 0)
        {
            Write();
        }
        else
        {
            _busy = false;
        }
    });

    private void WhenStill(int life, Action action)
    {
        if (life == site.Life && site.IsUp && _log is not null)
        {
            action();
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (DiskException e)
        {
            site.Enqueue(new Event.SpoolFailed(e.Message));
        }
        catch (PowerCutException)
        {
            world.PowerCut(site.Index);
        }
    }
}
