// When the master has a topology planned, from what, and whether the plan is put into force. How to plan is for Planning.
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>
/// One plan at a time for each group, made elsewhere. Members that came or went are mended at once; the best is searched for at
/// update-period, and sooner while a young group's ways are being measured.
/// </summary>
internal sealed class Plans(SiteCore core)
{
    /// <summary>How long the members must stay the same before a topology is planned for them.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>How long two members that are up may have no link that is planned before the plan does without it.</summary>
    private static readonly TimeSpan BrokenLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long a plan then does without it.</summary>
    private static readonly TimeSpan UnusableTime = TimeSpan.FromMinutes(10);

    /// <summary>So long after its members last changed a group counts as young: it is planned again whenever a fifth of what is known has changed.</summary>
    private static readonly TimeSpan YoungTime = TimeSpan.FromMinutes(2);

    /// <summary>At the earliest so long after a plan, and after four times what it took, the next one of a young group; after each of them twice as long.</summary>
    private static readonly TimeSpan YoungPause = TimeSpan.FromSeconds(2);

    /// <summary>The longest that a generator may take no byte and not end.</summary>
    private static readonly TimeSpan GeneratorLimit = TimeSpan.FromSeconds(60);

    private readonly SiteState _state = core.State;
    private long _number;

    /// <summary>Members came, went, or changed their state.</summary>
    public void MembersChanged(Group group)
    {
        Instant due = _state.Now + Settling;
        group.Plan.SettledAt = due;
        group.Plan.YoungCount = 0;
        group.Plan.Settling ??= new Deadline(_state.Deadlines, () => Look(group));
        group.Plan.Settling.Move(due);
    }

    /// <summary>At update-period: the best is searched for if anything else is believed than when it last was.</summary>
    public void Periodic(Group group)
    {
        if (group.Plan.WantsFull || core.Estimates.Changes != group.Plan.ChangesSeen)
        {
            Start(group, PlanKind.Full);
        }
    }

    /// <summary>A new topology is asked for, better or not.</summary>
    public void Demand(Group group)
    {
        group.Plan.IsDemanded = true;
        Start(group, PlanKind.Full);
    }

    /// <summary>Plans if the topology in force does not fit the members.</summary>
    public void Look(Group group)
    {
        if (!Fits(group))
        {
            Start(group, group.Topology is null ? PlanKind.Full : PlanKind.Repair);
        }
    }

    /// <summary>Each second: links that cannot be made, and ways that have become known.</summary>
    public void Tick()
    {
        foreach (Group group in _state.Groups.Values.Where(IsOurs))
        {
            LookForBrokenLinks(group);
            GroupPlan plan = group.Plan;
            if (plan.Running == 0 && _state.Now >= plan.YoungAfter && _state.Now - plan.SettledAt < YoungTime
                && core.Estimates.Changes - plan.ChangesSeen > core.Estimates.ClaimedPairs / 5)
            {
                Start(group, PlanKind.Full);
            }
        }
    }

    /// <summary>What a client wants explained, or planned, is made from this.</summary>
    public PlanDraft Draft(Group group, IEnumerable<SiteName> members)
    {
        ImmutableArray<SiteName> all = [.. members];

        // With one link at each, more than two sites are never joined: such a bound cannot be meant.
        int maxDegree = Math.Max(group.Definition.MaxDegree, all.Length > 2 ? 2 : 1);
        return new PlanDraft(
            group.Name, all, Math.Min(group.Definition.Connectivity, maxDegree), maxDegree, core.Estimates.Copy(), _state.Now, group.Topology,
            [.. group.Plan.Unusable.Where(u => _state.Now < u.Value).Select(u => u.Key)]);
    }

    /// <summary>A plan is ready.</summary>
    public void Planned(Event.Planned e)
    {
        if (Finished(e.Group, e.Number) is { } plan)
        {
            Group group = _state.Groups[e.Group];
            Judge(group, plan, plan.Draft.Names(e.Plan.Edges), e.Plan.IsWorthwhile);
        }
    }

    /// <summary>A generator has ended, or could not be started.</summary>
    public void Generated(Event.Generated e)
    {
        if (Finished(e.Group, e.Number) is not { } plan)
        {
            return;
        }

        Group group = _state.Groups[e.Group];
        ImmutableArray<Edge> edges = [];
        string? fault = e.Outcome is { Kind: RunEnd.Exited, Code: 0 } ? GeneratorText.Read(plan.Draft, e.Answer.Span, out edges) : e.Outcome.Text;
        if (fault is null)
        {
            Judge(group, plan, edges, isWorthwhile: true);
            return;
        }

        // It is asked again at update-period, or when the members change; until then what is in force stays.
        _state.Counters.GeneratorFailures++;
        _state.Note(NoteKind.TopologyRefused, $"the topology-generator of {group.Name} failed, edition {group.Topology?.Edition ?? 0} stays: {fault}");
        plan.WantsFull = true;
    }

    private bool IsOurs(Group group) => !_state.Stopping && core.Mastership.MasterOf(group) == _state.Self && _state.Now >= group.Plan.SettledAt;

    private static ImmutableArray<SiteName> MembersUp(Group group) => [.. group.Members.Values.Where(m => m.Up).Select(m => m.Name)];

    private bool Fits(Group group) => group.Topology is { } topology && topology.Connectivity == group.Definition.Connectivity
        && topology.Sites.SetEquals(MembersUp(group));

    private bool IsUnusable(Group group, Edge edge) => group.Plan.Unusable.TryGetValue(edge, out Instant until) && _state.Now < until;

    private void Start(Group group, PlanKind kind)
    {
        if (!IsOurs(group))
        {
            return;
        }

        GroupPlan plan = group.Plan;
        ImmutableArray<SiteName> members = MembersUp(group);
        if (members.Length < 2 || plan.Running != 0)
        {
            // What runs was made from less than is known now: it is looked at again when it ends.
            plan.WantsFull |= plan.Running != 0;
            return;
        }

        plan.Running = ++_number;
        plan.StartedAt = _state.Now;
        plan.Kind = kind;
        plan.Draft = Draft(group, members);
        plan.AskedFor = group.Definition;
        if (kind == PlanKind.Full)
        {
            (plan.WantsFull, plan.ChangesSeen) = (false, core.Estimates.Changes);
        }

        if (group.Configured.TopologyGenerator is { } command)
        {
            TimeSpan limit = group.Definition.UpdatePeriod < GeneratorLimit ? group.Definition.UpdatePeriod : GeneratorLimit;
            _state.Do(new Effect.StartGenerator(new GeneratorJob(plan.Running, command, limit, plan.Draft)));
        }
        else
        {
            _state.Do(new Effect.StartPlanning(new PlanJob(plan.Running, kind, plan.Draft)));
        }
    }

    private GroupPlan? Finished(GroupName name, long number)
    {
        if (!_state.Groups.TryGetValue(name, out Group? group) || group.Plan.Running != number)
        {
            return null;
        }

        GroupPlan plan = group.Plan;
        plan.Running = 0;
        TimeSpan pause = YoungPause * (1 << Math.Min(plan.YoungCount++, 6)), taken = (_state.Now - plan.StartedAt) * 4;
        plan.YoungAfter = _state.Now + (taken > pause ? taken : pause);
        _state.Counters.Plans++;
        if (IsOurs(group) && plan.Draft.Members.SequenceEqual(MembersUp(group)) && plan.AskedFor == group.Definition)
        {
            return plan;
        }

        // The members are others by now, or somebody else plans.
        plan.WantsFull = true;
        Look(group);
        return null;
    }

    private void Judge(Group group, GroupPlan plan, ImmutableArray<Edge> edges, bool isWorthwhile)
    {
        bool fits = Fits(group);
        bool isSame = group.Topology is { } topology && topology.Edges.SequenceEqual(edges);
        bool isDemanded = plan.IsDemanded && plan.Kind == PlanKind.Full;
        if (isDemanded || !fits || (!isSame && (isWorthwhile || plan.Kind == PlanKind.Repair)))
        {
            plan.IsDemanded &= plan.Kind != PlanKind.Full;
            core.Mastership.Publish(group, edges);
        }

        // Mended is not good: the best is searched for at update-period. What was asked for meanwhile is not put off.
        plan.WantsFull |= plan.Kind == PlanKind.Repair;
        if (plan.IsDemanded)
        {
            Start(group, PlanKind.Full);
        }
    }

    // Both ends are up and say that they have no link, though the topology gives them one: the way between them is broken.
    private void LookForBrokenLinks(Group group)
    {
        GroupPlan plan = group.Plan;
        bool found = false;
        foreach (Edge edge in group.Topology?.Edges ?? [])
        {
            if (!group.Members.TryGetValue(edge.A, out Member? a) || !group.Members.TryGetValue(edge.B, out Member? b)
                || !a.Up || !b.Up || (IsLinked(a, edge.B) && IsLinked(b, edge.A)))
            {
                plan.BrokenSince.Remove(edge);
            }
            else if (!plan.BrokenSince.TryGetValue(edge, out Instant since))
            {
                plan.BrokenSince.Add(edge, _state.Now);
            }
            else if (_state.Now - since >= BrokenLimit && _state.Now - group.TopologySince >= BrokenLimit && !IsUnusable(group, edge))
            {
                _state.Note(NoteKind.LinkUnusable, $"{edge.A} and {edge.B} cannot link: {group.Name} is planned without that for {UnusableTime.TotalMinutes} min");
                plan.Unusable[edge] = _state.Now + UnusableTime;
                found = true;
            }
        }

        if (found)
        {
            Start(group, PlanKind.Repair);
        }
    }

    private static bool IsLinked(Member member, SiteName other) => member.Site.Record?.Links.BinarySearch(other) >= 0;
}
