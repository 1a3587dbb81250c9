// What each request of the client port means, and the reply to it. Listings are written by Listings.
using System.Globalization;
using System.Net;
using System.Text;
using Floodd.Client.Protocol;
using Floodd.Config;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Answers(SiteCore core)
{
    private readonly SiteState _state = core.State;
    private readonly Listings _listings = new(core);
    private readonly ExportAnswers _exports = new(core);

    public void Answer(Session session, ReadOnlySpan<byte> line)
    {
        RequestLine request = RequestLine.Parse(line);
        if (request.IsEmpty)
        {
            return;
        }

        core.Limits.Count(session, request.Verb);
        if (request.LooksLikeHttp)
        {
            _state.Counters.HttpAttempts++;
            _state.Note(NoteKind.SessionRefused, $"{session.Remote} speaks HTTP to the client port");
            core.Desk.Dismiss(session, ReplyCode.Unreadable, "this is not a web server");
        }
        else if (request.Fault == RequestFault.Unknown)
        {
            core.Desk.Refuse(session, ReplyCode.UnknownCommand, CommandTable.UnknownText(request.Word));
        }
        else if (request.Fault == RequestFault.Arguments)
        {
            RefuseArguments(session, request);
        }
        else
        {
            Answer(session, request);
            if (request is { Verb: Verb.Flood, Size: >= 0, Key.IsEmpty: true } && session.Upload is { Refusal: 0, Group: { } group })
            {
                session.FloodPrefix.Learn(line, group, _state.Configuration);
            }
        }
    }

    private void RefuseArguments(Session session, RequestLine request)
    {
        string text = CommandTable.ArgumentsText(request.Verb);
        if (request.Verb == Verb.Flood && request.Size >= 0)
        {
            // Only the KEY is wrong: the bytes come all the same, and are not to be read as commands.
            core.Uploads.Begin(session, null, request.Size, null, ReplyCode.WrongArguments, text);
        }
        else
        {
            core.Desk.Refuse(session, ReplyCode.WrongArguments, text);
        }
    }

    private void Answer(Session session, RequestLine request)
    {
        switch (request.Verb)
        {
            case Verb.Help:
                Help(session, request.Argument);
                break;
            case Verb.Groups:
                List(session, ReplyCode.Groups, $"{_state.Groups.Count} groups", _listings.Groups());
                break;
            case Verb.Stats:
                List(session, ReplyCode.Stats, "statistics", _listings.Statistics());
                break;
            case Verb.Ping:
                core.Desk.Reply(session, ReplyCode.Done, "pong");
                break;
            case Verb.Quit:
                core.Desk.Dismiss(session, ReplyCode.Goodbye, "goodbye");
                break;
            case Verb.Shutdown:
                Shutdown(session);
                break;
            case Verb.Where or Verb.Wait:
                WhereOrWait(session, request);
                break;
            case Verb.Flood:
                Flood(session, request);
                break;
            default:
                if (GroupOf(request.Group, out int code, out string text) is { } group)
                {
                    AnswerOf(session, group, request);
                }
                else
                {
                    core.Desk.Refuse(session, code, text);
                }

                break;
        }
    }

    private void AnswerOf(Session session, Group group, RequestLine request)
    {
        switch (request.Verb)
        {
            case Verb.Members:
                List(session, ReplyCode.Members, $"members of {group.Name}", _listings.Members(group));
                break;
            case Verb.Topology:
                List(session, ReplyCode.Topology, $"topology of {group.Name}", request.Dot ? _listings.Graph(group) : _listings.Topology(group));
                break;
            case Verb.Why:
                core.Explanations.Begin(session, group, Named(request.Argument), Named(request.Second));
                break;
            case Verb.Estimates:
                List(session, ReplyCode.Estimates, $"estimates of {group.Name}", _listings.Estimates(group));
                break;
            case Verb.Exports:
                List(session, ReplyCode.Exports, $"exports of {group.Name}", _exports.Lines(group));
                break;
            case Verb.Retry or Verb.Skip:
                _exports.Steer(session, group, request);
                break;
            case Verb.Nearest:
                List(session, ReplyCode.Nearest, "nearest", _listings.Nearest(group, session));
                break;
            case Verb.Configuration:
                List(session, ReplyCode.Configuration, $"configuration of {group.Name}", _listings.Configuration(group));
                break;
            case Verb.Replan:
                Replan(session, group);
                break;
            case Verb.Subscribe when !core.Limits.MaySubscribe(session, request.Argument):
                core.Desk.Refuse(session, ReplyCode.StoreFull, "too many subscriptions, or too many places in them, try again later");
                break;
            case Verb.Subscribe:
                if (core.Subscribers.Begin(session, group, request.Argument) is { } position)
                {
                    core.Desk.Reply(session, ReplyCode.Done, $"subscribed to {group.Name} at {position}");
                }
                else
                {
                    core.Desk.Refuse(session, ReplyCode.WrongArguments, CommandTable.ArgumentsText(Verb.Subscribe));
                }

                break;
            default:
                throw new InvariantException($"no answer to {request.Verb}");
        }
    }

    private static SiteName Named(ReadOnlySpan<byte> word) => new(Printable.Text(word));

    private void Flood(Session session, RequestLine request)
    {
        int code = 0;
        string text = "";
        Group? group = _last is not null && request.Group.SequenceEqual(_last.NameBytes) ? _last : GroupOf(request.Group, out code, out text);
        _last = group ?? _last;
        if (group is not null && !core.Uploads.MayFlood(session.Remote, session.FromThisHost))
        {
            (code, text) = (ReplyCode.NotAllowed, $"flooding is not allowed from {session.Remote}");
        }

        if (request.Size >= 0)
        {
            core.Uploads.Begin(session, group, request.Size, request.Key.IsEmpty ? null : FloodKey.Of(request.Key), code, text);
        }
        else if (code != 0)
        {
            core.Desk.Refuse(session, code, text);
        }
        else
        {
            core.Desk.Reply(session, ReplyCode.GoOn, "end with a line holding a single .");
            core.Uploads.Begin(session, group, -1, null, 0, "");
        }
    }

    // Floods of one client mostly go to one group: it is not looked up for each.
    private Group? _last;

    private Group? GroupOf(ReadOnlySpan<byte> name, out int code, out string text)
    {
        (code, text) = (0, "");
        if (name.IsEmpty)
        {
            if (_state.Groups.Count == 1)
            {
                return _state.Groups.Values.First();
            }

            code = ReplyCode.WrongArguments;
            text = _state.Groups.Count == 0 ? "this site is in no group" : $"which group? {string.Join(' ', _state.Groups.Keys)}";
            return null;
        }

        if (_state.Groups.TryGetValue(new GroupName(Encoding.UTF8.GetString(name)), out Group? group))
        {
            return group;
        }

        code = ReplyCode.NoSuch;
        text = $"no group {Printable.Text(name)} here; there is: {string.Join(' ', _state.Groups.Keys)}";
        return null;
    }

    private void Help(Session session, ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty)
        {
            List(session, ReplyCode.Help, "help", CommandTable.Commands.Select(c => c.HelpLine));
        }
        else if (CommandTable.Find(word) is not Verb.Unknown and Verb verb)
        {
            List(session, ReplyCode.Help, "help", [CommandTable.Of(verb).HelpLine]);
        }
        else
        {
            core.Desk.Refuse(session, ReplyCode.UnknownCommand, CommandTable.UnknownText(word));
        }
    }

    private void WhereOrWait(Session session, RequestLine request)
    {
        if (!UpdateId.TryParse(Encoding.UTF8.GetString(request.Argument), out UpdateId id))
        {
            core.Desk.Refuse(session, ReplyCode.WrongArguments, CommandTable.ArgumentsText(request.Verb));
            return;
        }

        foreach (Group group in _state.Groups.Values)
        {
            if (group.Find(id.Stream) is { } stream && (stream.Received.Contains(id.Sequence) || stream.Marks.All.Any(m => m.Mark.Exported >= id.Sequence)))
            {
                if (request.Verb == Verb.Where)
                {
                    List(session, ReplyCode.Delivery, $"delivery of {id}", _listings.Delivery(group, stream, id));
                    return;
                }

                double seconds = double.IsNaN(request.Seconds) ? RequestLine.WaitSecondsDefault : Math.Min(request.Seconds, RequestLine.WaitSecondsMax);
                int count = request.Count < 0 ? group.Members.Count : request.Count;
                core.Waits.Begin(new PendingWait(session, group, stream, id, count), TimeSpan.FromSeconds(seconds));
                return;
            }
        }

        core.Desk.Refuse(session, ReplyCode.NoSuch, $"no update {id} is known here");
    }

    private void Replan(Session session, Group group)
    {
        if (!core.Uploads.MayFlood(session.Remote, session.FromThisHost))
        {
            core.Desk.Refuse(session, ReplyCode.NotAllowed, $"replan is not allowed from {session.Remote}");
            return;
        }

        core.Mastership.Replan(group);
        core.Desk.Reply(session, ReplyCode.Done, string.Create(CultureInfo.InvariantCulture, $"{core.Mastership.MasterOf(group)} is asked for a new topology of {group.Name}; edition {group.Topology?.Edition ?? 0} is in force"));
    }

    private void Shutdown(Session session)
    {
        AccessDefinition access = _state.Local.Access;
        if (!IPAddress.IsLoopback(session.Remote) && !Admission.Matches(access.AllowShutdown, session.Remote))
        {
            core.Desk.Refuse(session, ReplyCode.NotAllowed, $"shutdown is not allowed from {session.Remote}");
            return;
        }

        core.Desk.Dismiss(session, ReplyCode.Done, "the daemon ends");
        core.Stopping.Begin($"shutdown command from {session.Remote}");
    }

    private void List(Session session, int code, string text, IEnumerable<string> lines)
    {
        var writer = new DotWriter(session.Out);
        writer.Begin(code, text);
        foreach (string line in lines)
        {
            writer.Write(line);
        }

        writer.End();
        core.Desk.HasOutput(session);
    }
}
