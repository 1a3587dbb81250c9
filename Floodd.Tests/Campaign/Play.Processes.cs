// What acts do to sites: their lives, their export commands, their membership.
using System.Collections.Immutable;
using System.Text;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

internal sealed partial class Play
{
    private readonly Dictionary<int, List<(Act Act, ExportPersonality How)>> _spoilers = [];
    private readonly Dictionary<Act, int> _purged = [];
    private int _generatorFault = -1;

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

    /// <summary>The operator changes bounds and periods and lets the file be read again.</summary>
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
                MaxDegree = Math.Max(g.Value.Connectivity, g.Value.MaxDegree - (act.N == 0 ? 1 : 0)),
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

    public void GeneratorFails(int how) => _generatorFault = how;

    public bool GeneratorFailsFrom(int how)
    {
        _generatorFault = how;
        return false;
    }

    public bool BreakRules(Act act, bool breaks)
    {
        int site = Shape.Sites - 1 - (act.Kind == "black-hole" ? act.A % Shape.BlackHoles : Shape.BlackHoles);
        _ = breaks ? _breaking.Add(site) : _breaking.Remove(site);
        return false;
    }

    /// <summary>A site's export command goes wrong from now on.</summary>
    public bool Spoil(Act act, ExportPersonality how)
    {
        SimulatedSite site = Site(act.A);
        if (!_spoilers.TryGetValue(site.Index, out List<(Act, ExportPersonality)>? spoilers))
        {
            _spoilers.Add(site.Index, spoilers = []);
        }

        spoilers.Add((act, how));
        site.Export = Attempt;
        return false;
    }

    public void Unspoil(Act act)
    {
        if (_spoilers.TryGetValue(Site(act.A).Index, out List<(Act Act, ExportPersonality)>? spoilers))
        {
            spoilers.RemoveAll(s => s.Act == act);
        }
    }

    private ExportVerdict Attempt(ExportAttempt attempt)
    {
        if (!_spoilers.TryGetValue(attempt.Site.Index, out List<(Act Act, ExportPersonality How)>? spoilers) || spoilers.Count == 0)
        {
            return World.Options.Export(attempt);
        }

        Count1(spoilers[^1].Act.Kind);
        ExportVerdict verdict = spoilers[^1].How(attempt);
        Markers.Attempted(attempt, verdict);
        return verdict;
    }

    private void Generate(SimulatedSite site, GeneratorJob job)
    {
        SiteName[] members = [.. job.Draft.Members];
        int life = site.Life;
        int fault = _generatorFault;
        if (fault >= 0)
        {
            Count1("generator-fails");
        }

        var text = new StringBuilder();
        for (int i = 0; i < members.Length; i++)
        {
            // A ring, with chords where more links are asked for; cut in two by a generator that disconnects.
            if (fault != 3 || i != 0)
            {
                text.Append(fault == 4 ? "nobody" : members[i].Value).Append(' ').Append(members[(i + 1) % members.Length].Value).Append('\n');
            }
        }

        (RunOutcome outcome, string answer) = fault switch
        {
            0 => (new RunOutcome(RunEnd.TimedOut, 0, "made no progress"), ""),
            1 => (new RunOutcome(RunEnd.Signaled, 11, "killed by signal 11"), ""),
            2 => (new RunOutcome(RunEnd.Exited, 0, "exited 0"), "\u0001(((:rubbish \"\n"),
            5 => (new RunOutcome(RunEnd.NotStarted, 0, "no such file"), ""),
            _ => (new RunOutcome(RunEnd.Exited, 0, "exited 0"), text.ToString()),
        };
        World.After(fault == 0 ? job.Timeout.Ticks : TimeSpan.TicksPerMillisecond * 20, () =>
        {
            if (site.Life == life)
            {
                site.Enqueue(new Event.Generated(job.Draft.Group, job.Number, outcome, Encoding.UTF8.GetBytes(answer)));
            }
        });
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
