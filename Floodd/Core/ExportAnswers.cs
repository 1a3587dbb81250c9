// What the client port says of a group's export and of the updates set aside, and who may retry or skip those. Decides nothing about a run.
using System.Globalization;
using System.Text;
using Floodd.Client.Protocol;
using Floodd.Model;

namespace Floodd.Core;

internal sealed class ExportAnswers(SiteCore core)
{
    private readonly SiteState _state = core.State;

    /// <summary>The lines of <c>exports</c>.</summary>
    public IEnumerable<string> Lines(Group group)
    {
        ExportLine line = core.Exports.LineOf(group);
        List<SetAsideUpdate> aside = _state.Aside.Of(group);
        string again = line.PausedUntil > _state.Now ? Line($" (:again-in {(line.PausedUntil - _state.Now).TotalSeconds:F1})") : "";
        string most = line.HasMore && line.Suspects.CountMax < int.MaxValue ? Line($" (:at-most {line.Suspects.CountMax})") : "";
        string last = line.LastEnd is { } end ? $" (:last-end {Listings.Quoted(end)})" : "";
        yield return Line(
            $"(:export (:group-name {group.Name}) (:state {StateOf(group, line)}) (:waiting {group.Streams.Sum(s => s.WaitingCount)}) (:waiting-bytes {group.Streams.Sum(s => s.WaitingBytes)}) (:runs {line.Runs}) (:retries {line.Retries}) (:set-aside {aside.Count}) (:set-aside-bytes {aside.Sum(u => u.Records.Charge)}){again}{most}{last})");
        foreach (SetAsideUpdate update in aside)
        {
            yield return Line(
                $"(:set-aside {update.Id} (:group-name {group.Name}) (:state {(update.Retrying ? "retrying" : "kept")}) (:size {update.PayloadBytes}) (:tries {update.Tries}) (:age {(_state.Now - update.Since).TotalSeconds:F0}) (:reason {Listings.Quoted(update.Why)}))");
        }
    }

    /// <summary><c>retry</c> and <c>skip</c>: for clients on this site's own host, as they change what it does.</summary>
    public void Steer(Session session, Group group, RequestLine request)
    {
        bool all = Ascii.EqualsIgnoreCase(request.Argument, "all"u8);
        UpdateId id = default;
        if (!session.FromThisHost)
        {
            core.Desk.Refuse(session, ReplyCode.NotAllowed, $"{CommandTable.Of(request.Verb).Name} is not allowed from {session.Remote}, only on the site's own host");
        }
        else if (!all && !UpdateId.TryParse(Encoding.UTF8.GetString(request.Argument), out id))
        {
            core.Desk.Refuse(session, ReplyCode.WrongArguments, CommandTable.ArgumentsText(request.Verb));
        }
        else if (_state.Aside.Of(group, all ? null : id) is var updates && !all && updates.Count == 0)
        {
            core.Desk.Refuse(session, ReplyCode.NoSuch, $"no update {id} of {group.Name} is set aside here");
        }
        else if (request.Verb == Verb.Skip)
        {
            Skip(session, group, updates);
        }
        else if (_state.Local.Export.Command is null)
        {
            core.Desk.Refuse(session, ReplyCode.NoSuch, "there is no export-command here");
        }
        else
        {
            core.Exports.Retry(group, updates, all);
            core.Desk.Reply(session, ReplyCode.Done, $"{updates.Count} updates of {group.Name} are exported again");
        }
    }

    private void Skip(Session session, Group group, List<SetAsideUpdate> updates)
    {
        int count = core.Exports.Skip(group, updates);
        if (count > 0)
        {
            _state.Note(NoteKind.SetAsideSettled, $"{count} updates of {group.Name} that were set aside are skipped: {updates[0].Id}{(count > 1 ? " and others" : "")}");
        }

        if (count == 0 && updates.Count > 0)
        {
            core.Desk.Refuse(session, ReplyCode.NotYet, $"{updates[0].Id} is being exported just now");
        }
        else
        {
            core.Desk.Reply(session, ReplyCode.Done, $"{count} updates of {group.Name} are skipped");
        }
    }

    private string StateOf(Group group, ExportLine line) =>
        _state.Local.Export.Command is null ? "none"
        : line.Running is not null ? "running"
        : line.HasMore || line.Errands.Count > 0 || core.Resync.Holds(group) ? "waiting"
        : "idle";

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
