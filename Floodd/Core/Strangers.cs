// Data connections that have not said who they are: how many there may be and how long they may keep silent. It believes nobody.
using System.Net;
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Strangers(SiteCore core)
{
    private static readonly TimeSpan GreetingLimit = TimeSpan.FromSeconds(5);

    /// <summary>Who means to link greets at once: whoever says nothing for so long makes room when others wait for it.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(1);

    private readonly SiteState _state = core.State;
    private readonly Newcomers _newcomers = new();

    /// <summary>Ends those that say nothing.</summary>
    public void EndSilent()
    {
        foreach (Link link in _state.Links.Values.Where(l => IsStranger(l) && _state.Now - l.OpenedAt >= GreetingLimit).ToList())
        {
            core.Links.Break(link, "no greeting within 5 s");
        }
    }

    /// <summary>Whether there is no room for one more: there is a bound for all, one for each address from elsewhere, and one for each second.</summary>
    public bool IsOneTooMany(Link link)
    {
        List<Link> strangers = [.. _state.Links.Values.Where(l => l != link && l.Dialed is null && IsStranger(l))];
        bool isFromElsewhere = !IPAddress.IsLoopback(link.Remote);
        if (isFromElsewhere && (_newcomers.Come(link.Remote, _state.Now) > _state.Local.Access.SessionsPerSecondMax
            || (strangers.Count(s => Newcomers.AreTogether(s.Remote, link.Remote)) >= Math.Max(1, _state.Local.Access.UnknownLinkMax / 4) && !IsKnown(link.Remote))))
        {
            return true;
        }

        if (strangers.Count < _state.Local.Access.UnknownLinkMax)
        {
            return false;
        }

        // Who comes from where a site is displaces one who does not, or any: of many at one door each has the same chance.
        List<Link> others = strangers.FindAll(s => _state.Now - s.OpenedAt > Courtesy);
        if (others.Count == 0 && IsKnown(link.Remote))
        {
            others = strangers.FindAll(s => !IsKnown(s.Remote));
            others = others.Count > 0 ? others : strangers;
        }

        if (others.Count > 0)
        {
            core.Links.Break(others[_state.Chance.Next(others.Count)], "no greeting, and others wait");
            return false;
        }

        return true;
    }

    private bool IsKnown(IPAddress address) => _state.Sites.Values.Any(s => s.HasAddress(address));

    private static bool IsStranger(Link link) => !link.Up && !link.Closing && link.PendingHello is null && link.Site is null;
}
