// Sites' networks joined by a switch, every direction between two of them as slow, narrow, lossy or cut as a test says. Needs root; says so where it is missing.
using System.ComponentModel;
using System.Net;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>N network namespaces and the paths between them, all open at first.</summary>
internal sealed class LabNetwork : IDisposable
{
    /// <summary>The first three bytes of every address; the fourth is the site's index + 1. No other network sees them.</summary>
    public static ReadOnlySpan<byte> Prefix => [10, 99, 0];

    /// <summary>The most sites.</summary>
    public const int MostSites = 200;

    private readonly List<NetworkNamespace> _sites = [];
    private readonly LabPath[,] _paths;
    private readonly LabSwitch _switch;

    private LabNetwork(int count)
    {
        _paths = new LabPath[count, count];
        for (int i = 0; i < count * count; i++)
        {
            _paths[i / count, i % count] = new LabPath(i % count, seed: i);
        }

        try
        {
            for (int i = 0; i < count; i++)
            {
                _sites.Add(NetworkNamespace.Create(new IPAddress([.. Prefix, (byte)(i + 1)])));
            }

            _switch = new LabSwitch([.. _sites.Select(site => site.Device)], _paths);
        }
        catch
        {
            _sites.ForEach(site => site.Dispose());
            throw;
        }
    }

    /// <summary>The sites' namespaces.</summary>
    public IReadOnlyList<NetworkNamespace> Sites => _sites;

    public NetworkNamespace this[int index] => _sites[index];

    /// <summary>How exact the switch was so far, for failure texts.</summary>
    public string Lateness => _switch.Lateness;

    /// <summary>Makes a network, or has the calling test ignored where the system does not let us.</summary>
    /// <param name="count">How many sites, 1 to <see cref="MostSites"/>.</param>
    public static LabNetwork Open(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostSites);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        foreach (string program in new[] { "nsenter", "setpriv" })
        {
            if (!Executable.IsInstalled(program))
            {
                Assert.Ignore($"a lab needs {program}, of util-linux");
            }
        }

        try
        {
            return new LabNetwork(count);
        }
        catch (Win32Exception e) when (e.NativeErrorCode is LabCalls.NotPermitted or LabCalls.NoSuchFile or LabCalls.AccessDenied or LabCalls.NoSuchDevice)
        {
            Assert.Ignore($"a lab needs root and TUN devices: {e.Message}");
            throw;
        }
    }

    /// <summary>The path from one site to another: its traits, to look at and to set, and its counts.</summary>
    public LabPath Path(int from, int to) => _paths[from, to];

    /// <summary>Sets both directions between two sites, from now on; ends a cut between them.</summary>
    public void Join(int a, int b, PathTraits traits)
    {
        Path(a, b).Traits = traits;
        Path(b, a).Traits = traits;
    }

    /// <summary>Sets all directions; ends all cuts.</summary>
    public void JoinAll(PathTraits traits)
    {
        foreach (LabPath path in _paths)
        {
            path.Traits = traits;
        }
    }

    /// <summary>Lets nothing through between two sites any more, what is under way included. Nobody is told: to both ends it looks like silence.</summary>
    public void Cut(int a, int b)
    {
        CutOneWay(a, b);
        CutOneWay(b, a);
    }

    /// <summary>The same in one direction only.</summary>
    public void CutOneWay(int from, int to) => Path(from, to).Traits = Path(from, to).Traits with { IsCut = true };

    /// <summary>Cuts every path between two sites of which one is among these and one is not.</summary>
    public void Part(params int[] some)
    {
        for (int from = 0; from < _sites.Count; from++)
        {
            for (int to = 0; to < _sites.Count; to++)
            {
                if (some.Contains(from) != some.Contains(to))
                {
                    CutOneWay(from, to);
                }
            }
        }
    }

    /// <summary>Ends all cuts; delays, rates and losses stay.</summary>
    public void Heal()
    {
        foreach (LabPath path in _paths)
        {
            path.Traits = path.Traits with { IsCut = false };
        }
    }

    /// <summary>Ends the network. Processes in it should have been ended before: they would go on without one.</summary>
    public void Dispose()
    {
        try
        {
            _switch.Dispose();
        }
        finally
        {
            _sites.ForEach(site => site.Dispose());
        }
    }
}
