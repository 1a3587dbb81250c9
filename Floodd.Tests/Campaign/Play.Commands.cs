// What acts do to the commands that sites run, and which members break the rules.
using System.Text;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

internal sealed partial class Play
{
    private readonly Dictionary<int, List<(Act Act, ExportPersonality How)>> _spoilers = [];
    private int _generatorFault = -1;

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
}
