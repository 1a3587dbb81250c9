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

    public static void Done(DemoScreen screen, DemoSites sites, ImmutableArray<ExportedUpdate> flooded, TimeSpan time)
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
        screen.Say("");
        DemoSite first = sites.All[0];
        screen.Say(
            "Equal digests are equal exports, compared from the files that the export commands wrote.\n" +
            $"An update travels over these links: {string.Join(", ", first.Links.Select(Link))}.");
    }

    public static void Invite(DemoScreen screen, DemoSites sites)
    {
        int last = sites.All.Length - 1;
        string telnet = DemoScreen.Telnet(sites.All[0]);
        string otherTelnet = DemoScreen.Telnet(sites.All[last]);
        int port = sites.All[1].ClientPort;
        screen.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"""

            The sites stay up. From another terminal:
              {telnet}      type flood, a few lines, and a line with only a dot: every site exports it
              {telnet}      topology, topology demo dot, members, estimates, stats, help
              {otherTelnet}      shutdown: a site goes, the others go on; it comes back by itself and catches up
              date | floodd flood - --to 127.0.0.1:{port} --wait all
              floodd watch --from start --to 127.0.0.1:{port}
              floodd status --to 127.0.0.1:{port}
            Ctrl-C ends all sites.

            """));
    }

    private static string Link(FloodLink link) => $"{link.A} - {link.B}";
}
