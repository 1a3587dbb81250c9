// What the library tells tracing and metrics, under the names that OpenTelemetry gives to messaging. Costs next to nothing while nobody listens.
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Floodd.Client;

/// <summary>
/// Traces and metrics of the library: <c>AddSource(FlooddTelemetry.Name)</c> and <c>AddMeter(FlooddTelemetry.Name)</c> in OpenTelemetry.
/// Spans and instruments are named by its semantic conventions for messaging. Updates are bytes of their publisher, so no trace travels inside them.
/// </summary>
public static class FlooddTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Floodd.Client";

    private const string MessagingSystem = "floodd";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    // The boundaries, in seconds, that the conventions advise.
    private static readonly InstrumentAdvice<double> Durations =
        new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] };

    private static readonly Histogram<double> OperationDuration =
        Meter.CreateHistogram("messaging.client.operation.duration", "s", "How long floods took, until their receipt.", tags: null, Durations);

    private static readonly Histogram<double> ProcessDuration =
        Meter.CreateHistogram("messaging.process.duration", "s", "How long the program took over an update that a receiver gave it.", tags: null, Durations);

    private static readonly Counter<long> Sent =
        Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Updates that were flooded, or were not for an error.");

    private static readonly Counter<long> Consumed =
        Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Updates that subscriptions yielded.");

    /// <summary>Whether anybody wants to know of floods.</summary>
    internal static bool WantsFloods => Source.HasListeners() || OperationDuration.Enabled || Sent.Enabled;

    /// <summary>An update is flooded: measured and traced until it has its receipt or has failed.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="size">The update's bytes; null if not known yet.</param>
    /// <param name="time">The client's clock.</param>
    /// <param name="endpoint">The daemon that is talked to.</param>
    /// <param name="flood">Floods.</param>
    internal static async Task<FloodReceipt> FloodAsync(string? group, long? size, TimeProvider time, Func<FlooddEndpoint> endpoint, Func<Task<FloodReceipt>> flood)
    {
        using Activity? activity = Source.StartActivity(group is null ? "flood" : $"flood {group}", ActivityKind.Producer);
        TagList tags = Tags("flood", "send", group);
        long begun = time.GetTimestamp();
        try
        {
            FloodReceipt receipt = await flood().ConfigureAwait(false);
            activity?.SetTag("messaging.message.id", receipt.Id.ToString()).SetTag("messaging.message.body.size", receipt.Size);
            return receipt;
        }
        catch (Exception e)
        {
            Fail(activity, ref tags, e);
            activity?.SetTag("messaging.message.body.size", size);
            throw;
        }
        finally
        {
            FlooddEndpoint at = endpoint();
            tags.Add("server.address", at.Host);
            tags.Add("server.port", at.Port);
            Mark(activity, in tags);
            Sent.Add(1, in tags);
            OperationDuration.Record(time.GetElapsedTime(begun).TotalSeconds, in tags);
        }
    }

    /// <summary>A subscription yields an update.</summary>
    internal static void Yielded(string group)
    {
        if (Consumed.Enabled)
        {
            TagList tags = Tags("subscribe", "receive", group);
            Consumed.Add(1, in tags);
        }
    }

    /// <summary>The program works on an update that a receiver gave it.</summary>
    internal static async Task ProcessAsync(FloodUpdate update, TimeProvider time, Func<Task> process)
    {
        using Activity? activity = Source.StartActivity($"process {update.Group}", ActivityKind.Consumer);
        TagList tags = Tags("process", "process", update.Group);
        long begun = time.GetTimestamp();
        activity?.SetTag("messaging.message.id", update.Id.ToString()).SetTag("messaging.message.body.size", update.Bytes.Length);
        try
        {
            await process().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(activity, ref tags, e);
            throw;
        }
        finally
        {
            Mark(activity, in tags);
            ProcessDuration.Record(time.GetElapsedTime(begun).TotalSeconds, in tags);
        }
    }

    private static TagList Tags(string operation, string type, string? group)
    {
        var tags = new TagList
        {
            { "messaging.system", MessagingSystem },
            { "messaging.operation.name", operation },
            { "messaging.operation.type", type },
        };
        if (group is not null)
        {
            tags.Add("messaging.destination.name", group);
        }

        return tags;
    }

    private static void Fail(Activity? activity, ref TagList tags, Exception e)
    {
        // A reply's code if there was one, else what kind of failure it was: few values, as the conventions ask.
        tags.Add("error.type", e is FlooddException { Code: > 0 } refused ? refused.Code.ToString(CultureInfo.InvariantCulture) : e.GetType().FullName);
        activity?.SetStatus(ActivityStatusCode.Error, e.Message);
    }

    private static void Mark(Activity? activity, in TagList tags)
    {
        if (activity is not null)
        {
            foreach ((string key, object? value) in tags)
            {
                activity.SetTag(key, value);
            }
        }
    }
}
