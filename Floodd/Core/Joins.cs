// How many sites that no file names are taken in, and how fast. Whether one may join at all is for Admission to say.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Joins(SiteCore core)
{
    private readonly SiteState _state = core.State;
    private readonly Allowance _allowance = new();
    private readonly HashSet<SiteName> _waiting = [];
    private SiteName _turn;

    /// <summary>Whether a site that nobody knew is not taken in now: too many are known, or more come to us in a second than may; those have their turn later.</summary>
    /// <param name="name">The site.</param>
    /// <param name="link">Where it was heard of.</param>
    /// <param name="again">Hears it once more.</param>
    public bool IsPutOff(SiteName name, Link link, Action again)
    {
        if (_state.Sites.Values.Count(s => s.Configured is null && s.Record is not null) >= _state.Local.Access.LearnedSiteMax)
        {
            _state.Counters.SitesNotLearned++;
            _state.Note(NoteKind.LinkRefused, $"{name} is not taken in: {_state.Local.Access.LearnedSiteMax} sites that no file names are known");
            return true;
        }

        int rate = _state.Local.Access.JoinRateMax;
        if (link.Site?.Name != name || _turn == name)
        {
            return false;
        }

        if (_waiting.Contains(name))
        {
            return true;
        }

        TimeSpan delay = _allowance.Spend(_state.Now, 1, rate, rate);
        if (delay <= TimeSpan.Zero)
        {
            return false;
        }

        _state.Counters.JoinsPutOff++;
        _waiting.Add(name);
        _state.After(delay, () => TakeTurn(name, link, again));
        return true;
    }

    // What it costs was spent when it came.
    private void TakeTurn(SiteName name, Link link, Action again)
    {
        _waiting.Remove(name);
        if (link.Up)
        {
            _turn = name;
            again();
            _turn = default;
        }
    }
}
