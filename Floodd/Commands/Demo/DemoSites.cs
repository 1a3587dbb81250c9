// All sites of the demo: their names, ports and configurations, and starting them together. Says nothing to the reader.
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Floodd.Config;
using Floodd.Model;
using Microsoft.Extensions.Logging;

namespace Floodd.Commands.Demo;

/// <summary>A group of sites in this process.</summary>
internal sealed class DemoSites : IAsyncDisposable
{
    /// <summary>The fewest sites that can be a group.</summary>
    public const int CountMin = 2;

    /// <summary>The most that still make a table that a person reads.</summary>
    public const int CountMax = 20;

    /// <summary>Their group.</summary>
    public const string GroupName = "demo";

    /// <summary>Each site's export command; framed, in the demo's folder.</summary>
    public const string ExportCommand = "cat >>$FLOODD_SITE";

    private const int TriesMax = 10;

    private static readonly ImmutableArray<string> Names =
    [
        "amsterdam", "boston", "cairo", "delhi", "edinburgh", "florence", "geneva", "havana", "istanbul", "jakarta",
        "kyoto", "lima", "montreal", "nairobi", "oslo", "paris", "quito", "rome", "sydney", "tokyo",
    ];

    private DemoSites(ImmutableArray<DemoSite> all) => All = all;

    /// <summary>The sites, in name order.</summary>
    public ImmutableArray<DemoSite> All { get; }

    /// <summary>Starts sites on ports that nobody uses.</summary>
    /// <param name="count">How many.</param>
    /// <param name="folder">Where their export commands run.</param>
    /// <param name="logOf">The log of the site with a name.</param>
    /// <exception cref="IOException">Ports cannot be had.</exception>
    public static async Task<DemoSites> StartAsync(int count, string folder, Func<string, ILogger> logOf)
    {
        // Sites must know each other's ports before they start, and until then anybody may take one: then again with others.
        for (int tries = 1; ; tries++)
        {
            var started = ImmutableArray.CreateBuilder<DemoSite>(count);
            try
            {
                foreach (Configuration configuration in Configurations(count, folder))
                {
                    started.Add(DemoSite.Start(configuration, logOf(configuration.Self.Value)));
                }

                return new DemoSites(started.MoveToImmutable());
            }
            catch (IOException) when (tries < TriesMax)
            {
                await EndAsync(started).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends all sites at the same time.</summary>
    public async ValueTask DisposeAsync() => await EndAsync(All).ConfigureAwait(false);

    private static Task EndAsync(IEnumerable<DemoSite> sites) => Task.WhenAll(sites.Select(site => site.DisposeAsync().AsTask()));

    private static IEnumerable<Configuration> Configurations(int count, string folder)
    {
        int[] ports = FreePorts(2 * count);
        ImmutableSortedDictionary<SiteName, SiteDefinition> sites = Enumerable.Range(0, count)
            .Select(i => new SiteDefinition(new SiteName(Names[i])) { InetAddress = IPAddress.Loopback, ClientPort = ports[2 * i], DataPort = ports[(2 * i) + 1] })
            .ToImmutableSortedDictionary(site => site.Name, site => site);

        // What takes minutes in service is to be seen in seconds.
        var group = new GroupDefinition(new GroupName(GroupName))
        {
            MasterSite = sites.Keys.First(),
            Sites = [.. sites.Keys],
            Connectivity = Math.Min(3, count - 1),
            PingPeriod = TimeSpan.FromSeconds(0.5),
            BandwidthPeriod = TimeSpan.FromSeconds(5),
            EstimatesPeriod = TimeSpan.FromSeconds(1),
            JoinPeriod = TimeSpan.FromSeconds(2),
            UpdatePeriod = TimeSpan.FromSeconds(5),
        };
        var local = new LocalDefinition
        {
            BindAddress = IPAddress.Loopback,
            Export = new ExportDefinition { Command = ExportCommand, Directory = folder, Format = ExportFormat.Framed },
        };
        return sites.Keys.Select(name => new Configuration(
            name, sites, ImmutableSortedDictionary<GroupName, GroupDefinition>.Empty.Add(group.Name, group), local with { SiteName = name }));
    }

    // All are held until the last is found, so that they differ.
    private static int[] FreePorts(int count)
    {
        var held = new List<Socket>();
        try
        {
            for (int i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            }

            return [.. held.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port)];
        }
        catch (SocketException e)
        {
            throw new IOException($"no port is free: {e.Message}", e);
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }
}
