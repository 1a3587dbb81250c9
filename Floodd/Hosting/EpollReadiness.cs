// Readiness by Linux's epoll, level-triggered, woken by an eventfd. It never touches what a socket carries.
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Floodd.Hosting;

/// <summary>The first implementation of <see cref="IReadiness"/>: its cost does not grow with idle sockets.</summary>
internal sealed unsafe class EpollReadiness : IReadiness
{
    private const int MostAtOnce = 256;
    private const long WakeKey = long.MinValue;

    // struct epoll_event is packed on x86-64 alone, so that 32-bit programs read it too.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    private static readonly int EntryBytes = DataOffset + sizeof(long);

    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte[] _entries = GC.AllocateArray<byte>(MostAtOnce * 16, pinned: true);

    public EpollReadiness()
    {
        _epoll = LinuxCalls.Check(LinuxCalls.epoll_create1(LinuxCalls.EpollCloseOnExec), "epoll_create1");
        _wake = LinuxCalls.Check(LinuxCalls.eventfd(0, LinuxCalls.EventCloseOnExecNonBlocking), "eventfd");
        Control(LinuxCalls.EpollAdd, _wake, WakeKey, read: true, write: false);
    }

    public void Add(Socket socket, long key, bool read, bool write) =>
        Control(LinuxCalls.EpollAdd, (int)socket.Handle, key, read, write);

    public void Change(Socket socket, long key, bool read, bool write) =>
        Control(LinuxCalls.EpollModify, (int)socket.Handle, key, read, write);

    public void Remove(Socket socket) => Control(LinuxCalls.EpollDelete, (int)socket.Handle, 0, read: false, write: false);

    public void Wait(int milliseconds, List<Ready> ready)
    {
        byte* first = (byte*)Unsafe.AsPointer(ref _entries[0]);
        int count = LinuxCalls.epoll_wait(_epoll, first, MostAtOnce, milliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() == LinuxCalls.Interrupted)
        {
            return;
        }

        LinuxCalls.Check(count, "epoll_wait");
        for (byte* entry = first; count > 0; count--, entry += EntryBytes)
        {
            uint what = Unsafe.ReadUnaligned<uint>(entry);
            long key = Unsafe.ReadUnaligned<long>(entry + DataOffset);
            if (key == WakeKey)
            {
                ulong times;
                LinuxCalls.read(_wake, &times, sizeof(ulong));
                continue;
            }

            ready.Add(new Ready(
                key,
                (what & LinuxCalls.EpollIn) != 0,
                (what & LinuxCalls.EpollOut) != 0,
                (what & (LinuxCalls.EpollError | LinuxCalls.EpollHangUp)) != 0));
        }
    }

    public void Wake()
    {
        // A full counter means that it is set already: the result does not matter.
        ulong once = 1;
        LinuxCalls.write(_wake, &once, sizeof(ulong));
    }

    public void Dispose()
    {
        LinuxCalls.close(_wake);
        LinuxCalls.close(_epoll);
    }

    private void Control(int operation, int descriptor, long key, bool read, bool write)
    {
        byte* entry = stackalloc byte[16];
        Unsafe.WriteUnaligned(entry, (read ? LinuxCalls.EpollIn : 0) | (write ? LinuxCalls.EpollOut : 0));
        Unsafe.WriteUnaligned(entry + DataOffset, key);
        LinuxCalls.Check(LinuxCalls.epoll_ctl(_epoll, operation, descriptor, entry), "epoll_ctl");
    }
}
