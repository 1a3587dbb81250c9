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
/// <remarks>
/// Whatever asks the daemon throws, beside what stands at it (subscriptions throw only what stands at theirs):
/// <list type="bullet">
/// <item><description>
/// <see cref="FlooddException"/> 0 or 421: there is no connection within <see cref="FlooddClientOptions.ReconnectTimeout"/>, or connections that worked were
/// lost five times when this request was the next to be answered. 0 too if the client is disposed before the reply, or if the connection is lost when what
/// is not asked twice may have been done (retry, skip, shutdown, and floods without <see cref="FlooddClientOptions.RetryFloods"/>), see
/// <see cref="FlooddException.MayHaveBeenDone"/>. On a connection that works a reply is waited for as long as it takes;
/// </description></item>
/// <item><description><see cref="FlooddException"/> 500: the daemon is older than this library and does not know the command;</description></item>
/// <item><description>
/// <see cref="FlooddException"/> 501: the group is null and the site is in several groups, or in none;
/// </description></item>
/// <item><description><see cref="FlooddException"/> 550: the site is in no such group;</description></item>
/// <item><description><see cref="FlooddException"/> 554: what is there is no floodd, or one end cannot read what the other says;</description></item>
/// <item><description>
/// <see cref="ArgumentException"/>: a group, a site, a command, or an id's origin is no name (1 to 64 letters, digits, '.', '_' or '-', the first a letter,
/// digit or '_'), or an id's number is below 1;
/// </description></item>
/// <item><description><see cref="ObjectDisposedException"/>: the client was disposed before;</description></item>
/// <item><description>
/// <see cref="OperationCanceledException"/>: the caller gives up, which takes effect at once. What was written may be done all the same.
/// </description></item>
/// </list>
/// Names for the codes are in <see cref="FlooddReplyCode"/>.
/// </remarks>
public sealed partial class FlooddClient : IAsyncDisposable, IDisposable
{
    private readonly FlooddClientOptions _options;
    private readonly ILogger _log;
    private readonly EndpointRing _ring;
    private readonly ClientEvents _events;
    private readonly RequestQueue _requests;
    private readonly Keeper _keeper;
    private readonly NearestFinder _nearest;

    private FlooddClient(FlooddClientOptions options, EndpointRing ring, Connection? first, ILogger log)
    {
        _options = options;
        _ring = ring;
        _log = log;
        _events = new ClientEvents(log) { Sender = this };
        _requests = new RequestQueue(options);
        _nearest = new NearestFinder(options);
        _keeper = new Keeper(options, _requests, ring, _events, first, log);
    }

    /// <summary>
    /// A daemon has greeted after <see cref="ConnectAsync(FlooddClientOptions, CancellationToken)"/> had returned. Listeners are told one event after the
    /// other, on no caller's thread; what they throw is logged.
    /// </summary>
    public event EventHandler<FlooddConnectionOpened>? ConnectionOpened
    {
        add => _events.Opened += value;
        remove => _events.Opened -= value;
    }

    /// <summary>The connection was lost, other than by disposing of the client.</summary>
    public event EventHandler<FlooddConnectionLost>? ConnectionLost
    {
        add => _events.Lost += value;
        remove => _events.Lost -= value;
    }

    /// <summary>An attempt to connect to one endpoint has failed. The client goes on trying.</summary>
    public event EventHandler<FlooddAttemptFailed>? ConnectionAttemptFailed
    {
        add => _events.AttemptFailed += value;
        remove => _events.AttemptFailed -= value;
    }

    /// <summary>How the connection stands.</summary>
    public FlooddConnectionState State => _keeper.State;

    /// <summary>The daemon that requests go to, or went to last; before the first connection, the endpoint that is tried first.</summary>
    public FlooddEndpoint Endpoint => _ring.Current;

    /// <summary>The name of the site that greeted last; null before the first connection.</summary>
    public string? SiteName => _keeper.Site?.SiteName;

    /// <summary>The version of the daemon that greeted last; null before the first connection.</summary>
    public string? Version => _keeper.Site?.Version;

    /// <summary>Connects to the first daemon of a list that greets.</summary>
    /// <param name="connectionString"><c>host:port,host2:port</c>, or with options as <see cref="FlooddClientOptions.Parse"/> reads it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The client, as <see cref="ConnectAsync(FlooddClientOptions, CancellationToken)"/> gives it.</returns>
    /// <exception cref="FlooddException">None greets: 0 or 421 if one of them may do so later, else 554.</exception>
    /// <exception cref="FormatException"><paramref name="connectionString"/> is no such string.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="connectionString"/> is null.</exception>
    public static Task<FlooddClient> ConnectAsync(string connectionString, CancellationToken cancellation = default) =>
        ConnectAsync(FlooddClientOptions.Parse(connectionString), cancellation);

    /// <summary>Connects to the first daemon that greets; in the background unless <see cref="FlooddClientOptions.RequireInitialConnect"/>.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The client: connected, or, unless <see cref="FlooddClientOptions.RequireInitialConnect"/>, at once.</returns>
    /// <exception cref="FlooddException">
    /// With <see cref="FlooddClientOptions.RequireInitialConnect"/>, none greets: 0 or 421 if one of them may do so later, else 554.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range; it is named. Or <paramref name="options"/> is null.</exception>
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

    /// <summary>
    /// Closes the connection; requests without a reply fail, later ones throw <see cref="ObjectDisposedException"/>, subscriptions end as if there were no
    /// more updates. May be called more than once.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        EndSubscriptions();
        return _keeper.DisposeAsync();
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
        _requests.AskAsync(new Request(line, body, repeatable, _options.TimeProvider.GetTimestamp()), cancellation);

    /// <summary>A group as a further word of a line. A name that is none could end the line and begin another.</summary>
    internal static string Word(string? group) => group is null ? "" : " " + Name(group, nameof(group));

    private static string Name(string name, string parameter) => UpdateIdText.IsName(Encoding.UTF8.GetBytes(name)) ? name : throw new ArgumentException(
        "a name is 1 to 64 letters, digits, '.', '_' or '-', the first a letter, digit or '_'", parameter);
}
