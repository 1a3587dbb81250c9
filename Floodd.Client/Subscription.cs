// One subscription with a connection of its own: resumes behind the last update that its reader has got. Never yields an update twice.
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Floodd.Client;

/// <summary>The updates of a group from a position on.</summary>
/// <param name="options">Where and how to connect.</param>
/// <param name="group">The group, or null for the only one.</param>
/// <param name="position">From where on.</param>
/// <param name="onGap">Told of what can no longer be had.</param>
/// <param name="log">Told of lost connections.</param>
internal sealed class Subscription(FlooddClientOptions options, string? group, FloodPosition position, Action<FloodGap>? onGap, ILogger log)
{
    private readonly BackOff backOff = new(options.BackOffFirst, options.BackOffMax);
    private int start;

    /// <summary>Yields updates until canceled or refused.</summary>
    /// <exception cref="FlooddException">The daemon refuses the subscription for good.</exception>
    public async IAsyncEnumerable<FloodUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        Connection? connection = null;
        bool subscribed = false;
        try
        {
            while (true)
            {
                Incoming incoming;
                try
                {
                    if (connection is null)
                    {
                        connection = await BeginAsync(cancellation).ConfigureAwait(false);
                        subscribed = true;
                    }

                    incoming = await connection.Replies.NextAsync(cancellation).ConfigureAwait(false);
                    backOff.Reset();
                }
                catch (FlooddException e) when (e.IsTransient && (subscribed || !e.IsUnreachable))
                {
                    // The first attempt fails at once if nobody is there; afterwards the subscription outlives any outage.
                    connection?.Dispose();
                    connection = null;
                    log.LogInformation("subscription to {Group} interrupted at {Position}: {Reason}", group, position, e.Message);
                    await Task.Delay(backOff.Next(), cancellation).ConfigureAwait(false);
                    continue;
                }

                if (incoming.Gap is { } gap)
                {
                    log.LogWarning("updates {First} to {Last} of {Group} can no longer be had", gap.First, gap.Last, gap.Group);
                    position = position.After(gap.First with { Sequence = gap.Last });
                    onGap?.Invoke(gap);
                }
                else if (incoming.Reply is { IsGood: false } reply)
                {
                    // The daemon ends the session (421): its closing follows.
                    log.LogInformation("subscription to {Group}: {Code} {Text}", group, reply.Code, reply.Text);
                }
                else if (incoming.Update is { } update && !position.Includes(update.Id))
                {
                    position = position.After(update.Id);
                    yield return update;
                }
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private async Task<Connection> BeginAsync(CancellationToken cancellation)
    {
        Connection connection = await Connection.OpenAsync(options, start++, cancellation).ConfigureAwait(false);
        bool begins = false;
        try
        {
            Reply reply = await connection.AskAsync($"subscribe {(group is null ? "" : group + " ")}from {position}", cancellation).ConfigureAwait(false);

            // 250 subscribed to g at POSITION: from here on every stream is named, so that what was there before "now" is not mistaken for unseen.
            if (FloodPosition.TryParse(reply.Text.Split(' ')[^1], out FloodPosition? begun))
            {
                position = position.AndAll(begun);
            }

            begins = true;
            return connection;
        }
        finally
        {
            if (!begins)
            {
                connection.Dispose();
            }
        }
    }
}
