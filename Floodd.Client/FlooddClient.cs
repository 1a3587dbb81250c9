// The library's front: how a client begins and ends, and how it asks. Knows nothing of connections; its other parts say what to ask.
using System.Text;
using Floodd.Client.Protocol;
using Microsoft.Extensions.Logging;

namespace Floodd.Client;

/// <summary>
/// A client of a floodd daemon. Safe for use by many callers at once: their requests are pipelined over one connection, which is made again,
/// over several endpoints, when it is lost. Everywhere a group of null means the daemon's only group.
/// </summary>
public sealed partial class FlooddClient : IAsyncDisposable
{
    private readonly FlooddClientOptions options;
    private readonly ILogger log;
    private readonly RequestQueue requests;
    private readonly NearestFinder nearest;

    private FlooddClient(FlooddClientOptions options, Connection first)
    {
        this.options = options;
        log = options.LoggerFactory.CreateLogger<FlooddClient>();
        requests = new RequestQueue(options, first, log);
        nearest = new NearestFinder(options);
    }

    /// <summary>The daemon that requests go to, or went to last.</summary>
    public FlooddEndpoint Endpoint => requests.Endpoint;

    /// <summary>Connects to the first daemon of a list that greets.</summary>
    /// <param name="endpoints"><c>host:port[,host:port]</c></param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FlooddException">None can be reached.</exception>
    /// <exception cref="FormatException"><paramref name="endpoints"/> is no such list.</exception>
    public static Task<FlooddClient> ConnectAsync(string endpoints, CancellationToken cancellation = default) =>
        ConnectAsync(new FlooddClientOptions { Endpoints = [.. FlooddEndpoint.ParseList(endpoints)] }, cancellation);

    /// <summary>Connects to the first daemon that greets.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FlooddException">None can be reached.</exception>
    public static async Task<FlooddClient> ConnectAsync(FlooddClientOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new FlooddClient(options, await Connection.OpenAsync(options, 0, cancellation).ConfigureAwait(false));
    }

    /// <summary>Closes the connection; requests without a reply fail. Subscriptions go on until canceled.</summary>
    public ValueTask DisposeAsync() => requests.DisposeAsync();

    private async Task<Reply> AskAsync(string line, ReadOnlyMemory<byte> body, bool repeatable, CancellationToken cancellation)
    {
        Reply reply = await requests.AskAsync(line, body, repeatable, cancellation).ConfigureAwait(false);
        return reply.IsGood ? reply : throw FlooddException.Of(reply);
    }

    /// <summary>A group as a further word of a line. A name that is none could end the line and begin another.</summary>
    private static string Word(string? group) => group is null ? "" : " " + Name(group, nameof(group));

    private static string Name(string name, string parameter) => UpdateIdText.IsName(Encoding.UTF8.GetBytes(name)) ? name : throw new ArgumentException(
        "a name is 1 to 64 letters, digits, '.', '_' or '-', the first a letter, digit or '_'", parameter);
}
