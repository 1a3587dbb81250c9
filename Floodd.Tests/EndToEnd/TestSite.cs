// One site of a test's group: its names, network, ports, folder, exports and the daemon that is it now. Knows nothing of the other sites.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Floodd.Tests.EndToEnd.Lab;

namespace Floodd.Tests.EndToEnd;

/// <summary>A site and its daemon.</summary>
/// <param name="name">The site's name.</param>
/// <param name="folder">Where its files are.</param>
/// <param name="network">The network that its daemon runs in; null for this machine's.</param>
internal sealed class TestSite(string name, string folder, NetworkNamespace? network = null) : IDisposable
{
    private DaemonProcess? _daemon;

    public string Name => name;

    /// <summary>The site's own folder: its configuration, its exports, its export commands' directory.</summary>
    public string Folder => folder;

    /// <summary>The configuration file that the daemon reads.</summary>
    public string ConfigurationFile => Path.Combine(folder, "floodd.conf");

    /// <summary>Where the other sites reach it.</summary>
    public IPAddress Address => network?.Address ?? IPAddress.Loopback;

    public int ClientPort { get; set; }

    public int DataPort { get; set; }

    /// <summary>How often the daemon was started; counts up when the one before has ended.</summary>
    public int Life { get; private set; }

    /// <summary>The most descriptors that its daemon may have, as by <c>ulimit -n</c>; null for as many as this process.</summary>
    public int? DescriptorMax { get; init; }

    /// <summary>What the default export command wrote.</summary>
    public ExportLog Exports { get; } = new(folder);

    public DaemonProcess Daemon => _daemon ?? throw new InvalidOperationException($"{name} was not started");

    /// <summary>Begins a new life: writes the configuration for it and starts the daemon.</summary>
    public void Start(Func<TestSite, string> configuration)
    {
        _daemon?.Dispose();
        _daemon = null;
        Life++;
        File.WriteAllText(ConfigurationFile, configuration(this));
        var start = Executable.Start(folder, name, "--config", ConfigurationFile);
        if (DescriptorMax is { } most)
        {
            start.ArgumentList.Insert(0, string.Create(CultureInfo.InvariantCulture, $"--nofile={most}"));
            start.ArgumentList.Insert(1, start.FileName);
            start.FileName = "prlimit";
        }

        _daemon = network is null ? new DaemonProcess(start) : LabStarter.Start(() => new DaemonProcess(network.Inside(start)));
    }

    /// <summary>Waits until the client port greets.</summary>
    /// <exception cref="DaemonEndedException">The daemon ended instead.</exception>
    public void WaitUntilReady(TimeSpan? patience = null) => Daemon.WaitUntilReady(() => Open(), patience);

    /// <summary>Connects to the client port, from the machine or network that the daemon is in.</summary>
    public ClientSession Open(TimeSpan? patience = null) => network is null
        ? ClientSession.Open(ClientPort, patience)
        : ClientSession.Open(network.OpenSocket(), new IPEndPoint(IPAddress.Loopback, ClientPort), patience);

    /// <summary>A stream socket in the network that the daemon is in; neither bound nor connected.</summary>
    public Socket OpenSocket() => network?.OpenSocket() ?? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>One request and its reply.</summary>
    public Reply Ask(string line)
    {
        using ClientSession session = Open();
        return session.Ask(line);
    }

    /// <summary>The numbers of <c>stats</c>.</summary>
    public IReadOnlyDictionary<string, double> Statistics() => Ask("stats").Numbers();

    /// <summary>Which of some updates this site has exported, as another site knows.</summary>
    public List<string> ReportedTo(TestSite asked, IReadOnlyCollection<string> ids)
    {
        using ClientSession session = asked.Open();
        session.SendText(string.Concat(ids.Select(id => $"where {id}\n")));
        return [.. ids.Select(id => (Id: id, Reply: session.ReadReply()))
            .Where(found => found.Reply.Body.Contains($"(:member {Name} (:state exported))"))
            .Select(found => found.Id)];
    }

    public void Dispose() => _daemon?.Dispose();
}
