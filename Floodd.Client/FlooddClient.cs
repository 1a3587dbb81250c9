// The library's front: how a client begins and ends, how it stands, and how it asks. Knows nothing of connections; its other parts say what to ask.
using System.Text;
using Floodd.Client.Connections;
using Floodd.Client.Protocol;
using Microsoft.Extensions.Logging;

namespace Floodd.Client;

/// <summary>
/// A client of a floodd daemon. Safe for use by many callers at once: their requests are pipelined over one connection, which is made again,
/// over several endpoints, when it is lost. Everywhere a group of null means the daemon's only group.
/// </summary>
public sealed partial class FlooddClient : IAsyncDisposable, IDisposable
{
    private readonly FlooddClientOptions options;
    private readonly ILogger log;
    private readonly EndpointRing ring;
    private readonly ClientEvents events;
    private readonly RequestQueue requests;
    private readonly Keeper keeper;
    private readonly NearestFinder nearest;

    private FlooddClient(FlooddClientOptions options, EndpointRing ring, Connection? first, ILogger log)
    {
        this.options = options;
        this.ring = ring;
        this.log = log;
        events = new ClientEvents(log) { Sender = this };
        requests = new RequestQueue(options);
        nearest = new NearestFinder(options);
        keeper = new Keeper(options, requests, ring, events, first, log);
    }

    /// <summary>A daemon has greeted after <see cref="ConnectAsync(FlooddClientOptions, CancellationToken)"/> had returned. Listeners are told one event after the other, on no caller's thread; what they throw is logged.</summary>
    public event EventHandler<FlooddConnectionOpened>? ConnectionOpened
    {
        add => events.Opened += value;
        remove => events.Opened -= value;
    }

    /// <summary>The connection was lost, other than by disposing of the client.</summary>
    public event EventHandler<FlooddConnectionLost>? ConnectionLost
    {
        add => events.Lost += value;
        remove => events.Lost -= value;
    }

    /// <summary>An attempt to connect to one endpoint has failed. The client goes on trying.</summary>
    public event EventHandler<FlooddAttemptFailed>? ConnectionAttemptFailed
    {
        add => events.AttemptFailed += value;
        remove => events.AttemptFailed -= value;
    }

    /// <summary>How the connection stands.</summary>
    public FlooddConnectionState State => keeper.State;

    /// <summary>The daemon that requests go to, or went to last; before the first connection, the endpoint that is tried first.</summary>
    public FlooddEndpoint Endpoint => ring.Current;

    /// <summary>The name of the site that greeted last; null before the first connection.</summary>
    public string? SiteName => keeper.Site?.SiteName;

    /// <summary>The version of the daemon that greeted last; null before the first connection.</summary>
    public string? Version => keeper.Site?.Version;

    /// <summary>Connects to the first daemon of a list that greets.</summary>
    /// <param name="connectionString"><c>host:port,host2:port</c>, or with options as <see cref="FlooddClientOptions.Parse"/> reads it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FlooddException">None can be reached.</exception>
    /// <exception cref="FormatException"><paramref name="connectionString"/> is no such string.</exception>
    public static Task<FlooddClient> ConnectAsync(string connectionString, CancellationToken cancellation = default) =>
        ConnectAsync(FlooddClientOptions.Parse(connectionString), cancellation);

    /// <summary>Connects to the first daemon that greets; in the background unless <see cref="FlooddClientOptions.RequireInitialConnect"/>.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FlooddException">None can be reached.</exception>
    /// <exception cref="ArgumentException">An option is out of its range; it is named.</exception>
    public static async Task<FlooddClient> ConnectAsync(FlooddClientOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        ILogger log = options.LoggerFactory.CreateLogger<FlooddClient>();
        var ring = new EndpointRing(options.Endpoints, options.Randomize);

        // Connections of their own, for subscriptions and waits, go by the same order.
        options = options with { Endpoints = [.. ring.Round()] };
        Connection? first = options.RequireInitialConnect
            ? await Connection.OpenAsync(ring.Round(), options, (endpoint, reason) => ClientLog.AttemptFailed(log, endpoint, reason.Message), cancellation).ConfigureAwait(false)
            : null;
        return new FlooddClient(options, ring, first, log);
    }

    /// <summary>Closes the connection; requests without a reply fail, later ones throw <see cref="ObjectDisposedException"/>, subscriptions end as if there were no more updates.</summary>
    public ValueTask DisposeAsync()
    {
        EndSubscriptions();
        return keeper.DisposeAsync();
    }

    /// <summary>The same for those who cannot wait, such as containers that are disposed synchronously.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Asks over the shared connection.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="body">The bytes that follow it.</param>
    /// <param name="repeatable">Whether it may be sent again when its reply was lost.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>A good reply.</returns>
    private Task<Reply> AskAsync(string line, ReadOnlyMemory<byte> body, bool repeatable, CancellationToken cancellation) =>
        requests.AskAsync(new Request(line, body, repeatable, options.TimeProvider.GetTimestamp()), cancellation);

    /// <summary>A group as a further word of a line. A name that is none could end the line and begin another.</summary>
    internal static string Word(string? group) => group is null ? "" : " " + Name(group, nameof(group));

    private static string Name(string name, string parameter) => UpdateIdText.IsName(Encoding.UTF8.GetBytes(name)) ? name : throw new ArgumentException(
        "a name is 1 to 64 letters, digits, '.', '_' or '-', the first a letter, digit or '_'", parameter);
}
