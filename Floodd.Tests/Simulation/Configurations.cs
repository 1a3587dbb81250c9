// The configurations of a world's sites, as their files would say it; short periods, so that little virtual time is needed.
using System.Collections.Immutable;
using Floodd.Config;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>Makes configurations.</summary>
internal static class Configurations
{
    public static SiteName NameOf(int index) => new($"s{index + 1:00}");

    public static SiteDefinition Define(WorldOptions options, int index)
    {
        if (index >= options.Matrix?.Count)
        {
            throw new InvalidOperationException($"{options.Matrix.Title} has no place for {NameOf(index)}");
        }

        (double Latitude, double Longitude)? place = options.Matrix?.PlaceOf(index);
        return new(NameOf(index))
        {
            Hostname = NameOf(index).Value,
            InetAddress = SimulatedSite.AddressOf(index),
            Latitude = place?.Latitude,
            Longitude = place?.Longitude,
        };
    }

    /// <summary>A group whose first site is its master.</summary>
    public static GroupDefinition Group(WorldOptions options, string name, IEnumerable<int> sites)
    {
        ImmutableArray<SiteName> names = [.. sites.Select(NameOf).Order()];
        return options.Group(new GroupDefinition(new GroupName(name))
        {
            Sites = names,
            MasterSite = names[0],
            PingPeriod = TimeSpan.FromSeconds(3),
            BandwidthPeriod = TimeSpan.FromSeconds(20),
            EstimatesPeriod = TimeSpan.FromSeconds(5),
            JoinPeriod = TimeSpan.FromSeconds(10),
            UpdatePeriod = TimeSpan.FromSeconds(20),
        });
    }

    /// <summary>The configuration of one site.</summary>
    /// <param name="options">The world's.</param>
    /// <param name="index">Its number.</param>
    /// <param name="known">The sites that its files define.</param>
    /// <param name="groups">The groups that it is a member of.</param>
    public static Configuration For(WorldOptions options, int index, ImmutableSortedDictionary<SiteName, SiteDefinition> known, IEnumerable<GroupDefinition> groups) =>
        new(NameOf(index), known, groups.ToImmutableSortedDictionary(g => g.Name, g => g), options.Local(index, new LocalDefinition
        {
            SiteName = NameOf(index),
            DataStorageMax = options.Store,
            Export = new ExportDefinition { Command = "simulated", Format = ExportFormat.Framed, Timeout = TimeSpan.FromSeconds(30) },
        }));
}
