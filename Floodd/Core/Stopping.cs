// The end of a daemon's life: nothing new is taken in, the neighbors get what they are owed for a while, then all closes.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Stopping(SiteCore core)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly SiteState _state = core.State;
    private Instant _deadline;
    private bool _ended;

    public void Begin(string reason)
    {
        if (_state.Stopping)
        {
            return;
        }

        _state.Stopping = true;
        _deadline = _state.Now + Limit;
        _state.Note(NoteKind.Stopping, $"ending: {reason}");
        core.Desk.EndAll();
        core.Delivery.Hurry();
        core.Flooding.Sparing.EndWaits();
        _state.AskForTurn(_deadline);
    }

    /// <summary>At the end of a turn: ends if nothing is owed any more, or the time is over.</summary>
    public void Flush()
    {
        if (!_state.Stopping || _ended || (_state.Now < _deadline && (Owes() || core.Exports.Running || core.Spooling is { IsWaiting: true })))
        {
            return;
        }

        End();
    }

    /// <summary>Ends without waiting for anything.</summary>
    public void EndNow()
    {
        _state.Stopping = true;
        if (!_ended)
        {
            End();
        }
    }

    private void End()
    {
        // The last run may have ended while our word of the one before was still fresh: it is told now or never, and then repeated after the start.
        core.Delivery.Hurry();
        core.Delivery.Flush();
        _ended = true;
        foreach (Link link in _state.Links.Values.ToList())
        {
            core.Links.Dismiss(link, GoodbyeReason.Stopping, "the daemon ends");
        }

        _state.Do(Effect.Stop.Instance);
    }

    private bool Owes() => core.Desk.Sessions.Any(s => s.Rest is not null) || _state.Links.Values.Any(l => l.Up && (l.InFlight > 0 || l.Groups.Values.Any(g => g.Active && !g.Closed && g.HasLine)));
}
