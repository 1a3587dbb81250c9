// The thread that reads what one site gives out, from a subscription or from the pipe that its export command writes into.
using System.Net;
using System.Net.Sockets;
using Floodd.Tests.EndToEnd;

namespace Floodd.Tests.Benchmarks.Load;

/// <summary>Feeds a sink until it has all.</summary>
internal sealed class LoadOutlet : IDisposable
{
    private const int BufferSize = 256 << 10;

    private readonly Stream _stream;
    private readonly Thread _thread;

    private LoadOutlet(Stream stream, LoadSink sink)
    {
        (_stream, Sink) = (stream, sink);
        _thread = new Thread(Read) { IsBackground = true, Name = "sink" };
        _thread.Start();
    }

    public LoadSink Sink { get; }

    /// <summary>A subscription to a group at a site, which has begun when this returns.</summary>
    public static LoadOutlet Subscribe(TestSite site, string group, LoadSink sink)
    {
        Socket socket = site.OpenSocket();
        socket.Connect(IPAddress.Loopback, site.ClientPort);
        var stream = new NetworkStream(socket, ownsSocket: true);
        stream.Write(System.Text.Encoding.ASCII.GetBytes($"subscribe {group}\n"));

        // The greeting and the reply.
        for (int lines = 0; lines < 2;)
        {
            lines += stream.ReadByte() == '\n' ? 1 : 0;
        }

        return new LoadOutlet(stream, sink);
    }

    /// <summary>What is written into a named pipe, by one writer after the other.</summary>
    public static LoadOutlet Pipe(string path, LoadSink sink) =>
        new(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0), sink);

    /// <summary>Whether all has come, in time.</summary>
    public bool Wait(TimeSpan patience) => _thread.Join(patience);

    public void Dispose()
    {
        _stream.Dispose();
    }

    private void Read()
    {
        byte[] buffer = new byte[BufferSize];
        try
        {
            while (!Sink.IsDone && _stream.Read(buffer) is > 0 and int count)
            {
                Sink.Take(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It was given up: what is missing shows in the sink.
        }
    }
}
