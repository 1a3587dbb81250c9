// The roads between sites take as long as they say, measured or drawn.
using Floodd.Model;
using Floodd.Tests.Latency;
using NUnit.Framework;

namespace Floodd.Tests.Simulation;

internal sealed class NetworkTests
{
    private static readonly LatencyMatrix Clouds = LatencyMatrix.Load("skyplane-60").First(8);

    [Test]
    public void A_measured_road_takes_half_of_its_round_trip_each_way()
    {
        Network network = Between(Clouds, w => w.Jitter = TimeSpan.Zero);
        long forth = network.Crossing(network.Between(2, 5));
        Assert.That(forth * 2.0 / TimeSpan.TicksPerMillisecond, Is.EqualTo(Clouds.RttMilliseconds(2, 5)).Within(0.001));
        Assert.That(network.Crossing(network.Between(5, 2)), Is.EqualTo(forth));
        Assert.That(network.Crossing(network.Between(2, 2)), Is.LessThan(TimeSpan.TicksPerMillisecond), "a loopback is none of the network's");
    }

    [TestCase(1.0)]
    [TestCase(0.01)]
    public void A_measured_road_has_the_part_of_its_bandwidth_that_is_asked_for(double part)
    {
        Network network = Between(Clouds, w => w.MatrixBandwidth = part);
        Assert.That(network.Between(2, 5).Bandwidth, Is.EqualTo(Clouds.BandwidthMegabits(2, 5)!.Value * part * 125_000).Within(1));
    }

    [Test]
    public void Where_no_bandwidth_was_measured_the_worlds_own_holds()
    {
        Assert.That(Between(LatencyMatrix.Load("aws-13"), w => w.Bandwidth = 1000).Between(0, 1).Bandwidth, Is.EqualTo(1000));
        Assert.That(Between(Clouds, w => w.MatrixBandwidth = 0).Between(0, 1).Bandwidth, Is.Zero);
    }

    [Test]
    public void Queues_are_met_as_often_as_asked_and_none_lasts_for_ever()
    {
        Network network = Between(Clouds, w => (w.Jitter, w.QueueChance, w.QueueDelay) = (TimeSpan.Zero, 0.1, TimeSpan.FromMilliseconds(20)));
        Route route = network.Between(0, 1);
        long[] waits = [.. Enumerable.Range(0, 10_000).Select(_ => network.Crossing(route) - route.Delay)];
        Assert.That(waits.Count(w => w > 0), Is.InRange(900, 1100));
        Assert.That(waits.Sum() / 1000, Is.InRange(18 * TimeSpan.TicksPerMillisecond, 22 * TimeSpan.TicksPerMillisecond));
        Assert.That(waits.Max(), Is.LessThanOrEqualTo(200 * TimeSpan.TicksPerMillisecond));
    }

    [Test]
    public void Sites_stand_where_the_measured_ones_do()
    {
        LatencyMatrix matrix = LatencyMatrix.Load("aws-13");
        var world = new World(1, 3, w => w.Matrix = matrix);
        Assert.That(world.Site(2).Configuration.SelfDefinition.Latitude, Is.EqualTo(matrix.PlaceOf(2)!.Value.Latitude));
        Assert.That(() => new World(1, 14, w => w.Matrix = matrix), Throws.InvalidOperationException);
    }

    [Test]
    public void A_new_link_costs_a_round_trip_before_anything_is_said_on_it()
    {
        var world = new World(1, 2, w => (w.Matrix, w.Core, w.Jitter, w.StartSpread) = (Clouds, StandIn.Factory(), TimeSpan.Zero, TimeSpan.Zero));
        world.Run(TimeSpan.FromMilliseconds(Clouds.RttMilliseconds(0, 1) - 1));
        Assert.That(world.Site(0).Connections, Is.Empty);
        world.Run(TimeSpan.FromMilliseconds(2));
        Assert.That(world.Site(0).Connections, Has.Count.EqualTo(1));
    }

    private static Network Between(LatencyMatrix matrix, Action<WorldOptions> shape)
    {
        var options = new WorldOptions { Matrix = matrix };
        shape(options);
        return new Network(options, new Prng(1));
    }
}
