// The life of a link: greeting, belief in the name, end. What travels on it is for others.
using Floodd.Client.Protocol;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Links(SiteCore core)
{
    private static readonly TimeSpan AliveLimit = TimeSpan.FromSeconds(2);

    private readonly SiteState _state = core.State;
    private readonly Strangers _strangers = new(core);

    /// <summary>What shows that links live.</summary>
    public Heartbeat Heartbeat { get; } = new(core);

    public void Opened(Event.LinkOpened e)
    {
        var link = new Link(e.Id, e.Dialed, e.Remote, _state.Now);
        _state.Links.Add(e.Id.Value, link);
        _state.Counters.LinksOpened++;
        if (_state.Stopping || _state.Links.Count > _state.Local.Access.LinkMax || (e.Dialed is null && _strangers.IsOneTooMany(link)))
        {
            Refuse(link, GoodbyeReason.Refused, "too many links");
            return;
        }

        core.Probing.Opened(link);
        new Hello(WireLimits.Version, WireLimits.OldestVersion, link.Probe is null ? 0 : Hello.ProbeOnly, _state.Self, _state.Life).Write(link.Out);
    }

    /// <summary>A site could not be reached.</summary>
    public void DialFailed(Event.DialFailed failed)
    {
        _state.Counters.DialsFailed++;
        _state.Note(NoteKind.DialFailed, $"{failed.Site} cannot be reached: {failed.Reason}");
        if (!core.Probing.DialFailed(_state.SiteOf(failed.Site)))
        {
            core.Neighbors.DialLost(_state.SiteOf(failed.Site));
        }
    }

    /// <summary>The connection is gone.</summary>
    public void Closed(Link link, string reason) => End(link, reason);

    public void Greeted(Link link, Hello hello)
    {
        if (link.Site is not null || link.PendingHello is not null)
        {
            Break(link, "greeted twice");
        }
        else if (!hello.IsUnderstood)
        {
            Refuse(link, GoodbyeReason.Version, $"versions {hello.OldestVersion} to {hello.Version} are not spoken here");
        }
        else if (hello.Site == _state.Self)
        {
            RefuseOwnName(link, hello);
        }
        else if (link.Dialed is { } dialed && dialed != hello.Site)
        {
            Refuse(link, GoodbyeReason.Refused, $"{hello.Site} answered where {dialed} was expected");
        }
        else if (!core.Admission.MayLink(hello.Site, link.Remote, link.Dialed is not null))
        {
            core.Admission.Unknown(hello.Site);
            Refuse(link, GoodbyeReason.Refused, $"{hello.Site} at {link.Remote} is not a site that may link here");
        }
        else if (link.Probe is not null || hello.IsProbe)
        {
            core.Probing.Greeted(link, hello);
        }
        else if (_state.SiteOf(hello.Site).Link is { } other)
        {
            ResolveTwo(link, hello, other);
        }
        else
        {
            Raise(link, hello);
        }
    }

    /// <summary>The other end of a link lives: nobody else may have its name.</summary>
    public void Lives(Link link)
    {
        foreach (Link pending in _state.Links.Values.Where(l => l.PendingHello is not null && l.PendingHello.Site == link.Site?.Name).ToList())
        {
            _state.Counters.NamesInUse++;
            _state.Note(NoteKind.NameInUse, $"{pending.Remote} claims the name {link.Site?.Name}, whose holder at {link.Remote} lives");
            Refuse(pending, GoodbyeReason.NameInUse, "another living site has that name");
        }
    }

    /// <summary>The other end says why it closes.</summary>
    public void Dismissed(Link link, GoodbyeReason reason, string text)
    {
        if (reason == GoodbyeReason.NameInUse && (link.Dialed ?? link.Site?.Name) is { } sayer)
        {
            // Of a stranger, who has dialed us and not said who it is, this is no alarm.
            _state.Counters.NamesInUse++;
            _state.Note(NoteKind.NameInUse, $"{sayer} says that another living site has the name {_state.Self}");
        }

        Close(link, $"{reason}: {Printable.Text(text)}");
    }

    /// <summary>Closes a link whose other end did what it must not.</summary>
    public void Break(Link link, string fault)
    {
        _state.Counters.LinksBroken++;
        _state.Note(NoteKind.LinkBroken, $"{link}: {fault}");
        SmallFrames.WriteGoodbye(link.Out, GoodbyeReason.Broken, fault);
        Close(link, fault);
    }

    /// <summary>Each second: ends connections whose other ends do not say who they are, or nothing at all.</summary>
    public void Beat()
    {
        _strangers.EndSilent();
        Heartbeat.Beat();
    }

    /// <summary>Says goodbye and closes.</summary>
    public void Dismiss(Link link, GoodbyeReason reason, string text)
    {
        SmallFrames.WriteGoodbye(link.Out, reason, text);
        Close(link, text);
    }

    /// <summary>Closes a link; what was written on it goes out first, and nothing more is said.</summary>
    public void Close(Link link, string reason)
    {
        if (link.Closing)
        {
            return;
        }

        // The last words go out at once: after this the link is no longer in any list.
        core.Output.SendControl(link);
        _state.Do(new Effect.Close(link.Id));
        End(link, reason);
    }

    private void RefuseOwnName(Link link, Hello hello)
    {
        if (hello.Incarnation != _state.Life)
        {
            _state.Counters.NamesInUse++;
            _state.Note(NoteKind.NameInUse, $"{link.Remote} claims this site's name, {_state.Self}");
        }

        Refuse(link, GoodbyeReason.NameInUse, "that is this site's own name");
    }

    // Both may have dialed at once: both ends keep the one that the first name dialed; of two dialed by one side, the newer.
    // A new life while the old one's link seems up: whoever answers now is the site, as a dead host cannot close its connections.
    private void ResolveTwo(Link link, Hello hello, Link other)
    {
        if (other.Incarnation == hello.Incarnation)
        {
            SiteName first = _state.Self.CompareTo(hello.Site) < 0 ? _state.Self : hello.Site;
            bool newIsFirsts = (link.Dialed is null ? hello.Site : _state.Self) == first;
            bool oldIsFirsts = (other.Dialed is null ? hello.Site : _state.Self) == first;
            if (oldIsFirsts && !newIsFirsts)
            {
                Refuse(link, GoodbyeReason.Unwanted, "there is a link already", isFault: false);
                return;
            }

            Dismiss(other, GoodbyeReason.Unwanted, "there is a newer link");
            Raise(link, hello);
            return;
        }

        link.PendingHello = hello;
        _state.Do(new Effect.PauseReading(link.Id));
        Heartbeat.Ping(other);
        _state.After(AliveLimit, () =>
        {
            if (link.PendingHello is not null && !link.Closing)
            {
                link.PendingHello = null;
                _state.Do(new Effect.ResumeReading(link.Id));
                if (_state.SiteOf(hello.Site).Link is { } old)
                {
                    Close(old, "a new life of the site has come");
                }

                Raise(link, hello);
                Frames.Read(core, link, default);
            }
        });
    }

    private void Raise(Link link, Hello hello)
    {
        Site site = _state.SiteOf(hello.Site);
        link.Site = site;
        link.Incarnation = hello.Incarnation;
        link.Place = LinkSet.FreePlace(_state.Links.Values);
        link.Up = true;
        link.IdleSince = _state.Now;
        site.Link = link;
        site.Dialing = false;
        site.DialFailures = 0;
        _state.Note(NoteKind.LinkUp, $"link to {site.Name} ({link.Remote}) is up");
        Heartbeat.Ping(link);
        core.Membership.LinkUp(link);
        core.Neighbors.LinkUp(link);
    }

    private void Refuse(Link link, GoodbyeReason reason, string text, bool isFault = true)
    {
        if (isFault)
        {
            _state.Counters.LinksRefused++;
            _state.Note(NoteKind.LinkRefused, $"{link.Remote}: {text}");
        }

        Dismiss(link, reason, text);
    }

    private void End(Link link, string reason)
    {
        link.Closing = true;
        link.PendingHello = null;
        _state.Links.Remove(link.Id.Value);
        if (!link.Up)
        {
            if (link.Probe is null && link.Dialed is { } dialed)
            {
                core.Neighbors.DialLost(_state.SiteOf(dialed));
            }

            return;
        }

        link.Up = false;
        link.Site!.Link = null;
        _state.Note(NoteKind.LinkDown, $"link to {link.Site.Name} is down: {reason}");
        core.Membership.LinkDown(link);
        core.Neighbors.LinkDown(link);
    }
}
