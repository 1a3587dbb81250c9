// Shows that a lab is as slow, narrow, lossy and cut as it is told to be, and that nothing of it stays.
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Lab;

[NonParallelizable]
internal sealed class LabNetworkTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    [TestCase(0.0, 0.0)]
    [TestCase(2.5, 2.5)]
    [TestCase(4.0, 4.0)]
    [TestCase(20.0, 20.0)]
    [TestCase(5.0, 45.0)]
    public void A_round_trip_takes_the_delays_of_both_ways(double there, double back)
    {
        using LabNetwork network = LabNetwork.Open(2);
        network.Path(0, 1).Traits = PathTraits.Delayed(there);
        network.Path(1, 0).Traits = PathTraits.Delayed(back);
        using Traffic traffic = Traffic.Between(network[0], network[1]);
        Takes(traffic, there + back, Math.Max(1, (there + back) / 10), network, rounds: 41);
    }

    [TestCase(5.0, 1.0)]
    [TestCase(20.0, 5.0)]
    [TestCase(100.0, 2.0)]
    public void A_transfer_is_as_fast_as_the_path_allows(double megabits, double delay)
    {
        using LabNetwork network = LabNetwork.Open(2);
        network.Path(0, 1).Traits = PathTraits.Limited(delay, megabits);
        network.Path(1, 0).Traits = PathTraits.Delayed(delay);
        using Traffic traffic = Traffic.Between(network[0], network[1]);
        double measured = traffic.Transfer(bytes: (int)(megabits * 1e6 / 8 * 1.5)) / 1e6;
        TestContext.Out.WriteLine($"{megabits} Mbit/s: {measured:F3} Mbit/s; {network.Lateness}");
        Assert.That(measured, Is.EqualTo(megabits).Within(10).Percent, network.Lateness);
    }

    [Test]
    public void Each_pair_has_traits_of_its_own_and_they_change_at_run_time()
    {
        using LabNetwork network = LabNetwork.Open(3);
        network.Join(0, 1, PathTraits.Delayed(10));
        network.Join(1, 2, PathTraits.Delayed(3));
        using Traffic slow = Traffic.Between(network[0], network[1]);
        using Traffic quick = Traffic.Between(network[1], network[2]);
        using Traffic open = Traffic.Between(network[2], network[0]);
        Takes(slow, 20, 2, network);
        Takes(quick, 6, 1, network);
        Takes(open, 0, 1, network);
        network.Join(0, 1, PathTraits.Delayed(1));
        Takes(slow, 2, 1, network);
    }

    [Test]
    public void What_is_sent_on_a_cut_path_arrives_when_it_is_healed()
    {
        using LabNetwork network = LabNetwork.Open(3);
        using Traffic cut = Traffic.Between(network[0], network[1]);
        using Traffic other = Traffic.Between(network[0], network[2]);
        network.Cut(0, 1);
        cut.Near.Send(Hello);
        Eventually.Holds(() => network.Path(0, 1).Dropped >= 3, "TCP to have tried three times");
        Assert.That(cut.Far.Available, Is.Zero);
        other.RoundTrip(1);
        network.Heal();
        byte[] received = new byte[Hello.Length];
        Assert.That(cut.Far.Receive(received), Is.EqualTo(Hello.Length));
        Assert.That(received, Is.EqualTo(Hello));
    }

    [Test]
    public void A_path_cut_one_way_still_carries_the_other()
    {
        using LabNetwork network = LabNetwork.Open(2);
        using Traffic traffic = Traffic.Between(network[0], network[1]);
        network.CutOneWay(0, 1);
        traffic.Far.Send(Hello);
        Assert.That(traffic.Near.Receive(new byte[Hello.Length]), Is.EqualTo(Hello.Length));
        traffic.Near.Send(Hello);
        Eventually.Holds(() => network.Path(0, 1).Dropped >= 3, "the answer to be dropped");
        Assert.That(traffic.Far.Available, Is.Zero);
    }

    [Test]
    public void Parts_reach_each_other_again_only_when_healed()
    {
        using LabNetwork network = LabNetwork.Open(4);
        network.JoinAll(PathTraits.Delayed(1));
        network.Part(0, 3);
        bool[,] cut = new bool[4, 4];
        for (int i = 0; i < 16; i++)
        {
            cut[i / 4, i % 4] = network.Path(i / 4, i % 4).Traits.IsCut;
        }

        Assert.That(cut, Is.EqualTo(new[,] { { false, true, true, false }, { true, false, false, true }, { true, false, false, true }, { false, true, true, false } }));
        using (Traffic.Between(network[0], network[3]))
        using (Traffic.Between(network[1], network[2]))
        {
        }

        network.Heal();
        using Traffic across = Traffic.Between(network[0], network[1]);
        Takes(across, 2, 1, network);
    }

    [Test]
    public void Losses_are_as_many_as_said_and_what_is_sent_is_counted()
    {
        const int Sent = 2000;
        using LabNetwork network = LabNetwork.Open(2);
        network.Path(0, 1).Traits = PathTraits.Open with { Loss = 0.25 };
        SendDatagrams(network, Sent, new byte[100]);
        LabPath path = network.Path(0, 1);
        Eventually.Holds(() => path.Delivered + path.Dropped == Sent, "all to be counted", () => $"{path.Delivered} + {path.Dropped}");

        // Five times the standard deviation of 2000 throws.
        Assert.That(path.Dropped, Is.EqualTo(Sent / 4).Within(97));
        Assert.That(path.DeliveredBytes, Is.EqualTo(path.Delivered * 128), "20 bytes of IP and 8 of UDP before each hundred");
    }

    [Test]
    public void A_queue_is_no_longer_than_its_time()
    {
        const int Sent = 300;
        using LabNetwork network = LabNetwork.Open(2);
        network.Path(0, 1).Traits = PathTraits.Limited(0, 1) with { Queue = TimeSpan.FromMilliseconds(100) };
        SendDatagrams(network, Sent, new byte[1222]);
        LabPath path = network.Path(0, 1);
        Eventually.Holds(() => path.Delivered + path.Dropped == Sent, "all to be counted", () => $"{path.Delivered} + {path.Dropped}");

        // 1250 bytes take 10 ms; sending them all takes a few more.
        Assert.That(path.Delivered, Is.InRange(11, 30));
    }

    [Test]
    public void Nothing_of_a_lab_is_left()
    {
        int before = Descriptors.Held();
        string[] identities;
        using (LabNetwork network = LabNetwork.Open(3))
        using (var folder = new TestFolder())
        {
            identities = [.. network.Sites.Select(site => site.Identity)];
            Assert.That(identities, Is.Unique);
            using Process process = LabStarter.Start(() => Process.Start(network[1].Inside(Executable.StartOther("sleep", folder.Path, "1000")))!);
            Eventually.Holds(() => Descriptors.ThreadsIn(identities[1]).Count == 1, "a process to run inside");
            using (Traffic traffic = Traffic.Between(network[0], network[1]))
            {
                traffic.RoundTrip(1);
            }

            Assert.That(Descriptors.Held(), Is.EqualTo(before + (2 * 3)));
        }

        Assert.That(Descriptors.Held(), Is.EqualTo(before));
        foreach (string identity in identities)
        {
            Eventually.Holds(() => Descriptors.ThreadsIn(identity).Count == 0, "the namespace to be empty", () => string.Join(", ", Descriptors.ThreadsIn(identity)));
        }

        Assert.That(NetworkInterface.GetAllNetworkInterfaces().Select(card => card.Name), Has.None.EqualTo(Interfaces.Tun));
    }

    private static void SendDatagrams(LabNetwork network, int count, byte[] bytes)
    {
        using Socket socket = network[0].OpenSocket(SocketType.Dgram);
        for (int i = 0; i < count; i++)
        {
            socket.SendTo(bytes, new IPEndPoint(network[1].Address, 9));
        }
    }

    // The median round trip is as set; on a machine that stands still now and then, that of another sample.
    private static void Takes(Traffic traffic, double milliseconds, double within, LabNetwork network, int rounds = 11)
    {
        double measured = 0;
        string Figures() => $"{milliseconds} ms: {measured:F3} ms; {network.Lateness}";
        Eventually.Holds(
            () => Math.Abs((measured = traffic.RoundTrip(rounds).TotalMilliseconds) - milliseconds) <= within,
            "a median round trip that is as set",
            Figures,
            TimeSpan.FromSeconds(10));
        TestContext.Out.WriteLine(Figures());
    }
}
