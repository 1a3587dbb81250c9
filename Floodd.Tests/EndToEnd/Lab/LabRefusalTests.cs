// Shows that a lab refuses and forgets connections as it is told to: a reset is one to the system's own TCP, and silence is silence.
using System.Net.Sockets;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Lab;

[Parallelizable]
internal sealed class LabRefusalTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Test]
    public void A_refused_connection_is_reset_at_the_end_that_sends()
    {
        using LabNetwork network = LabNetwork.Open(2);
        using Traffic traffic = Traffic.Between(network[0], network[1]);
        network.JoinAll(PathTraits.Open with { IsRefused = true });
        traffic.Near.Send(Hello);
        Assert.That(() => traffic.Near.Receive(new byte[1]), ResetWith(SocketError.ConnectionReset));
    }

    [Test]
    public void A_connection_that_is_begun_on_a_refused_path_is_refused()
    {
        using LabNetwork network = LabNetwork.Open(2);
        network.JoinAll(PathTraits.Open with { IsRefused = true });
        Assert.That(() => Traffic.Between(network[0], network[1]), ResetWith(SocketError.ConnectionRefused));
        network.JoinAll(PathTraits.Open);
        using Traffic traffic = Traffic.Between(network[0], network[1]);
        Assert.That(Arrives(traffic), Is.True);
    }

    [Test]
    public void A_forgotten_connection_is_silent_while_a_new_one_is_not()
    {
        using LabNetwork network = LabNetwork.Open(2);
        using Traffic old = Traffic.Between(network[0], network[1]);
        Assert.That(Arrives(old), Is.True);
        network.JoinAll(PathTraits.Open with { ForgetsConnections = true });
        using Traffic young = Traffic.Between(network[0], network[1]);
        Assert.That(Arrives(young), Is.True);
        old.Near.Send(Hello);
        Assert.That(Arrives(young), Is.True);
        Assert.That(old.Far.Available, Is.Zero);
        Assert.That(network.Path(0, 1).Dropped, Is.Positive);
    }

    private static NUnit.Framework.Constraints.EqualConstraint<SocketError> ResetWith(SocketError error) =>
        Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(error);

    private static bool Arrives(Traffic traffic)
    {
        byte[] bytes = new byte[Hello.Length];
        traffic.Near.Send(Hello);
        traffic.Far.Receive(bytes);
        return bytes.AsSpan().SequenceEqual(Hello);
    }
}
