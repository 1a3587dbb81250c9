// What a configuration means, for the person who wrote it: every value with its default marked, and what it comes to. Still a configuration.
using System.Globalization;
using System.Text;
using Floodd.Model;
using Floodd.Syntax;

namespace Floodd.Config;

/// <summary>The text that <c>floodd check</c> prints.</summary>
public static class ConfigurationExplanation
{
    private const int CommentColumn = 40;

    /// <summary>A configuration as a commented text that reads back equal.</summary>
    /// <param name="configuration">The configuration.</param>
    public static string Write(Configuration configuration)
    {
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"; This daemon is site {configuration.Self}: {Ports(configuration)}.\n");
        _ = text.Append(configuration.Groups.IsEmpty ? "; There is no group: nothing is flooded.\n" : "");
        _ = text.Append(configuration.Local.Access.Insecure
            ? "; WARNING: insecure: any address may link and flood.\n"
            : "; Clients of this host may flood; those of other hosts only from allow-client.\n");
        foreach (SiteDefinition site in configuration.Sites.Values)
        {
            string self = site.Name == configuration.Self ? ", this one" : "";
            _ = text.Append(CultureInfo.InvariantCulture, $"\n; Site {site.Name}{self}, reached at {site.Host} port {site.DataPort}.\n");
            Append(text, Parameters.Site, site);
        }

        foreach (GroupDefinition group in configuration.Groups.Values)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"\n; {Meaning(group, configuration.Self)}\n");
            Append(text, Parameters.Group, group);
        }

        _ = text.Append(CultureInfo.InvariantCulture, $"\n; {Meaning(configuration.Local)}\n");
        Append(text, Parameters.Local, configuration.Local);
        return text.ToString();
    }

    private static string Ports(Configuration configuration)
    {
        SiteDefinition self = configuration.SelfDefinition;
        string address = configuration.Local.BindAddress?.ToString() ?? "every address";
        return string.Create(CultureInfo.InvariantCulture, $"clients at {address} port {self.ClientPort}, links at port {self.DataPort}, ")
            + (self.HttpPort is int port ? string.Create(CultureInfo.InvariantCulture, $"status page at port {port}") : "no status page");
    }

    private static string Meaning(GroupDefinition group, SiteName self)
    {
        bool joins = !group.Sites.Contains(self);
        int members = group.Sites.Length + (joins ? 1 : 0);
        int downMax = Math.Max(0, Math.Min(group.Connectivity, members - 1) - 1);
        string master = group.MasterSite is SiteName name ? $"planned by {name}" : "planned by the first member that is up";
        string join = joins ? $" {self} is not named in it and asks to be let in." : "";
        return string.Create(CultureInfo.InvariantCulture, $"Group {group.Name}: {members} known sites, {master}; any {downMax} may be down without splitting the rest.{join}");
    }

    private static string Meaning(LocalDefinition local)
    {
        string export = local.Export.Command == null ? "Updates are not exported" : "Updates are exported by a command";
        return export + (local.SpoolDirectory == null ? " and kept in memory only: a restart forgets them." : " and kept on disk over a restart and a power cut.");
    }

    private static void Append<TRecord>(StringBuilder text, Form<TRecord> form, TRecord record)
        where TRecord : class
    {
        _ = text.Append(CultureInfo.InvariantCulture, $"(:{form.Name}\n");
        foreach (Parameter<TRecord> parameter in form.Parameters)
        {
            Parameter said = parameter.Said;
            bool any = false;
            foreach (string value in parameter.Write(record))
            {
                any = true;
                string comment = string.Join(", ", new[] { value == said.Default ? "default" : "", said.Unit }.Where(c => c.Length > 0));
                string line = "  " + ConfigurationWriter.Value(said, value);
                _ = text.Append(comment.Length == 0 ? line : $"{line.PadRight(CommentColumn)} ; {comment}").Append('\n');
            }

            _ = text.Append(any ? "" : $"  ; :{said.Name} is not given\n");
        }

        _ = text.Append(")\n");
    }
}
