// The library's front: each request of the client port as a method. Knows what to ask and how to read the answer, nothing of connections.
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Floodd.Client.Protocol;
using Microsoft.Extensions.Logging;

namespace Floodd.Client;

/// <summary>
/// A client of a floodd daemon. Safe for use by many callers at once: their requests are pipelined over one connection, which is made again,
/// over several endpoints, when it is lost. Everywhere a group of null means the daemon's only group.
/// </summary>
public sealed class FlooddClient : IAsyncDisposable
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

    /// <summary>Floods an update. The bytes must not change until the task has ended.</summary>
    /// <param name="group">The group.</param>
    /// <param name="update">The update, of any bytes; may be empty.</param>
    /// <param name="cancellation">Gives up, except while the bytes are being written: then once they are. What was written may be flooded all the same.</param>
    /// <returns>The receipt: the site has taken responsibility.</returns>
    /// <exception cref="FlooddException">Refused; or code 0: the connection was lost, and <see cref="FlooddException.Text"/> says whether the update may have been taken.</exception>
    public async Task<FloodReceipt> FloodAsync(string? group, ReadOnlyMemory<byte> update, CancellationToken cancellation = default)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"flood{Word(group)} {update.Length}");
        return FloodReceipt.From(await AskAsync(line, update, repeatable: false, cancellation).ConfigureAwait(false));
    }

    /// <summary>Floods what is left of a stream as one update. It is read whole first, so that a slow stream holds up no other request.</summary>
    /// <param name="group">The group.</param>
    /// <param name="update">The stream, at most <see cref="FlooddClientOptions.UpdateSizeMax"/> bytes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The receipt.</returns>
    /// <exception cref="FlooddException">As above; 552 also when the stream is longer than allowed.</exception>
    public async Task<FloodReceipt> FloodAsync(string? group, Stream update, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        using var whole = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        int count;
        while ((count = await update.ReadAsync(piece, cancellation).ConfigureAwait(false)) > 0)
        {
            if (whole.Length + count > options.UpdateSizeMax)
            {
                throw new FlooddException(ReplyCode.TooLarge, $"the update is larger than UpdateSizeMax ({options.UpdateSizeMax} bytes)");
            }

            whole.Write(piece, 0, count);
        }

        return await FloodAsync(group, whole.GetBuffer().AsMemory(0, (int)whole.Length), cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// The updates of a group as they arrive, over a connection of its own. When it is lost, it is made again, over any endpoint, and goes on behind
    /// the last update yielded: nothing is lost or repeated while the group still holds it. What it no longer holds is a gap: logged, and told.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="from">From where on; null is <see cref="FloodPosition.Now"/>.</param>
    /// <param name="onGap">Told of updates that can no longer be had.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    /// <exception cref="FlooddException">The subscription is refused, or nobody can be reached to begin with.</exception>
    public IAsyncEnumerable<FloodUpdate> SubscribeAsync(
        string? group, FloodPosition? from = null, Action<FloodGap>? onGap = null, CancellationToken cancellation = default)
    {
        Word(group);
        return new Subscription(options, group, from ?? FloodPosition.Now, onGap, log).ReadAsync(cancellation);
    }

    /// <summary>The groups that the site is a member of.</summary>
    public async Task<ImmutableArray<FloodGroup>> GetGroupsAsync(CancellationToken cancellation = default) =>
        [.. (await ListAsync("groups", cancellation).ConfigureAwait(false)).Where(line => line.Name == "group").Select(FloodGroup.From)];

    /// <summary>The members of a group.</summary>
    public async Task<ImmutableArray<FloodMember>> GetMembersAsync(string? group, CancellationToken cancellation = default) =>
        [.. (await ListAsync("members" + Word(group), cancellation).ConfigureAwait(false)).Where(line => line.Name == "member").Select(FloodMember.From)];

    /// <summary>The topology in force.</summary>
    public async Task<FloodTopology> GetTopologyAsync(string? group, CancellationToken cancellation = default) =>
        FloodTopology.From(group, await ListAsync("topology" + Word(group), cancellation).ConfigureAwait(false));

    /// <summary>What is believed of the ways between members.</summary>
    public async Task<ImmutableArray<FloodEstimate>> GetEstimatesAsync(string? group, CancellationToken cancellation = default) =>
        [.. (await ListAsync("estimates" + Word(group), cancellation).ConfigureAwait(false))
            .Where(line => line is { Name: "estimate", Words.Count: >= 2 }).Select(FloodEstimate.Of)];

    /// <summary>The site's counters and gauges by name, in the order of the reply.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetStatisticsAsync(CancellationToken cancellation = default)
    {
        var all = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (ListingLine line in await ListAsync("stats", cancellation).ConfigureAwait(false))
        {
            all[line.Name] = string.Join(' ', line.Words);
        }

        return all;
    }

    /// <summary>How far an update has come, member by member.</summary>
    public async Task<ImmutableArray<FloodDelivery>> WhereAsync(FloodId id, CancellationToken cancellation = default) =>
        [.. (await ListAsync($"where {id}", cancellation).ConfigureAwait(false)).Where(line => line.Name == "member").Select(FloodDelivery.From)];

    /// <summary>Waits until members have exported an update, over a connection of its own, so that it holds up no other request.</summary>
    /// <param name="id">The update.</param>
    /// <param name="count">How many members, or null for all.</param>
    /// <param name="timeout">How long, up to one hour; null leaves it to the daemon (60 s).</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How far it came.</returns>
    public async Task<FloodDeliveryProgress> WaitForDeliveryAsync(
        FloodId id, int? count = null, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count ?? 0, nameof(count));
        double seconds = timeout?.TotalSeconds ?? RequestLine.WaitSecondsDefault;
        ArgumentOutOfRangeException.ThrowIfNotEqual(seconds is >= 0 and <= RequestLine.WaitSecondsMax, true, nameof(timeout));
        using Connection connection = await Connection.OpenAsync(options, 0, cancellation).ConfigureAwait(false);
        string many = count is { } n ? n.ToString(CultureInfo.InvariantCulture) : "all";
        string line = string.Create(CultureInfo.InvariantCulture, $"wait {id} {many} {seconds:0.###}");
        return FloodDeliveryProgress.From(await connection.AskAsync(line, cancellation).ConfigureAwait(false));
    }

    /// <summary>The member that answers this client soonest: candidates by the site's estimates, then pinged at once. Remembered for a while.</summary>
    public async Task<FloodNearest> NearestAsync(string? group, CancellationToken cancellation = default)
    {
        string line = "nearest" + Word(group);
        return nearest.Known(group) ?? await nearest.FindAsync(
            group,
            (await ListAsync(line, cancellation).ConfigureAwait(false)).Where(l => l.Name == "member").Select(FloodMember.From),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks for a sign of life.</summary>
    /// <returns>How long it took to come.</returns>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellation = default)
    {
        long asked = Stopwatch.GetTimestamp();
        await AskAsync("ping", default, repeatable: true, cancellation).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(asked);
    }

    /// <summary>Has the group's master compute a topology now.</summary>
    public Task ReplanAsync(string? group, CancellationToken cancellation = default) =>
        AskAsync("replan" + Word(group), default, repeatable: true, cancellation);

    /// <summary>The text of a configuration that a new site can start from.</summary>
    public async Task<string> GetConfigurationAsync(string? group, CancellationToken cancellation = default)
    {
        Reply reply = await AskAsync("configuration" + Word(group), default, repeatable: true, cancellation).ConfigureAwait(false);
        return string.Concat(reply.Lines.Select(line => line + "\n"));
    }

    /// <summary>Ends the daemon, if it allows that from here.</summary>
    public Task ShutdownAsync(CancellationToken cancellation = default) => AskAsync("shutdown", default, repeatable: false, cancellation);

    /// <summary>Closes the connection; requests without a reply fail. Subscriptions go on until canceled.</summary>
    public ValueTask DisposeAsync() => requests.DisposeAsync();

    private async Task<List<ListingLine>> ListAsync(string line, CancellationToken cancellation) =>
        (await AskAsync(line, default, repeatable: true, cancellation).ConfigureAwait(false)).Listing();

    private async Task<Reply> AskAsync(string line, ReadOnlyMemory<byte> body, bool repeatable, CancellationToken cancellation)
    {
        Reply reply = await requests.AskAsync(line, body, repeatable, cancellation).ConfigureAwait(false);
        return reply.IsGood ? reply : throw FlooddException.Of(reply);
    }

    /// <summary>A group as a further word of a line. A name that is none could end the line and begin another.</summary>
    private static string Word(string? group) =>
        group is null ? "" : UpdateIdText.IsName(Encoding.UTF8.GetBytes(group)) ? " " + group : throw new ArgumentException(
            "a group's name is 1 to 64 letters, digits, '.', '_' or '-', the first a letter, digit or '_'", nameof(group));
}
