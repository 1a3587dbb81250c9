// Traces and metrics of the library: the names that OpenTelemetry gives to messaging, right values, and nothing without a listener.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class FlooddTelemetryTests
{
    [Test]
    public async Task A_flood_is_a_span_and_a_measurement(CancellationToken cancellation)
    {
        string group = UniqueGroup();
        using var spans = new Spans(group);
        using var metrics = new Metrics(group);
        await using FakeDaemon daemon = Daemon();
        await using FlooddClient client = await daemon.ConnectAsync();
        await client.FloodAsync(group, new byte[5], cancellation);
        Activity span = spans.Single();
        Assert.That((span.DisplayName, span.Kind, span.Status), Is.EqualTo(($"flood {group}", ActivityKind.Producer, ActivityStatusCode.Unset)));
        var expected = new Dictionary<string, object?>
        {
            ["messaging.system"] = "floodd",
            ["messaging.operation.name"] = "flood",
            ["messaging.operation.type"] = "send",
            ["messaging.destination.name"] = group,
            ["server.address"] = daemon.Endpoint.Host,
            ["server.port"] = daemon.Endpoint.Port,
        };
        Assert.That(span.TagObjects.ToDictionary(), Is.SupersetOf(expected));
        Assert.That(span.GetTagItem("messaging.message.id"), Is.EqualTo("fake/1/1"));
        Assert.That(span.GetTagItem("messaging.message.body.size"), Is.EqualTo(5));
        Assert.That(metrics.Of("messaging.client.sent.messages").Single(), Is.EqualTo(1));
        Assert.That(metrics.Of("messaging.client.operation.duration").Single(), Is.InRange(0, 30));
        Assert.That(metrics.TagsOf("messaging.client.operation.duration"), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task A_refused_flood_is_an_error_of_its_code(CancellationToken cancellation)
    {
        string group = UniqueGroup();
        using var spans = new Spans(group);
        using var metrics = new Metrics(group);
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync("552 too large\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync(group, new byte[5], cancellation));
        Assert.That((spans.Single().Status, spans.Single().GetTagItem("error.type")), Is.EqualTo((ActivityStatusCode.Error, "552")));
        Assert.That(metrics.TagsOf("messaging.client.sent.messages")["error.type"], Is.EqualTo("552"));
    }

    [Test]
    public async Task Each_update_that_a_subscription_yields_is_counted(CancellationToken cancellation)
    {
        string group = UniqueGroup();
        using var metrics = new Metrics(group);
        await using var daemon = new FakeDaemon((session, _, _) =>
            session.SayAsync($"250 subscribed to {group} at start\nupdate {group} a/1/1 2\nhi\nupdate {group} a/1/2 0\n\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        int count = 0;
        await foreach (FloodUpdate _ in client.SubscribeAsync(group, FloodPosition.Start, cancellation: cancellation))
        {
            if (++count == 2)
            {
                break;
            }
        }

        Assert.That(metrics.Of("messaging.client.consumed.messages").Sum(), Is.EqualTo(2));
    }

    // Listeners hear of every client in the process; a group of its own tells a test's floods from those of others.
    private static string UniqueGroup() => "g" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    private static FakeDaemon Daemon() => new((session, line, body) =>
        session.SayAsync(string.Create(CultureInfo.InvariantCulture, $"250 fake/1/{session.Number} flooded to {line.Split(' ')[1]}, {body.Length} bytes\n")));

    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> ended = new();
        private readonly ActivityListener listener;

        public Spans(string group)
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == FlooddTelemetry.Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    if (activity.GetTagItem("messaging.destination.name") as string == group)
                    {
                        ended.Enqueue(activity);
                    }
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public Activity Single() => ended.Single();

        public void Dispose() => listener.Dispose();
    }

    private sealed class Metrics : IDisposable
    {
        private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> measured = new();
        private readonly MeterListener listener = new();

        public Metrics(string group)
        {
            listener.InstrumentPublished = (instrument, it) =>
            {
                if (instrument.Meter.Name == FlooddTelemetry.Name)
                {
                    it.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(group, instrument.Name, value, tags));
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(group, instrument.Name, value, tags));
            listener.Start();
        }

        public IEnumerable<double> Of(string name) => measured.Where(m => m.Name == name).Select(m => m.Value);

        public Dictionary<string, object?> TagsOf(string name) => measured.First(m => m.Name == name).Tags;

        public void Dispose() => listener.Dispose();

        private void Take(string group, string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = new Dictionary<string, object?>(tags.ToArray());
            if (all.GetValueOrDefault("messaging.destination.name") as string == group)
            {
                measured.Enqueue((name, value, all));
            }
        }
    }
}
