// A daemon from its start to its end, as far as the shell alone decides it.
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Floodd.Config;
using Floodd.Hosting;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

internal sealed class DaemonTests
{
    [Test]
    public void A_port_in_use_is_an_error_that_names_it()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        Assert.That(
            () => Daemon.Start(Alone(clientPort: 0, dataPort: port), new DaemonOptions()),
            Throws.InstanceOf<IOException>().With.Message.EqualTo($"cannot open the data port {port} at 127.0.0.1: address in use"));
    }

    [Test]
    public async Task Two_daemons_live_in_one_process_and_end_when_asked()
    {
        Daemon a = Daemon.Start(Alone(0, 0), new DaemonOptions());
        Daemon b = Daemon.Start(Alone(0, 0), new DaemonOptions());
        Assert.That(new[] { a.ClientPort, a.DataPort, b.ClientPort, b.DataPort }, Is.Unique.And.All.GreaterThan(0));
        using (Socket client = LoopRig.Connect(a.ClientPort))
        {
            Assert.That(client.Connected, Is.True);
        }

        await Task.WhenAll(a.StopAsync("test over"), b.StopAsync("test over")).WaitAsync(LoopRig.Patience);
        Assert.That(() => LoopRig.Connect(a.ClientPort).Dispose(), Throws.InstanceOf<SocketException>());
    }

    private static Configuration Alone(int clientPort, int dataPort)
    {
        var self = new SiteName("alone");
        var site = new SiteDefinition(self) { InetAddress = IPAddress.Loopback, ClientPort = clientPort, DataPort = dataPort };
        return new Configuration(
            self,
            ImmutableSortedDictionary<SiteName, SiteDefinition>.Empty.Add(self, site),
            ImmutableSortedDictionary<GroupName, GroupDefinition>.Empty,
            new LocalDefinition { BindAddress = IPAddress.Loopback });
    }
}
