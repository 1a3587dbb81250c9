// Writes definitions as forms that read back equal. What is local, a topology-generator included, goes into no text for another site.
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Syntax;

namespace Floodd.Config;

/// <summary>Definitions as configuration text.</summary>
public static class ConfigurationWriter
{
    /// <summary>A site's form, on one line.</summary>
    /// <param name="site">The site.</param>
    public static string Write(SiteDefinition site) => Line(Parameters.Site, site);

    /// <summary>A group's form, on one line, its topology-generator included.</summary>
    /// <param name="group">The group.</param>
    public static string Write(GroupDefinition group) => Line(Parameters.Group, group);

    /// <summary>The local form; on one line unless a command in it has several.</summary>
    /// <param name="local">What holds for one site alone.</param>
    public static string Write(LocalDefinition local) => Line(Parameters.Local, local);

    /// <summary>A whole configuration, a form a line. Reads back equal if the reader is told that it is <see cref="Configuration.Self"/>.</summary>
    /// <param name="configuration">The configuration.</param>
    public static string Write(Configuration configuration) => string.Concat(
        configuration.Sites.Values.Select(Write).Concat(configuration.Groups.Values.Select(Write)).Append(Write(configuration.Local)).Select(line => line + "\n"));

    /// <summary>A configuration that a new site can start from, line by line: the sites, and the group with those of its sites that are given.</summary>
    /// <param name="sites">The sites that the new one is to know.</param>
    /// <param name="group">The group that it is to join.</param>
    public static ImmutableArray<string> ForNewSite(IEnumerable<SiteDefinition> sites, GroupDefinition group)
    {
        ImmutableArray<SiteDefinition> given = [.. sites.OrderBy(s => s.Name)];
        var names = given.Select(s => s.Name).ToHashSet();
        GroupDefinition told = group with
        {
            Sites = [.. group.Sites.Where(names.Contains)],
            MasterSite = group.MasterSite is SiteName master && names.Contains(master) ? master : null,
            TopologyGenerator = null,
        };
        return
        [
            $"; A site can join {group.Name} with this: add its own (:site-define ...), and a (:local ...) if it exports.",
            .. given.Select(Write),
            Write(told),
        ];
    }

    /// <summary>One value of a parameter as it stands in its form.</summary>
    internal static string Value(Parameter parameter, string value) => $"(:{parameter.Name} {SexpWriter.Atom(value)})";

    private static string Line<TRecord>(Form<TRecord> form, TRecord record)
        where TRecord : class =>
        $"(:{form.Name}{string.Concat(form.Parameters.SelectMany(p => p.Write(record).Select(v => " " + Value(p.Said, v))))})";
}
