// Which of the configured sites the daemon is. Never guesses: none or several candidates are an error.
using Floodd.Model;
using Floodd.Syntax;

namespace Floodd.Config;

/// <summary>Finds out who the reader of a configuration is.</summary>
/// <param name="sites">The sites defined.</param>
/// <param name="machine">What this machine is called.</param>
/// <param name="start">Where the configuration begins, for what is wrong with no place in it.</param>
/// <param name="error">Takes what is wrong.</param>
internal sealed class Identity(IReadOnlyCollection<SiteDefinition> sites, MachineNames machine, SourcePosition start, Action<SourcePosition, string> error)
{
    private const int ShownMax = 20;

    /// <summary>The name said on the command line, else in the file, else the machine's.</summary>
    internal SiteName? Find(SiteName? said, ReadForm<LocalDefinition> local)
    {
        if (said is SiteName onCommandLine)
        {
            return Defined(onCommandLine, start, "the site that the command line names");
        }

        return local.Record.SiteName is SiteName inFile ? Defined(inFile, local.PlaceOf("site-name"), ":site-name of :local") : OfMachine();
    }

    private SiteName? Defined(SiteName name, SourcePosition place, string what)
    {
        if (sites.Any(s => s.Name == name))
        {
            return name;
        }

        error(place, $"{what}, {name}, is not defined; expected a (:site-define (:site-name {name}) ...) or one of {Candidates(sites)}{NearestWord.Hint(name.Value, sites.Select(s => s.Name.Value))}");
        return null;
    }

    private SiteName? OfMachine()
    {
        if (sites.Count == 0)
        {
            error(start, "no site is defined; expected a (:site-define (:site-name ...) ...) of this site and one of another");
            return null;
        }

        List<SiteDefinition> found = [.. sites.Where(s => machine.Are(s.InetAddress) || machine.Are(s.Hostname))];
        if (found.Count == 0)
        {
            found = [.. sites.Where(s => s.InetAddress is null && machine.AreButForDomain(s.Hostname))];
        }

        if (found.Count == 1)
        {
            return found[0].Name;
        }

        string expected = "name one on the command line or in (:local (:site-name ...))";
        error(start, found.Count == 0
            ? $"no site's hostname or inet-address is this machine's ({string.Join(", ", machine.Names.Distinct())}); {expected}: {Candidates(sites)}"
            : $"{found.Count} sites are on this machine; {expected}: {Candidates(found)}");
        return null;
    }

    private static string Candidates(IReadOnlyCollection<SiteDefinition> sites) =>
        sites.Count == 0 ? "(no site is defined)"
        : string.Join(", ", sites.Select(s => s.Name.Value).Order(StringComparer.Ordinal).Take(ShownMax)) + (sites.Count > ShownMax ? ", ..." : "");
}
