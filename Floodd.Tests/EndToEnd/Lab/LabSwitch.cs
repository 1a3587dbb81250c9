// The thread that carries datagrams between the devices of a lab, each when it is due. Owns what is under way; knows nothing of what is in it but the destination.
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>A switch in user space.</summary>
internal sealed unsafe class LabSwitch : IDisposable
{
    /// <summary>The longest datagram: the devices' MTU is Linux's default.</summary>
    public const int LongestDatagram = 1500;

    /// <summary>What a test measures with may go before all ordinary threads too, but behind the switch.</summary>
    public const int Priority = 2;

    // One device's turn: about 100 us of work.
    private const int DatagramsPerTurn = 32;
    private const int DestinationAt = 16;

    // A thread that waits comes back some 50 to 100 us after its time, measured on a virtual machine of two cores; what is due by then is not kept waiting.
    private const long WakingNanoseconds = 60_000;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly int[] _devices;
    private readonly LabPath[,] _paths;
    private readonly int _wake = LabCalls.Check(LabCalls.eventfd(0, LabCalls.CloseOnExec), "eventfd");
    private readonly PriorityQueue<LabPath, long> _due = new();
    private readonly Stack<byte[]> _buffers = new();
    private readonly Thread _thread;
    private volatile bool _ends;
    private ExceptionDispatchInfo? _fault;
    private long _lateNanoseconds;
    private long _carried;

    /// <summary>Starts carrying.</summary>
    /// <param name="devices">The sites' TUN descriptors. They stay the caller's, to be closed after this.</param>
    /// <param name="paths">The path from each to each.</param>
    public LabSwitch(int[] devices, LabPath[,] paths)
    {
        Debug.Assert(Stopwatch.Frequency == NanosecondsPerSecond);
        _devices = devices;
        _paths = paths;
        _thread = new Thread(Guard) { IsBackground = true, Name = "lab-switch" };
        _thread.Start();
    }

    /// <summary>How much later than due datagrams were handed on: on average and at most. The lab's own error, for failure texts.</summary>
    public string Lateness
    {
        get
        {
            long carried = Math.Max(1, Volatile.Read(ref _carried));
            return $"{carried} datagrams, {Volatile.Read(ref _lateNanoseconds) / carried / 1000} us late on average, {_paths.Cast<LabPath>().Max(path => path.Latest).TotalMicroseconds:F0} us at most";
        }
    }

    /// <summary>Stops carrying; what is under way is gone.</summary>
    public void Dispose()
    {
        _ends = true;
        long one = 1;
        _ = LabCalls.write(_wake, &one, sizeof(long));
        _thread.Join();
        _ = LabCalls.close(_wake);
        _fault?.Throw();
    }

    private static long Now() => Stopwatch.GetTimestamp();

    private void Guard()
    {
        try
        {
            Run();
        }
        catch (Exception e)
        {
            // An exception here would end the whole test run; it is the lab's owner's.
            _fault = ExceptionDispatchInfo.Capture(e);
        }
    }

    private void Run()
    {
        LabCalls.RunFirst(Priority);
        PollEntry* entries = stackalloc PollEntry[_devices.Length + 1];
        for (int i = 0; i <= _devices.Length; i++)
        {
            entries[i] = new PollEntry { Descriptor = i < _devices.Length ? _devices[i] : _wake, Events = LabCalls.Readable };
        }

        while (!_ends)
        {
            DeliverDue();
            Wait(entries);
            for (int from = 0; from < _devices.Length; from++)
            {
                if (entries[from].Returned != 0)
                {
                    ReadFrom(from);
                }
            }
        }
    }

    private void Wait(PollEntry* entries)
    {
        long* limit = stackalloc long[2];
        bool isLimited = _due.TryPeek(out _, out long due);
        if (isLimited)
        {
            long left = Math.Max(0, due - WakingNanoseconds - Now());
            (limit[0], limit[1]) = (left / NanosecondsPerSecond, left % NanosecondsPerSecond);
        }

        // Interrupted by a signal it returns early and says nothing: then this turn is idle.
        if (LabCalls.ppoll(entries, (nuint)_devices.Length + 1, isLimited ? limit : null, null) <= 0)
        {
            for (int i = 0; i <= _devices.Length; i++)
            {
                entries[i].Returned = 0;
            }
        }
    }

    private void ReadFrom(int from)
    {
        for (int i = 0; i < DatagramsPerTurn; i++)
        {
            byte[] bytes = _buffers.TryPop(out byte[]? used) ? used : new byte[LongestDatagram];
            nint length;
            fixed (byte* start = bytes)
            {
                length = LabCalls.read(_devices[from], start, LongestDatagram);
            }

            if (length <= 0)
            {
                _buffers.Push(bytes);
                return;
            }

            if (PathOf(from, bytes.AsSpan(0, (int)length)) is not { } path || !TakeOn(path, bytes, (int)length))
            {
                _buffers.Push(bytes);
            }
        }
    }

    // RFC 791: the version in the first four bits, the destination in bytes 16 to 19. What the kernel says in IPv6 to find neighbors goes nowhere.
    private LabPath? PathOf(int from, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < 20 || datagram[0] >> 4 != 4 || !datagram.Slice(DestinationAt, 3).SequenceEqual(LabNetwork.Prefix))
        {
            return null;
        }

        int to = datagram[DestinationAt + 3] - 1;
        return to >= 0 && to < _devices.Length && to != from ? _paths[from, to] : null;
    }

    private bool TakeOn(LabPath path, byte[] bytes, int length)
    {
        if (path.Traits.IsRefused && TcpDatagram.Reset(bytes.AsSpan(0, length)) is { } reset)
        {
            path.Drop();
            fixed (byte* start = reset)
            {
                // The sender's own device: whoever sent to this path. A full queue there loses it, as networks do.
                _ = LabCalls.write(_devices[reset[DestinationAt + 3] - 1], start, reset.Length);
            }

            return false;
        }

        bool wasIdle = path.NextDue is null;
        if (!path.Take(bytes, length, Now()))
        {
            return false;
        }

        if (wasIdle)
        {
            _due.Enqueue(path, path.NextDue!.Value);
        }

        return true;
    }

    // Each path with something under way is in the queue once, by its first.
    private void DeliverDue()
    {
        while (_due.TryPeek(out LabPath? path, out long due) && due - WakingNanoseconds <= Now())
        {
            _due.Dequeue();
            Deliver(path, path.Next());
            if (path.NextDue is { } next)
            {
                _due.Enqueue(path, next);
            }
        }
    }

    private void Deliver(LabPath path, Datagram datagram)
    {
        nint written = -1;
        long late = Now() - datagram.Due;
        if (!path.Traits.IsCut)
        {
            Volatile.Write(ref _carried, _carried + 1);
            Volatile.Write(ref _lateNanoseconds, _lateNanoseconds + late);
            fixed (byte* start = datagram.Bytes)
            {
                written = LabCalls.write(_devices[path.To], start, datagram.Length);
            }
        }

        if (written < 0)
        {
            path.Drop();
        }
        else
        {
            path.Deliver(datagram.Length, late);
        }

        _buffers.Push(datagram.Bytes);
    }
}
