// Brings up what a namespace reaches others by, netdevice(7) and the kernel's tuntap.rst; needs no program and leaves the machine's own interfaces alone.
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>Settings of network interfaces.</summary>
internal static unsafe class Interfaces
{
    /// <summary>The name of the TUN device in each namespace.</summary>
    public const string Tun = "lab0";

    // struct ifreq: a name of 16 bytes and a union of 24.
    private const int RequestBytes = 40;
    private const int NameBytes = 16;

    // Datagrams that wait for the switch: half a second at 100 Mbit/s, so that a switch that was kept from running loses nothing. Linux gives 500.
    private const int QueueLength = 4096;

    /// <summary>Turns a fresh descriptor of <c>/dev/net/tun</c> into a device, in the namespace where that was opened. It is gone when the descriptor is closed.</summary>
    public static void MakeTun(int descriptor)
    {
        byte* request = stackalloc byte[RequestBytes];
        *(short*)Named(request, Tun) = LabCalls.TunWithoutPreamble;
        LabCalls.Check(LabCalls.ioctl(descriptor, LabCalls.SetTun, request), "TUNSETIFF");
    }

    /// <summary>Gives the device its address in a /24, and brings it and the loopback up.</summary>
    /// <param name="socket">Any socket of the namespace.</param>
    /// <param name="address">The device's.</param>
    public static void Raise(Socket socket, IPAddress address)
    {
        int descriptor = (int)socket.Handle;
        byte* request = stackalloc byte[RequestBytes];
        *(short*)Named(request, "lo") = LabCalls.InterfaceUp;
        LabCalls.Check(LabCalls.ioctl(descriptor, LabCalls.SetFlags, request), "lo up");
        Write(address, Named(request, Tun));
        LabCalls.Check(LabCalls.ioctl(descriptor, LabCalls.SetAddress, request), "address");
        Write(IPAddress.Parse("255.255.255.0"), Named(request, Tun));
        LabCalls.Check(LabCalls.ioctl(descriptor, LabCalls.SetMask, request), "mask");
        *(int*)Named(request, Tun) = QueueLength;
        LabCalls.Check(LabCalls.ioctl(descriptor, LabCalls.SetQueueLength, request), "queue length");
        *(short*)Named(request, Tun) = LabCalls.InterfaceUp;
        LabCalls.Check(LabCalls.ioctl(descriptor, LabCalls.SetFlags, request), "device up");
    }

    private static byte* Named(byte* request, string name)
    {
        new Span<byte>(request, RequestBytes).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, NameBytes));
        return request + NameBytes;
    }

    // struct sockaddr_in: family, port, address.
    private static void Write(IPAddress address, byte* at)
    {
        *(short*)at = LabCalls.InternetFamily;
        address.TryWriteBytes(new Span<byte>(at + 4, 4), out _);
    }
}
