// One connection through a proxy: carries bytes both ways until it is cut or both ends are over. Never delivers a byte behind a cut.
using System.Net.Sockets;

namespace Floodd.Tests.EndToEnd.Library;

/// <summary>A client's socket, the socket to the daemon, and what goes wrong between them.</summary>
internal sealed class ProxiedConnection(FaultProxy proxy, Socket client, Socket daemon, FaultPlan plan)
{
    private const int BlockSize = 64 << 10;

    private readonly Lock _gate = new();
    private readonly long[] _delivered = new long[2];
    private Cut? _cut = plan.Cut;
    private CutEnds _ended;
    private bool _isCut;

    /// <summary>Carries bytes until it is over; both sockets are closed then.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        client.NoDelay = daemon.NoDelay = true;
        try
        {
            await Task.WhenAll(CarryAsync(Way.ToDaemon, client, daemon, end), CarryAsync(Way.ToClient, daemon, client, end));
        }
        finally
        {
            client.Dispose();
            daemon.Dispose();
        }
    }

    /// <summary>Cuts the connection so many bytes from now on, counted one way.</summary>
    public void CutAfter(Cut cut)
    {
        lock (_gate)
        {
            _cut = cut with { After = _delivered[(int)cut.Way] + cut.After };
        }

        CutIfDue();
    }

    private async Task CarryAsync(Way way, Socket from, Socket to, CancellationToken end)
    {
        byte[] block = new byte[BlockSize];
        var random = new Random(plan.Seed + (int)way);
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(block, end)) > 0)
            {
                for (int at = 0; at < count && !_isCut;)
                {
                    int piece = plan.PieceMax == 0 ? count - at : Math.Min(count - at, 1 + random.Next(plan.PieceMax));
                    if (plan.Delay > TimeSpan.Zero)
                    {
                        await Task.Delay(plan.Delay, end);
                    }

                    await proxy.PassAsync(end);
                    at += await DeliverAsync(way, to, block.AsMemory(at, piece), end);
                    CutIfDue();
                }
            }

            await proxy.PassAsync(end);
            End(CutKind.End, way == Way.ToDaemon ? CutEnds.Daemon : CutEnds.Client, cut: false);
        }
        catch (SocketException)
        {
            // One end broke it, or we did: then so does the other, unless a cut has kept it from hearing of anything.
            End(CutKind.Reset, CutEnds.Both, cut: false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The test is over, or the socket was reset by a cut.
            return;
        }
    }

    /// <summary>Delivers at most what may still go before the cut.</summary>
    private async ValueTask<int> DeliverAsync(Way way, Socket to, ReadOnlyMemory<byte> piece, CancellationToken end)
    {
        int allowed;
        lock (_gate)
        {
            long left = _cut is { } cut && cut.Way == way ? cut.After - _delivered[(int)way] : long.MaxValue;
            allowed = _isCut ? 0 : (int)Math.Clamp(left, 0, piece.Length);
        }

        for (int sent = 0; sent < allowed;)
        {
            sent += await to.SendAsync(piece[sent..allowed], end);
        }

        lock (_gate)
        {
            _delivered[(int)way] += allowed;
        }

        proxy.Count(way, allowed);
        return allowed;
    }

    private void CutIfDue()
    {
        Cut? due;
        lock (_gate)
        {
            due = _cut is { } cut && !_isCut && _delivered[(int)cut.Way] >= cut.After ? cut : null;
            _isCut |= due is not null;
        }

        if (due is not null)
        {
            proxy.CountCut();
            End(due.Kind, due.Ends, cut: true);
        }
    }

    private void End(CutKind kind, CutEnds ends, bool cut)
    {
        lock (_gate)
        {
            if (_isCut && !cut)
            {
                return;
            }

            ends &= ~_ended;
            _ended |= ends;
        }

        if (ends.HasFlag(CutEnds.Client))
        {
            End(client, kind);
        }

        if (ends.HasFlag(CutEnds.Daemon))
        {
            End(daemon, kind);
        }
    }

    private static void End(Socket socket, CutKind kind)
    {
        try
        {
            if (kind == CutKind.Reset)
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
            }
            else
            {
                // What still comes from there is read and thrown away: closing with it unread would be a reset.
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
            return;
        }
    }
}
