// What must hold between the parts of a configuration. Each part by itself has been checked when it was read.
using System.Globalization;
using Floodd.Model;
using Floodd.Syntax;

namespace Floodd.Config;

internal sealed class ConfigurationChecks(
    SortedDictionary<SiteName, ReadForm<SiteDefinition>> sites,
    SortedDictionary<GroupName, ReadForm<GroupDefinition>> groups,
    ReadForm<LocalDefinition> local,
    Action<SourcePosition, string> error)
{
    internal void Run()
    {
        foreach (ReadForm<SiteDefinition> site in sites.Values)
        {
            CheckPorts(site);
        }

        foreach (ReadForm<GroupDefinition> group in groups.Values)
        {
            CheckMembers(group);
            CheckDegrees(group);
            CheckSize(group);
        }
    }

    private void CheckPorts(ReadForm<SiteDefinition> site)
    {
        (string Name, int? Port)[] ports = [("client-port", site.Record.ClientPort), ("data-port", site.Record.DataPort), ("http-port", site.Record.HttpPort)];
        for (int i = 0; i < ports.Length; i++)
        {
            for (int j = i + 1; j < ports.Length; j++)
            {
                if (ports[i].Port is > 0 && ports[i].Port == ports[j].Port)
                {
                    (int at, int other) = site.Gives(ports[j].Name) ? (j, i) : (i, j);
                    error(site.PlaceOf(ports[at].Name), $":{ports[at].Name} is {Number(ports[at].Port)} as is :{ports[other].Name}{Unsaid(site, ports[other].Name)}; expected different ports");
                }
            }
        }
    }

    private void CheckMembers(ReadForm<GroupDefinition> group)
    {
        for (int i = 0; i < group.Record.Sites.Length; i++)
        {
            CheckDefined(group.Record.Sites[i], group.PlaceOf("site", i), "site");
        }

        if (group.Record.MasterSite is SiteName master)
        {
            CheckDefined(master, group.PlaceOf("master-site"), "master-site");
        }
    }

    private void CheckDefined(SiteName name, SourcePosition place, string parameter)
    {
        if (!sites.ContainsKey(name))
        {
            error(place, $":{parameter} is {name}, which is not defined; expected a site with a :site-define{NearestWord.Hint(name.Value, sites.Keys.Select(s => s.Value))}");
        }
    }

    private void CheckDegrees(ReadForm<GroupDefinition> group)
    {
        if (group.Record.Connectivity <= group.Record.MaxDegree)
        {
            return;
        }

        string connectivity = $":connectivity {Number(group.Record.Connectivity)}{Unsaid(group, "connectivity")}";
        string maxDegree = $":max-degree {Number(group.Record.MaxDegree)}{Unsaid(group, "max-degree")}";
        string at = group.Gives("connectivity") ? "connectivity" : "max-degree";
        error(group.PlaceOf(at), $"{connectivity} is more than {maxDegree}; expected at most as much");
    }

    private void CheckSize(ReadForm<GroupDefinition> group)
    {
        long most = Derived.MaxUpdateSizeFor(local.Record);
        if (group.Gives("max-update-size") && group.Record.MaxUpdateSize > most)
        {
            error(group.PlaceOf("max-update-size"), $":max-update-size is {Number(group.Record.MaxUpdateSize)} bytes; expected at most half of :data-storage-max{Unsaid(local, "data-storage-max")}, which is {Number(most)} bytes");
        }
    }

    private static string Unsaid<TRecord>(ReadForm<TRecord> form, string name) => form.Gives(name) ? "" : " (its default)";

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
