// A real TCP proxy in front of a client port that cuts, delays, splits, holds and refuses as told. Never changes a byte.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Floodd.Client;

namespace Floodd.Tests.EndToEnd;

/// <summary>A port of this machine that leads to another.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly int _daemonPort;
    private readonly Func<int, FaultPlan> _plan;

    // Keeps the port while nobody listens on it: then the system itself refuses connections.
    private readonly Socket _holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<int, ProxiedConnection> _connections = [];
    private readonly ConcurrentBag<Task> _work = [];
    private readonly long[] _bytes = new long[2];
    private TaskCompletionSource _open = Opened();
    private Socket? _listener;
    private int _count;
    private int _cuts;

    /// <summary>Begins to take connections.</summary>
    /// <param name="daemonPort">Where they lead to.</param>
    /// <param name="plan">The faults of each connection by its number, from 1; none unless said.</param>
    public FaultProxy(int daemonPort, Func<int, FaultPlan>? plan = null)
    {
        _daemonPort = daemonPort;
        _plan = plan ?? (_ => FaultPlan.None);
        _holder.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Endpoint = new FlooddEndpoint("127.0.0.1", ((IPEndPoint)_holder.LocalEndPoint!).Port);
        Admit();
    }

    /// <summary>Where clients connect.</summary>
    public FlooddEndpoint Endpoint { get; }

    /// <summary>How many connections were taken.</summary>
    public int ConnectionCount => Volatile.Read(ref _count);

    /// <summary>How many connections were cut as told.</summary>
    public int CutCount => Volatile.Read(ref _cuts);

    /// <summary>How many bytes were delivered one way, over all connections.</summary>
    public long BytesDelivered(Way way) => Volatile.Read(ref _bytes[(int)way]);

    /// <summary>Delivers nothing from here on, and keeps connections; new ones are taken and hear nothing.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _open = _open.Task.IsCompleted ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : _open;
        }
    }

    /// <summary>Goes on after <see cref="Hold"/>.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            _open.TrySetResult();
        }
    }

    /// <summary>New connections are refused by the system; those that stand stay.</summary>
    public void Refuse()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
        }
    }

    /// <summary>New connections are taken, as in the beginning.</summary>
    public void Admit()
    {
        lock (_gate)
        {
            if (_listener is null)
            {
                _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                _listener.Bind(_holder.LocalEndPoint!);
                _listener.Listen();
                _work.Add(AcceptAsync(_listener));
            }
        }
    }

    /// <summary>Cuts every connection that stands so many bytes from now on.</summary>
    public void CutAll(Cut cut)
    {
        foreach (ProxiedConnection connection in _connections.Values)
        {
            connection.CutAfter(cut);
        }
    }

    /// <summary>Waits while nothing is to be delivered.</summary>
    public Task PassAsync(CancellationToken cancellation)
    {
        Task open = Volatile.Read(ref _open).Task;
        return open.IsCompleted ? open : open.WaitAsync(cancellation);
    }

    public void Count(Way way, int bytes) => Interlocked.Add(ref _bytes[(int)way], bytes);

    public void CountCut() => Interlocked.Increment(ref _cuts);

    public async ValueTask DisposeAsync()
    {
        Refuse();
        await _end.CancelAsync();
        await Task.WhenAll(_work);
        _holder.Dispose();
        _end.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptAsync(_end.Token);
                int number = Interlocked.Increment(ref _count);
                _work.Add(ServeAsync(client, number));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy refuses, or the test is over.
            return;
        }
    }

    private async Task ServeAsync(Socket client, int number)
    {
        var daemon = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await daemon.ConnectAsync(IPAddress.Loopback, _daemonPort, _end.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Nobody there: the client hears no greeting but an end.
            client.Dispose();
            daemon.Dispose();
            return;
        }

        var connection = new ProxiedConnection(this, client, daemon, _plan(number));
        _connections[number] = connection;
        await connection.RunAsync(_end.Token);
        _connections.TryRemove(number, out _);
    }
}
