// One site of a test's group: its names, ports, folder, exports and the daemon that is it now. Knows nothing of the other sites.
namespace Floodd.Tests.EndToEnd;

/// <summary>A site and its daemon.</summary>
/// <param name="name">The site's name.</param>
/// <param name="folder">Where its files are.</param>
internal sealed class TestSite(string name, string folder) : IDisposable
{
    private DaemonProcess? _daemon;

    public string Name => name;

    /// <summary>The site's own folder: its configuration, its exports, its export commands' directory.</summary>
    public string Folder => folder;

    /// <summary>The configuration file that the daemon reads.</summary>
    public string ConfigurationFile => Path.Combine(folder, "floodd.conf");

    public int ClientPort { get; set; }

    public int DataPort { get; set; }

    /// <summary>How often the daemon was started.</summary>
    public int Life { get; private set; }

    /// <summary>What the default export command wrote.</summary>
    public ExportLog Exports { get; } = new(folder);

    public DaemonProcess Daemon => _daemon ?? throw new InvalidOperationException($"{name} was not started");

    /// <summary>Begins a new life: writes the configuration for it and starts the daemon.</summary>
    public void Start(Func<TestSite, string> configuration)
    {
        _daemon?.Dispose();
        Life++;
        File.WriteAllText(ConfigurationFile, configuration(this));
        _daemon = new DaemonProcess(folder, name, "--config", ConfigurationFile);
    }

    /// <summary>Connects to the client port.</summary>
    public ClientSession Open(TimeSpan? patience = null) => ClientSession.Open(ClientPort, patience);

    /// <summary>One request and its reply.</summary>
    public Reply Ask(string line) => ClientSession.AskOnce(ClientPort, line);

    /// <summary>The numbers of <c>stats</c>.</summary>
    public IReadOnlyDictionary<string, double> Statistics() => Ask("stats").Numbers();

    public void Dispose() => _daemon?.Dispose();
}
