// One network of its own inside this machine, with one TUN device: held by descriptors only, so that it is gone with whoever holds it, however that ends.
// No thread of the runtime is ever left inside: what such a thread opened later would not reach the world.
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>A network namespace, network_namespaces(7), in which daemons run and sockets are made.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private readonly int _namespace;
    private bool _deviceClosed;

    private NetworkNamespace(Opened opened, IPAddress address)
    {
        _namespace = opened.Namespace;
        Device = opened.Descriptor;
        Address = address;
        Identity = Descriptors.TargetOf(opened.Namespace);
    }

    /// <summary>The address of its TUN device; the /24 around it is routed there.</summary>
    public IPAddress Address { get; }

    /// <summary>The TUN device's descriptor: whole IP datagrams are read from it and written to it, without waiting.</summary>
    public int Device { get; }

    /// <summary>What <c>/proc/ID/ns/net</c> of the processes in it leads to.</summary>
    public string Identity { get; }

    /// <summary>Makes one, its loopback and its device up.</summary>
    /// <param name="address">The device's IPv4 address.</param>
    /// <exception cref="Win32Exception">The system does not let us; says which call.</exception>
    public static NetworkNamespace Create(IPAddress address)
    {
        Opened opened = OnThreadOfItsOwn(OpenNew);
        try
        {
            if (opened.Error != 0)
            {
                throw LabCalls.Failed(opened.Error, opened.Namespace < 0 ? "unshare" : "/dev/net/tun");
            }

            Interfaces.MakeTun(opened.Descriptor);
            var created = new NetworkNamespace(opened, address);
            using Socket socket = created.OpenSocket(SocketType.Dgram);
            Interfaces.Raise(socket, address);
            return created;
        }
        catch
        {
            _ = LabCalls.close(opened.Descriptor);
            _ = LabCalls.close(opened.Namespace);
            throw;
        }
    }

    /// <summary>A socket that is in the namespace, whoever uses it; neither bound nor connected.</summary>
    public Socket OpenSocket(SocketType type = SocketType.Stream)
    {
        Opened opened = OnThreadOfItsOwn(home => OpenSocket(home, _namespace, (int)type | LabCalls.CloseOnExec));
        return opened.Error == 0
            ? new Socket(new SafeSocketHandle(opened.Descriptor, ownsHandle: true))
            : throw LabCalls.Failed(opened.Error, "socket");
    }

    /// <summary>
    /// Has a process run inside, and end when this one does; to be started by <see cref="LabStarter"/>.
    /// It goes before others that want the processor: what tests find out about distances should not be how busy the machine is.
    /// </summary>
    /// <returns>The same, changed.</returns>
    public ProcessStartInfo Inside(ProcessStartInfo start)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"--net=/proc/{Environment.ProcessId}/fd/{_namespace}");
        string[] front = [path, "nice", "-n", "-10", "setpriv", "--pdeathsig", "KILL", "--", start.FileName];
        for (int i = 0; i < front.Length; i++)
        {
            start.ArgumentList.Insert(i, front[i]);
        }

        start.FileName = "nsenter";
        return start;
    }

    /// <summary>Closes the device, which is its end, and lets go of the namespace, which ends with the last process and socket in it.</summary>
    public void Dispose()
    {
        if (!_deviceClosed)
        {
            _deviceClosed = true;
            _ = LabCalls.close(Device);
            _ = LabCalls.close(_namespace);
        }
    }

    // A thread that could not leave the namespace again takes its place in it along into its end.
    private static Opened OnThreadOfItsOwn(Func<int, Opened> open)
    {
        Opened opened = default;
        RuntimeHelpers.RunClassConstructor(typeof(LabCalls).TypeHandle);
        var thread = new Thread(() =>
        {
            int home = OpenOwn();
            opened = open(home);
            _ = LabCalls.close(home);
        });
        thread.Start();
        thread.Join();
        return opened;
    }

    private static unsafe int OpenOwn()
    {
        fixed (byte* own = "/proc/thread-self/ns/net"u8)
        {
            return LabCalls.open(own, LabCalls.CloseOnExec);
        }
    }

    // Between entering and leaving there are system calls only, and the two methods are compiled for good at once:
    // else the runtime might start the thread that compiles better, and it would be inside.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe Opened OpenNew(int home)
    {
        fixed (byte* own = "/proc/thread-self/ns/net"u8, tun = "/dev/net/tun"u8)
        {
            if (LabCalls.unshare(LabCalls.NewNetwork) != 0)
            {
                return new Opened { Namespace = -1, Descriptor = -1, Error = *LabCalls.__errno_location() };
            }

            int made = LabCalls.open(own, LabCalls.CloseOnExec);
            int device = LabCalls.open(tun, LabCalls.ReadWrite | LabCalls.NonBlocking | LabCalls.CloseOnExec);
            int error = made < 0 || device < 0 ? *LabCalls.__errno_location() : 0;
            _ = LabCalls.setns(home, LabCalls.NewNetwork);
            return new Opened { Namespace = made, Descriptor = device, Error = error };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe Opened OpenSocket(int home, int inside, int kind)
    {
        int socket = LabCalls.setns(inside, LabCalls.NewNetwork) == 0 ? LabCalls.socket(LabCalls.InternetFamily, kind, 0) : -1;
        int error = socket < 0 ? *LabCalls.__errno_location() : 0;
        _ = LabCalls.setns(home, LabCalls.NewNetwork);
        return new Opened { Namespace = inside, Descriptor = socket, Error = error };
    }

    // Fields only: a property's accessor is another method.
    private struct Opened
    {
        public int Namespace;
        public int Descriptor;
        public int Error;
    }
}
