// Why two members are linked, or are not: a client's question, looked into elsewhere, and the lines of the answer.
using System.Globalization;
using Floodd.Client.Protocol;
using Floodd.Measuring;
using Floodd.Model;
using Floodd.Planning;

namespace Floodd.Core;

internal sealed class Explanations(SiteCore core)
{
    private readonly SiteState _state = core.State;

    /// <summary>A client asks; its further requests wait for the answer.</summary>
    public void Begin(Session session, Group group, SiteName a, SiteName b)
    {
        if (group.Topology is not { } topology || !topology.Sites.IsSupersetOf([a, b]) || a == b)
        {
            core.Desk.Refuse(session, ReplyCode.NoSuch, $"no two sites {a} and {b} in the topology of {group.Name}");
            return;
        }

        session.Pause = SessionPause.Waiting;
        _state.Do(new Effect.Explain(new WhyJob(session.Id, core.Plans.Draft(group, topology.Sites), a, b)));
    }

    /// <summary>The answer is known.</summary>
    public void Ready(Event.Explained e)
    {
        if (core.Desk.Find(e.Job.Session) is { } session)
        {
            var writer = new DotWriter(session.Out);
            writer.Begin(ReplyCode.Why, $"why {e.Job.A} {e.Job.B}");
            foreach (string line in Lines(e.Job, e.Reason))
            {
                writer.Write(line);
            }

            writer.End();
            core.Desk.HasOutput(session);
            core.Desk.Continue(session);
        }
    }

    private static IEnumerable<string> Lines(WhyJob job, LinkReason reason)
    {
        PlanDraft draft = job.Draft;
        yield return Line($"(:why {job.A} {job.B} (:group-name {draft.Group}) (:edition {draft.Previous!.Edition}) (:planned {YesNo(reason.IsPlanned)}) (:usable {YesNo(reason.IsUsable)}))");
        yield return draft.Matrix.Between(draft.At, job.A, job.B) is { } known
            ? Line($"(:estimate {job.A} {job.B}{EstimateText.Of(known, draft.At)})")
            : Line($"(:estimate {job.A} {job.B} (:guessed yes))");
        yield return Line($"(:direct (:delay-ms {Number(reason.DelayMilliseconds)}))");
        yield return Line($"(:way-round {string.Join(' ', reason.WayRound.Select(i => draft.Members[i]))} (:delay-ms {Number(reason.WayRoundMilliseconds)}))");
        if (reason.With is { } with)
        {
            yield return Line($"(:with{Score(with)})");
        }

        yield return Line($"(:without{Score(reason.Without)} (:connectivity {reason.ConnectivityWithout}))");
        if (!reason.Cut.IsEmpty)
        {
            yield return Line($"(:without-it {job.A} and {job.B} are parted if these fail: {string.Join(' ', reason.Cut.Select(i => draft.Members[i]))})");
        }
        else if (reason.ConnectivityWithout < Math.Min(draft.Connectivity, draft.Members.Length - 1))
        {
            yield return Line($"(:without-it {reason.ConnectivityWithout} failing sites can part the group)");
        }
    }

    private static string Score(PlanScore score) => Line(
        $" (:links {score.LinkCount}) (:cost-ms {Number(score.Cost)}) (:flood-ms {Number(score.FloodMilliseconds)}) (:delay-ms {Number(score.DelayMilliseconds)}) (:score {Number(score.J)})");

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("F3", CultureInfo.InvariantCulture) : "never";

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
