// The words of the demo: what happens, what just happened, what to try next. Does nothing itself.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Client;

namespace Floodd.Commands.Demo;

/// <summary>What the reader is told.</summary>
internal static class DemoStory
{
    public static void Begin(DemoScreen screen, DemoPlan plan, DemoFolder folder, DemoLog? log)
    {
        screen.Say(
            $"{plan.SiteCount} sites, each a whole daemon, run in this process and link with each other over TCP on 127.0.0.1.\n" +
            $"What a site exports it hands to its export command: cd {folder.Path}; {DemoSites.ExportCommand}");
        if (log is not null)
        {
            screen.Say($"Their log: {log.Path}");
        }
    }

    public static void Done(DemoScreen screen, DemoPlan plan, DemoSites sites, ImmutableArray<ExportedUpdate> flooded, TimeSpan time)
    {
        long exports = (long)flooded.Length * sites.All.Length;
        screen.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"""

            Clients flooded {flooded.Length} updates, {flooded.Length / sites.All.Length} at each site: {DemoText.Source},
            and among them a text of 200 KiB, an update without a byte, and one with every byte there is.
            {time.TotalSeconds:0.0} s later the export commands had written all of them at all {sites.All.Length} sites, {DemoScreen.Number(exports)} exports:
            each update once, byte for byte, and those of one origin in the order in which it took them.

            """));
        screen.Show(sites);
        screen.Say("\nEqual digests are equal exports, compared from the files that the export commands wrote.");
        Links(screen, sites);
        if (plan.Once)
        {
            screen.Say("Without --once the sites stay up, and you can flood, watch and shut sites down yourself.");
        }
    }

    public static void Invite(DemoScreen screen, DemoSites sites)
    {
        string telnet = DemoScreen.Telnet(sites.All[0]);
        string otherTelnet = DemoScreen.Telnet(sites.All[^1]);
        int port = sites.All[1].ClientPort;
        screen.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"""

            The sites stay up. From another terminal, for example:

              # Flood a line: type flood, then what you like, then a line with only a dot.
              # Also: members, topology, topology demo dot, estimates, stats, help, quit.
              {telnet}

              # The same from a script, done when every site has exported it.
              date | floodd flood - --to 127.0.0.1:{port} --wait all

              # What this site was flooded, and what will be; how it is.
              floodd watch --from start --to 127.0.0.1:{port}
              floodd status --to 127.0.0.1:{port}

              # Type shutdown: the others go on without {sites.All[^1].Name}. It comes back, and catches up.
              {otherTelnet}

            Ctrl-C ends all sites.

            """));
    }

    private static void Links(DemoScreen screen, DemoSites sites)
    {
        DemoSite first = sites.All[0];
        screen.Say(first.Edition > 0
            ? string.Create(CultureInfo.InvariantCulture, $"The links, by topology {first.Edition}, which {first.Name} has planned as the master of the group:")
            : $"The links, by the fall-back that every site knows until {first.Name}, the master of the group, has planned a topology:");
        foreach (IGrouping<string, FloodLink> links in first.Links.GroupBy(link => link.A))
        {
            screen.Say($"  {links.Key} with {string.Join(", ", links.Select(link => link.B))}");
        }
    }
}
