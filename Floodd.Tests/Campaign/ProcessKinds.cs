// Faults of processes and machines: crashes at any place, stops, pauses, slowness, clocks that jump, descriptors that run out.
using Floodd.Core;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>F1 to F11, F37.</summary>
internal static class ProcessKinds
{
    public static readonly ActKind[] All =
    [
        new("crash", "F2 F7", d => d.One("crash", 0.05, 4), (p, a) => p.Crash(a.A, silently: false)) { End = (p, a) => p.Restart(a.A), Weight = 2 },
        new("crash-machine", "F2 F7", d => d.One("crash-machine", 0.05, 8), (p, a) => p.Crash(a.A, silently: true)) { End = (p, a) => p.Restart(a.A) },
        new("crash-at-effect", "F1", d => d.One("crash-at-effect", 0.05, 4, 1 + d.Random.Next(1 << d.Random.Next(8))), (p, a) =>
        {
            if (p.Site(a.A) is { IsUp: true, CrashAfterEffects: 0 } site)
            {
                // Counted when it happens (see Play).
                p.Arm(site, (int)a.N);
            }

            return false;
        })
        { End = (p, a) => p.Restart(a.A), Weight = 3 },
        new("crash-loop", "F4", d => d.One("crash-loop", 1, 10, d.Time(0.05, 3)), (p, a) => p.Crash(a.A, silently: false) && p.Loop(a, up: true)) { End = (p, a) => p.Restart(a.A) },
        new("stop", "F3", d => d.One("stop", 0.1, 4), (p, a) => p.Stop(a.A)) { End = (p, a) => p.Restart(a.A) },
        new("rolling-restart", "F3", d => d.Once("rolling-restart", d.Time(0.1, 1)), (p, a) => p.RollingRestart(a)) { Weight = 0.3 },
        new("pause", "F5", d => d.One("pause", 0.02, 8), (p, a) => p.Pause(a.A)) { End = (p, a) => p.Resume(a.A, 0) },
        new("suspend", "F37", d => d.One("suspend", 0.02, 3, d.Random.Chance(0.5) ? TimeSpan.TicksPerHour : d.Time(1, 3600)), (p, a) => p.Pause(a.A)) { End = (p, a) => p.Resume(a.A, a.N) },
        new("slow-cpu", "F6", d => d.One("slow-cpu", 0.1, 5, 1L << (1 + d.Random.Next(7))), (p, a) => (p.Site(a.A).Slowness = (int)a.N) > 1) { End = (p, a) => p.Site(a.A).Slowness = 1 },
        new("no-descriptors", "F11", d => d.One("no-descriptors", 0.1, 3), (p, a) => p.RefuseAll(a.A, true)) { End = (p, a) => p.RefuseAll(a.A, false) },
    ];
}
