// A daemon from its start to its end, as far as the shell alone decides it.
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Floodd.Config;
using Floodd.Hosting;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

internal sealed class DaemonTests
{
    /// <summary>An address of the loopback that nobody else here listens at: a port that was given back may be another's at once.</summary>
    private static readonly IPAddress Home = IPAddress.Parse("127.83.0.1");

    [Test]
    public void A_port_in_use_is_an_error_that_names_it()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(Home, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        Assert.That(
            () => Daemon.Start(Alone(clientPort: 0, dataPort: port), new DaemonOptions()),
            Throws.InstanceOf<IOException>().With.Message.EqualTo($"cannot open the data port {port} at {Home}: address in use"));
    }

    [Test]
    public async Task Two_daemons_live_in_one_process_and_end_when_asked()
    {
        Daemon a = Daemon.Start(Alone(0, 0), new DaemonOptions());
        Daemon b = Daemon.Start(Alone(0, 0), new DaemonOptions());
        int[] ports = [a.ClientPort, a.DataPort, b.ClientPort, b.DataPort];
        Assert.That(ports, Is.Unique.And.All.GreaterThan(0));
        using Socket client = LoopRig.Connect(Home, a.ClientPort);
        Assert.That(client.Receive(new byte[4], SocketFlags.Peek), Is.Positive, "it was not greeted");
        await Task.WhenAll(a.StopAsync("test over"), b.StopAsync("test over")).WaitAsync(LoopRig.Patience);
        Assert.That(Encoding.UTF8.GetString(LoopRig.ReadToEnd(client)), Does.StartWith("200 "));
        foreach (int port in ports)
        {
            Assert.That(() => LoopRig.Connect(Home, port).Dispose(), Throws.InstanceOf<SocketException>(), $"port {port} is still open");
        }
    }

    private static Configuration Alone(int clientPort, int dataPort)
    {
        var self = new SiteName("alone");
        var site = new SiteDefinition(self) { InetAddress = Home, ClientPort = clientPort, DataPort = dataPort };
        return new Configuration(
            self,
            ImmutableSortedDictionary<SiteName, SiteDefinition>.Empty.Add(self, site),
            ImmutableSortedDictionary<GroupName, GroupDefinition>.Empty,
            new LocalDefinition { BindAddress = Home });
    }
}
