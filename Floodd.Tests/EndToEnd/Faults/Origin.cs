// A client that floods at one site through whatever befalls it: connects again and goes on. Notes what it was told, never guesses.
using System.Net.Sockets;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>Floods at a steady pace until it is told to end.</summary>
internal sealed class Origin : IDisposable
{
    // Longer than the longest fault that stops a daemon without ending its connections.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;
    private readonly TestSite _site;
    private readonly int _index;
    private readonly FaultLedger _ledger;
    private readonly TimeSpan _pace;
    private readonly int _size;
    private Exception? _fault;

    public Origin(TestSite site, int index, FaultLedger ledger, TimeSpan pace, int size)
    {
        (_site, _index, _ledger, _pace, _size) = (site, index, ledger, pace, size);
        _thread = new Thread(Work) { IsBackground = true, Name = $"origin-{site.Name}" };
        _thread.Start();
    }

    /// <summary>Waits for the last reply.</summary>
    public void Finish()
    {
        _end.Set();
        Assert.That(_thread.Join(Patience), Is.True, $"the client at {_site.Name} does not end");
        if (_fault is not null)
        {
            throw new AssertionException($"the client at {_site.Name}: {_fault}");
        }
    }

    public void Dispose()
    {
        _end.Set();
        if (_thread.Join(Eventually.Patience))
        {
            _end.Dispose();
        }
    }

    private void Work()
    {
        try
        {
            while (!_end.IsSet)
            {
                FloodInOneLife();
                _end.Wait(Again);
            }
        }
        catch (Exception e)
        {
            _fault = e;
        }
    }

    // Until the connection ends. What the daemon of an earlier life said cannot be taken for a later one's: it is dead before the life counts up.
    private void FloodInOneLife()
    {
        int life = _site.Life;
        try
        {
            using ClientSession session = _site.Open(Patience);
            while (life == _site.Life && !_end.IsSet)
            {
                FloodOne(session, life);
                _end.Wait(_pace);
            }
        }
        catch (Exception e) when (e is SocketException or AssertionException)
        {
            // Refused, reset or ended: what had no reply stays unknown.
        }
    }

    private void FloodOne(ClientSession session, int life)
    {
        Flood flood = _ledger.Begin(_index, life);
        session.SendFlood("g", _ledger.Bytes(flood.Number, _size));
        Reply reply = session.ReadReply();
        if (reply.Code == 250)
        {
            flood.Accept(reply.Id);
        }
        else
        {
            flood.Refuse();
        }
    }
}
