// Updates on their way in from clients: charged as they arrive, flooded only when whole, slowed when members cannot keep up.
using System.Buffers.Text;
using System.Net;
using System.Text;
using Floodd.Client.Protocol;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed partial class Uploads(SiteCore core)
{
    private const int TwoNumbersMax = 40;
    private const string StoreFull = "the store is full, try again later";
    private const string DiskShort = "the disk of this site is short of room, try again later or at another site";

    private readonly SiteState _state = core.State;

    /// <summary>A flood command was read: its update follows.</summary>
    public void Begin(Session session, Group? group, long size, FloodKey? key, int refusal, string text)
    {
        if (group is not null && refusal == 0 && size > group.Definition.MaxUpdateSize)
        {
            (refusal, text) = (ReplyCode.TooLarge, $"an update of {group.Name} may have {group.Definition.MaxUpdateSize} bytes at most");
        }

        if (refusal == 0 && core.Spooling is { IsShort: true } && group is not null && !(key is { } known && group.Keys.TryFind(known, out _, out _)))
        {
            (refusal, text) = (ReplyCode.StoreFull, DiskShort);
        }

        session.Upload = new Upload(group, size, key, refusal, text, _state.Now);
        if (group is not null && key is { } named)
        {
            group.Keys.Touch(named);
        }

        if (group is not null && refusal == 0 && IsPressed(Math.Max(size, 0)) && !IsRepeat(session.Upload))
        {
            // The command was taken; its bytes wait until the members have caught up.
            session.Pause = SessionPause.Pressure;
            _pressed.Add(session);
        }

        if (size >= 0)
        {
            session.Reader.ExpectSized(size);
        }
        else
        {
            session.Reader.ExpectDotted();
        }
    }

    /// <summary>A flood command like the one before was read, and its update is whole and at hand: straight into the store with it, if nothing stands in the way.</summary>
    /// <returns>Whether it was flooded; if not, the command is to be answered like any other.</returns>
    public bool TakeWhole(Session session, Group group, ReadOnlySpan<byte> data)
    {
        if (data.Length > group.Definition.MaxUpdateSize || core.Spooling is { IsShort: true } || IsPressed(data.Length) || !_state.Store.Admit(ChargeOf(data.Length)))
        {
            return false;
        }

        core.Limits.Count(session, Verb.Flood);
        Originate(session, group, null, data);
        return true;
    }

    public void Add(Session session, ReadOnlySpan<byte> data)
    {
        Upload upload = session.Upload!;
        if (upload.Refusal != 0 || IsRepeat(upload))
        {
            upload.Skip(data.Length);
            return;
        }

        if (upload.Received == 0 && data.Length == upload.Size)
        {
            // Whole and at hand, as small updates are: straight into the store.
            if (_state.Store.Admit(ChargeOf(data.Length, upload.Key)))
            {
                Originate(session, upload.Group!, upload.Key, data);
                upload.Flooded = true;
            }
            else
            {
                upload.Refuse(ReplyCode.StoreFull, StoreFull);
            }

            return;
        }

        if (upload.Received + data.Length > upload.Group!.Definition.MaxUpdateSize)
        {
            Refuse(upload, ReplyCode.TooLarge, $"an update of {upload.Group.Name} may have {upload.Group.Definition.MaxUpdateSize} bytes at most");
            return;
        }

        long charge = upload.ChargeFor(data.Length);
        if (!_state.Store.Admit(charge))
        {
            Refuse(upload, ReplyCode.StoreFull, StoreFull);
            return;
        }

        _state.Store.Charge(charge);
        upload.Charged += charge;
        upload.Add(data, _state.Store.SlabMax);
    }

    public void End(Session session)
    {
        Upload upload = session.Upload!;
        session.Upload = null;
        if (upload.Flooded)
        {
            return;
        }

        if (upload.Refusal != 0)
        {
            _state.Counters.UpdatesRefused++;
            core.Desk.Refuse(session, upload.Refusal, upload.RefusalText);
            return;
        }

        if (IsRepeat(upload))
        {
            UpdateId known = upload.First!.Value;
            if (core.Spooling is { } spooling && upload.Group!.Find(known.Stream) is { } its && !spooling.Hold(session, its, known.Sequence))
            {
                Refuse(session, DiskShort);
                return;
            }

            _state.Counters.UpdatesRepeated++;
            Receipt(session, upload.Group!, Encoding.ASCII.GetBytes($"{known.Stream}/"), known.Sequence, upload.FirstSize);
            return;
        }

        _state.Store.Release(upload.Charged);
        upload.Charged = 0;
        SegmentStream stream = OwnStream(upload.Group!);
        if (core.Spooling is { IsShort: true } || !_state.Store.Admit(ChargeOf(upload.Received, upload.Key)))
        {
            Refuse(session, core.Spooling is { IsShort: true } ? DiskShort : StoreFull);
            return;
        }

        long first = stream.NextNumber;
        if (upload.Received > WireLimits.SegmentMax)
        {
            Charge(stream.Adopt(upload.Records.End(), upload.Received, upload.Key, _state.Now));
        }
        else
        {
            Write(stream, upload.Key, upload.Records.Open);
        }

        Accepted(session, stream, first, upload.Received);
    }

    /// <summary>The session is gone: nothing of its update is ever flooded.</summary>
    public void Drop(Session session)
    {
        if (session.Upload is { } upload)
        {
            _state.Store.Release(upload.Charged);
            session.Upload = null;
        }

        _pressed.Remove(session);
    }

    /// <summary>Whether a client there may flood.</summary>
    public bool MayFlood(IPAddress remote, bool fromThisHost) =>
        fromThisHost || _state.Local.Access.Insecure || Admission.Matches(_state.Local.Access.AllowClients, remote);

    private static long ChargeOf(long size, FloodKey? key = null)
    {
        long segments = Math.Max(1, (size + WireLimits.SegmentMax - 1) / WireLimits.SegmentMax);
        return size + (segments * (SegmentRecord.HeadMax(hasKey: false) + Slab.ChargePerSegment)) + (key is null ? 0 : FloodKey.Size);
    }

    // Whether another update has come first under its key by now: then its bytes are dropped, and its receipt is that one's.
    private bool IsRepeat(Upload upload)
    {
        if (upload is { Key: { } key, First: null, Group: { } group } && group.Keys.TryFind(key, out UpdateId first, out long size))
        {
            _state.Store.Release(upload.Charged);
            upload.Charged = 0;
            upload.Repeat(first, size);
        }

        return upload.First is not null;
    }

    private SegmentStream OwnStream(Group group) => group.Own ??= group.FindOrAdd(group.OwnId);

    private void Originate(Session session, Group group, FloodKey? key, ReadOnlySpan<byte> data)
    {
        SegmentStream stream = OwnStream(group);
        long first = stream.NextNumber;
        if (data.Length > WireLimits.SegmentMax)
        {
            var records = new UploadRecords(key is not null, 0);
            records.Add(data, _state.Store.SlabMax);
            Charge(stream.Adopt(records.End(), data.Length, key, _state.Now));
        }
        else
        {
            Write(stream, key, data);
        }

        Accepted(session, stream, first, data.Length);
    }

    private void Write(SegmentStream stream, FloodKey? key, ReadOnlySpan<byte> payload) =>
        Charge(stream.Originate(payload, key, _state.Now, _state.Store.SlabBounds));

    private void Charge(long charge)
    {
        _state.Store.Charge(charge);
        _owed += charge;
        _owedOwn += charge;
    }

    private void Accepted(Session session, SegmentStream stream, long sequence, long size)
    {
        _state.Counters.UpdatesAccepted++;
        _state.Counters.BytesAccepted += size;
        if (core.Spooling is { } spooling)
        {
            spooling.Hold(session);
        }
        else
        {
            core.Flooding.Grows(stream);
        }

        Receipt(session, stream.Group, stream.IdBytes, sequence, size);
    }

    // 250 ID flooded to GROUP, SIZE bytes
    private void Receipt(Session session, Group group, ReadOnlySpan<byte> stream, long sequence, long size)
    {
        ReadOnlySpan<byte> start = "250 "u8, middle = group.ReceiptMiddle, end = " bytes\n"u8;
        Span<byte> line = session.Out.GetSpan(start.Length + stream.Length + middle.Length + end.Length + TwoNumbersMax);
        start.CopyTo(line);
        int at = start.Length;
        stream.CopyTo(line[at..]);
        at += stream.Length;
        Utf8Formatter.TryFormat(sequence, line[at..], out int digits);
        at += digits;
        middle.CopyTo(line[at..]);
        at += middle.Length;
        Utf8Formatter.TryFormat(size, line[at..], out digits);
        at += digits;
        end.CopyTo(line[at..]);
        session.Out.Advance(at + end.Length);
        core.Desk.HasOutput(session);
    }

    private void Refuse(Session session, string text)
    {
        _state.Counters.UpdatesRefused++;
        core.Desk.Refuse(session, ReplyCode.StoreFull, text);
    }

    private void Refuse(Upload upload, int code, string text)
    {
        _state.Store.Release(upload.Charged);
        upload.Charged = 0;
        upload.Refuse(code, text);
    }
}
