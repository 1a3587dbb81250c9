// What acts do to sites: their lives and their membership.
using System.Collections.Immutable;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

internal sealed partial class Play
{
    private readonly Dictionary<Act, int> _purged = [];

    public bool Crash(int site, bool silently)
    {
        bool wasUp = Site(site).IsUp;
        World.Crash(Site(site).Index, silently);
        return wasUp;
    }

    public void Restart(int site) => World.Restart(Site(site).Index);

    /// <summary>A site dies after so many more effects.</summary>
    public void Arm(SimulatedSite site, int effects)
    {
        site.CrashAfterEffects = effects;
        _armed.Add(site.Index);
    }

    /// <summary>Up and down in turn until the act ends.</summary>
    public bool Loop(Act act, bool up)
    {
        World.After(act.N, () =>
        {
            if (!_open.Contains(act))
            {
                return;
            }

            if (up)
            {
                Restart(act.A);
            }
            else if (Crash(act.A, false))
            {
                Count1(act.Kind);
            }

            Loop(act, !up);
        });
        return true;
    }

    public bool Stop(int site)
    {
        if (Site(site) is not { IsUp: true, IsPaused: false } running)
        {
            return false;
        }

        running.Enqueue(new Event.StopRequested("asked to"));
        return true;
    }

    public bool RollingRestart(Act act)
    {
        for (int i = 0; i < Count; i++)
        {
            int site = i;
            World.After(act.N * i, () =>
            {
                if (!_healed && Stop(site))
                {
                    Count1(act.Kind);
                    Revive(site);
                }
            });
        }

        return false;
    }

    public bool Pause(int site)
    {
        if (Site(site) is not { IsUp: true, IsPaused: false } running)
        {
            return false;
        }

        World.Pause(running.Index);
        return true;
    }

    public void Resume(int site, long jump)
    {
        if (Site(site) is { IsUp: true, IsPaused: true } paused)
        {
            paused.ClockJump += jump;
            World.Resume(paused.Index);
        }
    }

    /// <summary>A third of the sites die at once.</summary>
    public bool MassDeath(Act act)
    {
        int died = 0;
        for (int i = 0; i < Count; i++)
        {
            died += Turned(act, i) < (Count + 2) / 3 && Crash(i, act.N % 2 == 1) ? 1 : 0;
        }

        return died > 0;
    }

    public void MassBirth()
    {
        for (int i = 0; i < Count; i++)
        {
            Restart(i);
        }
    }

    /// <summary>Sites come and go until the act ends.</summary>
    public bool Churn(Act act)
    {
        var draw = new Prng((ulong)act.N);
        Again();
        return false;

        void Again() => World.After((long)(draw.NextDouble() * 2 * TimeSpan.TicksPerSecond / Count), () =>
        {
            if (!_open.Contains(act))
            {
                return;
            }

            int site = draw.Next(Count);
            if (!Site(site).IsUp)
            {
                Restart(site);
            }
            else if (Crash(site, false))
            {
                Count1(act.Kind);
            }

            Again();
        });
    }

    public bool Join(int through, int count)
    {
        count = Math.Min(count, (Shape.Sites * 2) + 2 - Count);
        for (int i = 0; i < count; i++)
        {
            int joined = World.Join((through + i) % Shape.Sites);
            // When it is admitted hangs on the faults that go on: what is flooded after they end must reach it.
            World.Site(joined).ExpectedFrom = long.MaxValue;
            Count1("join");
        }

        return count > 0;
    }

    /// <summary>A site joins and dies for so long that it is forgotten.</summary>
    public bool JoinAndDie(Act act)
    {
        if (!Join(act.A, 1))
        {
            return false;
        }

        _purged[act] = Count - 1;
        World.After(2 * TimeSpan.TicksPerSecond, () =>
        {
            if (_open.Contains(act))
            {
                Crash(_purged[act], silently: false);
            }
        });
        return true;
    }

    public void ReturnPurged(Act act)
    {
        if (_purged.TryGetValue(act, out int site))
        {
            Restart(site);
        }
    }

    /// <summary>The operator changes periods and lets the file be read again.</summary>
    public bool Reload(Act act)
    {
        SimulatedSite site = Site(act.A);
        if (!site.IsUp)
        {
            return false;
        }

        Floodd.Config.Configuration read = site.Configuration with
        {
            Groups = site.Configuration.Groups.ToImmutableSortedDictionary(g => g.Key, g => g.Value with
            {
                PingPeriod = TimeSpan.FromSeconds(2 + act.N),
                UpdatePeriod = TimeSpan.FromSeconds(act.N == 1 ? 5 : 20),
            }),
        };
        site.Enqueue(new Event.Reloaded(read));
        return true;
    }

    public bool Replan(Act act)
    {
        if (!Site(act.A).IsUp)
        {
            return false;
        }

        // Roads change too, so that another topology is better.
        Delay(act.A, act.A + 1, act.N);
        Simulation.Session session = World.Connect(Site(act.A).Index);
        session.Ask($"replan {World.GroupNameOf(0)}");
        World.After(TimeSpan.TicksPerSecond, session.Vanish);
        return true;
    }

    private void Revive(int site) => World.After(TimeSpan.TicksPerSecond / 10, () =>
    {
        if (Site(site).IsUp && !_healed)
        {
            Revive(site);
        }
        else
        {
            Restart(site);
        }
    });
}
