// One client that floods a workload without waiting for receipts, and one thread beside it that reads them. Counts what was not taken.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Floodd.Tests.EndToEnd;

namespace Floodd.Tests.Benchmarks.Load;

/// <summary>A publisher.</summary>
internal sealed class LoadPublisher : IDisposable
{
    /// <summary>So many bytes are handed to the system at once.</summary>
    private const int Batch = 256 << 10;

    private readonly int _index;
    private readonly Workload _workload;
    private readonly Socket _socket;
    private readonly Thread _sender, _reader;
    private readonly ManualResetEventSlim _ended = new();
    private readonly byte[] _buffer;
    private readonly int _head;

    /// <summary>Connects to a client port.</summary>
    /// <param name="index">The site's index.</param>
    /// <param name="site">The site.</param>
    /// <param name="group">The group that is flooded.</param>
    /// <param name="workload">What to flood.</param>
    public LoadPublisher(int index, TestSite site, string group, Workload workload)
    {
        (_index, _workload) = (index, workload);
        _socket = site.OpenSocket();
        _socket.NoDelay = true;
        _socket.Connect(IPAddress.Loopback, site.ClientPort);
        byte[] head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"flood {group} {workload.Size}\n"));
        _head = head.Length;
        int each = workload.PerSecond > 0 ? 1 : Math.Max(1, Batch / (head.Length + workload.Size));
        _buffer = new byte[each * (head.Length + workload.Size)];
        for (int at = 0; at < _buffer.Length; at += head.Length + workload.Size)
        {
            head.CopyTo(_buffer, at);
            _buffer.AsSpan(at + head.Length, workload.Size).Fill((byte)'x');
        }

        _reader = new Thread(Read) { IsBackground = true, Name = "receipts" };
        _sender = new Thread(Send) { IsBackground = true, Name = "publisher" };
        _reader.Start();
    }

    /// <summary>When the first was sent.</summary>
    public long Began { get; private set; }

    /// <summary>Receipts.</summary>
    public int Taken { get; private set; }

    /// <summary>The first answer that was none; null if all were.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Begins to flood.</summary>
    public void Start() => _sender.Start();

    /// <summary>Whether all were taken, in time.</summary>
    public bool Wait(TimeSpan patience) => _reader.Join(patience) && Refusal is null;

    public void Dispose()
    {
        _ended.Set();
        _socket.Dispose();
        _reader.Join();
        if (_sender.ThreadState != System.Threading.ThreadState.Unstarted)
        {
            _sender.Join();
        }

        _ended.Dispose();
    }

    private void Send()
    {
        int step = _head + _workload.Size;
        try
        {
            Began = Stopwatch.GetTimestamp();
            for (int number = 0; number < _workload.Count && !_ended.IsSet;)
            {
                if (_workload.PerSecond > 0)
                {
                    WaitUntil(Began + (Stopwatch.Frequency * number / _workload.PerSecond));
                }

                int used = 0;
                long now = Stopwatch.GetTimestamp();
                for (; used < _buffer.Length && number < _workload.Count; used += step, number++)
                {
                    new LoadStamp(_index, number, now).Write(_buffer.AsSpan(used + _head));
                }

                for (int sent = 0; sent < used;)
                {
                    sent += _socket.Send(_buffer.AsSpan(sent, used - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Refusal ??= e.Message;
        }
    }

    private void WaitUntil(long time)
    {
        for (long left = time - Stopwatch.GetTimestamp(); left > 0; left = time - Stopwatch.GetTimestamp())
        {
            if (_ended.Wait(TimeSpan.FromMilliseconds(Math.Max(1, left * 1000 / Stopwatch.Frequency))))
            {
                return;
            }
        }
    }

    // The greeting, then a line for each update.
    private void Read()
    {
        byte[] buffer = new byte[64 << 10];
        int kept = 0;
        bool isGreeted = false;
        try
        {
            while (Taken < _workload.Count)
            {
                int count = _socket.Receive(buffer.AsSpan(kept));
                if (count == 0)
                {
                    Refusal ??= "the connection ended";
                    return;
                }

                int end = kept + count;
                int at = 0;
                for (int line; (line = buffer.AsSpan(at, end - at).IndexOf((byte)'\n')) >= 0; at += line + 1)
                {
                    if (isGreeted && !buffer.AsSpan(at, line).StartsWith("250 "u8))
                    {
                        Refusal = Encoding.UTF8.GetString(buffer, at, line);
                        return;
                    }

                    Taken += isGreeted ? 1 : 0;
                    isGreeted = true;
                }

                buffer.AsSpan(at, end - at).CopyTo(buffer);
                kept = end - at;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Refusal ??= e.Message;
        }
    }
}
