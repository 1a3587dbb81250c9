// News that every neighbor is to hear once: when it goes out, on which links. What is news and who waits for it is for others.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>
/// News that somebody waits for is gathered for a moment and sent. All else rides along with whatever is sent on a link: each link
/// that is up carries a Ping and a Pong in every heartbeat, so that it costs no write of its own and waits no longer than that.
/// </summary>
/// <param name="state">The site.</param>
/// <param name="write">Writes some news behind one another.</param>
internal sealed class Forwarding<T>(SiteState state, Action<FieldWriter, List<T>> write)
{
    /// <summary>By then what rides along has been told on every link, except where nobody keeps count of what is known.</summary>
    private static readonly TimeSpan RideLimit = Heartbeat.Period * 2;

    private readonly List<Passing<T>> _waiting = [];
    private readonly Dictionary<SiteName, Passing<T>> _lastOf = [];
    private readonly List<T> _chosen = [];
    private Instant _sendAfter;
    private bool _isAwaited, _isTurnAsked;

    /// <summary>The last news of a site that is on its way; null if none.</summary>
    public Passing<T>? LastOf(SiteName origin) => _lastOf.GetValueOrDefault(origin);

    /// <summary>Something more is to be told.</summary>
    /// <param name="origin">Whose news it is.</param>
    /// <param name="news">What.</param>
    /// <param name="from">The link that it came on; null if it is our own.</param>
    /// <param name="isAwaited">Whether it is not to wait until something else is sent.</param>
    public void Add(SiteName origin, T news, Link? from, bool isAwaited)
    {
        var passing = new Passing<T>(origin, news, from, state.Now);
        _waiting.Add(passing);
        _lastOf[origin] = passing;
        _isAwaited |= isAwaited;
    }

    /// <summary>Something is to be told in the place of what the same site said before.</summary>
    public void Replace(SiteName origin, T news, Link? from, bool isAwaited)
    {
        if (LastOf(origin) is { } before)
        {
            _waiting.Remove(before);
        }

        Add(origin, news, from, isAwaited);
    }

    /// <summary>The other end of a link has been told all of a site in another way.</summary>
    public void KnownAt(Link link, SiteName origin)
    {
        foreach (Passing<T> passing in _waiting)
        {
            if (passing.Origin == origin)
            {
                passing.KnownAt(link);
            }
        }
    }

    /// <summary>At the end of a turn: tells what was gathered, if somebody waits for any of it.</summary>
    /// <param name="gathering">For how long what comes next is gathered then.</param>
    public void Flush(TimeSpan gathering)
    {
        if (!_isAwaited)
        {
            SendOverdue();
        }
        else if (state.Now >= _sendAfter)
        {
            _sendAfter = state.Now + gathering;
            _isAwaited = _isTurnAsked = false;
            Send(_waiting.Count);
        }
        else if (!_isTurnAsked)
        {
            _isTurnAsked = true;
            state.AskForTurn(_sendAfter);
        }
    }

    /// <summary>Something is about to be sent on a link: all that its other end does not know goes with it.</summary>
    public void RideAlong(Link link)
    {
        if (_waiting.Count > 0 && link.Place >= 0)
        {
            Write(link, _waiting.Count);
        }
    }

    private void SendOverdue()
    {
        int overdue = 0;
        while (overdue < _waiting.Count && state.Now - _waiting[overdue].Since >= RideLimit)
        {
            overdue++;
        }

        if (overdue > 0)
        {
            Send(overdue);
        }
    }

    // Tells the first few on every link and is done with them.
    private void Send(int count)
    {
        foreach (Link link in state.Links.Values)
        {
            if (link.Up)
            {
                Write(link, count);
            }
        }

        for (int i = 0; i < count; i++)
        {
            if (LastOf(_waiting[i].Origin) == _waiting[i])
            {
                _lastOf.Remove(_waiting[i].Origin);
            }
        }

        _waiting.RemoveRange(0, count);
    }

    private void Write(Link link, int count)
    {
        _chosen.Clear();
        for (int i = 0; i < count; i++)
        {
            if (!_waiting[i].IsKnownAt(link))
            {
                _waiting[i].KnownAt(link);
                _chosen.Add(_waiting[i].News);
            }
        }

        if (_chosen.Count > 0)
        {
            write(link.Out, _chosen);
        }
    }
}
