// What is different between the running configuration and one that was read again, and which of it can hold at once. Applies nothing itself.
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Syntax;

namespace Floodd.Config;

/// <summary>The difference that a reload makes.</summary>
/// <param name="Applicable">The configuration that can hold now: the one read, with what needs a restart left as it is.</param>
/// <param name="Changes">What changes now, a line each.</param>
/// <param name="NeedRestart">What will change only when the daemon is started again, a line each.</param>
public sealed record ConfigurationDifference(Configuration Applicable, ImmutableArray<string> Changes, ImmutableArray<string> NeedRestart)
{
    /// <summary>Compares the running configuration with one read again.</summary>
    /// <param name="running">The running one.</param>
    /// <param name="read">The one read.</param>
    public static ConfigurationDifference Between(Configuration running, Configuration read)
    {
        var changes = ImmutableArray.CreateBuilder<string>();
        var restart = ImmutableArray.CreateBuilder<string>();
        if (running.Self != read.Self)
        {
            // A daemon cannot become another site while it runs: nothing of that site's configuration fits this one.
            return new(running, [], [$"this daemon is site {running.Self}, the configuration now says {read.Self}"]);
        }

        SiteDefinition self = Compare(Parameters.Site, $"site {running.Self}", running.SelfDefinition, read.SelfDefinition, changes, restart);
        LocalDefinition local = Compare(Parameters.Local, "local", running.Local, read.Local, changes, restart);
        CompareAll(Parameters.Site, "site", running.Sites.Remove(running.Self), read.Sites.Remove(read.Self), changes);
        CompareAll(Parameters.Group, "group", running.Groups, read.Groups, changes);
        return new(read with { Sites = read.Sites.SetItem(read.Self, self), Local = local }, changes.ToImmutable(), restart.ToImmutable());
    }

    private static void CompareAll<TName, TRecord>(
        Form<TRecord> form, string what, ImmutableSortedDictionary<TName, TRecord> before, ImmutableSortedDictionary<TName, TRecord> after, ImmutableArray<string>.Builder changes)
        where TName : notnull
        where TRecord : class
    {
        foreach (TName name in before.Keys.Union(after.Keys).Order())
        {
            if (!after.TryGetValue(name, out TRecord? now))
            {
                changes.Add($"{what} {name} is no longer defined");
            }
            else if (!before.TryGetValue(name, out TRecord? then))
            {
                changes.Add($"{what} {name} is new");
            }
            else
            {
                _ = Compare(form, $"{what} {name}", then, now, changes, changes);
            }
        }
    }

    private static TRecord Compare<TRecord>(
        Form<TRecord> form, string what, TRecord before, TRecord after, ImmutableArray<string>.Builder changes, ImmutableArray<string>.Builder restart)
        where TRecord : class
    {
        TRecord applicable = after;
        foreach (Parameter<TRecord> parameter in form.Parameters.Where(p => !p.Write(before).SequenceEqual(p.Write(after), StringComparer.Ordinal)))
        {
            bool waits = parameter.Said.Change == ParameterChange.Restart;
            (waits ? restart : changes).Add($"{what}: {parameter.Said.Name} {Show(parameter, before)} becomes {Show(parameter, after)}");
            applicable = waits ? parameter.Copy(before, applicable) : applicable;
        }

        return applicable;
    }

    private static string Show<TRecord>(Parameter<TRecord> parameter, TRecord record)
        where TRecord : class =>
        string.Join(' ', parameter.Write(record).Select(SourceError.Show)) is { Length: > 0 } values ? values : "(not given)";
}
