// Brings sites and groups in line with the configuration, and with what the master says of a group.
using Floodd.Config;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Groups(SiteCore core)
{
    // Sites that only files of others name: nobody may make us keep names without end.
    private const int NamedMax = 1024;

    private static readonly TimeSpan SayAgainAfter = TimeSpan.FromSeconds(1);

    private readonly SiteState _state = core.State;
    private readonly FieldWriter _ours = new(), _theirs = new();

    /// <summary>Takes a configuration, the first or a changed one. Groups that are no longer in it stay until the next start.</summary>
    public void Configure(Configuration configuration)
    {
        _state.Configuration = configuration;
        foreach (Site site in _state.Sites.Values)
        {
            site.Configured = null;
        }

        foreach (SiteDefinition definition in configuration.Sites.Values)
        {
            _state.SiteOf(definition.Name).Configured = definition;
        }

        foreach (GroupDefinition definition in configuration.Groups.Values)
        {
            if (!_state.Groups.TryGetValue(definition.Name, out Group? group))
            {
                _state.Groups.Add(definition.Name, group = new Group(definition, new FloodKeys(_state.Local.FloodKeysMax, _state.Seed))
                {
                    OwnId = new StreamId(_state.Self, _state.Incarnation),
                    Spooling = core.Spooling,
                });
                core.Spooling?.Restore(group);
                if (core.IsStarted)
                {
                    KeepPeriods(group);
                }
            }
            else if (group.Configured != definition)
            {
                group.Configured = definition;
                if (definition.MasterSite == _state.Self || group.DefinitionVersion == 0)
                {
                    Say(group, definition);
                }
            }

            if (definition.MasterSite == _state.Self && group.DefinitionVersion == 0)
            {
                group.DefinitionVersion = 1;
            }
        }

        core.Membership.Configure();
        foreach (SiteName name in _state.Groups.Values.SelectMany(g => g.Members.Keys))
        {
            core.Estimates.Know(_state.Sites[name]);
        }

        core.Admission.LookUpAll();
        foreach (Link link in _state.Links.Values.Where(l => l.Up).ToList())
        {
            if (core.Admission.IsDenied(link.Site!.Name, link.Remote))
            {
                core.Links.Dismiss(link, GoodbyeReason.Refused, "no longer allowed here");
            }
            else
            {
                core.Neighbors.Learned(link.Site!, restarted: false);
            }
        }

        core.Neighbors.Reconsider();
    }

    /// <summary>Begins what a group does again and again.</summary>
    public void KeepPeriods(Group group)
    {
        _state.Every(() => _state.Chance.Jitter(group.Definition.JoinPeriod), core.Membership.RepeatOwn);
        _state.Every(() => group.Definition.UpdatePeriod, () => core.Plans.Periodic(group));
    }

    /// <summary>Tells one neighbor of a group all that holds: the word on it, and the topology.</summary>
    public static void Tell(Group group, Link link)
    {
        WordOn(group).Write(link.Out);
        link.Out.Raw(group.TopologyFrame.Span);
    }

    /// <summary>What is said of a group to other sites: the master's word; before it was heard, our own file's, with the sites that files of others name.</summary>
    public static GroupRecord WordOn(Group group) => new(
        group.DefinitionVersion > 0 || group.Named.Count == 0 ? group.Definition : group.Definition with { Sites = [.. group.Definition.Sites.Union(group.Named)] },
        group.DefinitionVersion);

    /// <summary>The master's word on a group came in, perhaps by way of others; or what another site's file says.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        if (GroupRecord.Read(payload) is not { } record)
        {
            return "a group that makes no sense";
        }

        if (!_state.Groups.TryGetValue(record.Definition.Name, out Group? group) || record.Version > WireLimits.VersionMax)
        {
            return null;
        }

        if (group.Configured.MasterSite == _state.Self)
        {
            // Our own word of an earlier life may still go round among the members: ours now is newer.
            if (record.Version >= group.DefinitionVersion && !SameWords(record, group))
            {
                group.DefinitionVersion = record.Version;
                SayAgain(group);
            }

            return null;
        }

        if (record.Version <= group.DefinitionVersion)
        {
            if (group.DefinitionVersion == 0)
            {
                Hear(group, record.Definition, link.Site!.Name);
            }

            return null;
        }

        group.DefinitionVersion = record.Version;
        group.Named.Clear();
        Take(group, record.Definition with { TopologyGenerator = group.Configured.TopologyGenerator });
        return null;
    }

    // The file of a site that joined names itself, which tells nothing: its first neighbor is to admit it.
    private void Hear(Group group, GroupDefinition definition, SiteName sayer)
    {
        bool isNews = false;
        foreach (SiteName name in definition.Sites.Where(n => n != sayer && !group.Members.ContainsKey(n)))
        {
            isNews |= group.Named.Count < NamedMax && group.Named.Add(name);
        }

        if (isNews)
        {
            Tell(group);
        }
    }

    private bool SameWords(GroupRecord record, Group group)
    {
        _theirs.Clear();
        _ours.Clear();
        record.Write(_theirs);
        new GroupRecord(group.Configured, record.Version).Write(_ours);
        return _theirs.Written.Span.SequenceEqual(_ours.Written.Span);
    }

    // Two files that name two masters contradict each other for as long as nobody mends them: not at the pace of the links.
    private void SayAgain(Group group)
    {
        if (_state.Now >= group.SayAfter)
        {
            group.SayAfter = _state.Now + SayAgainAfter;
            Say(group, group.Configured);
        }
        else if (!group.IsToSay)
        {
            group.IsToSay = true;
            _state.Deadlines.At(group.SayAfter, () =>
            {
                group.IsToSay = false;
                SayAgain(group);
            });
        }
    }

    private void Say(Group group, GroupDefinition definition)
    {
        if (definition.MasterSite == _state.Self)
        {
            group.DefinitionVersion++;
        }

        Take(group, definition);
    }

    private void Take(Group group, GroupDefinition definition)
    {
        group.Definition = definition;
        core.Membership.Configure();
        core.Neighbors.Reconsider();
        Tell(group);
    }

    private void Tell(Group group)
    {
        foreach (Link link in _state.Links.Values.Where(l => l.Up))
        {
            WordOn(group).Write(link.Out);
        }
    }
}
