// The updates in a stream: where whole ones end, which are lost, which repeat another's key. Never takes in or drops a segment.
using Floodd.Model;
using Floodd.Spool;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed partial class SegmentStream
{
    private long _scanned, _whole;
    private long _begun, _begunBytes;
    private bool _begunHasKey;
    private readonly SortedDictionary<long, UpdateId> _sharing = [];

    /// <summary>How many whole updates wait to be handed out here; repeats do not.</summary>
    public long WaitingCount { get; private set; }

    /// <summary>Their payload, in bytes.</summary>
    public long WaitingBytes { get; private set; }

    /// <summary>Updates were handed out, or set aside.</summary>
    /// <param name="through">All up to this segment were.</param>
    /// <param name="count">How many updates that makes since the last time.</param>
    /// <param name="bytes">Their payload, in bytes.</param>
    public void HandedOut(long through, long count, long bytes)
    {
        ExportNext = Math.Max(ExportNext, through + 1);
        WaitingCount -= count;
        WaitingBytes -= bytes;
        Invariant.Check(WaitingCount >= 0 && WaitingBytes >= 0, "what was handed out had been waiting");
    }

    /// <summary>How many of the updates that wait begin up to a segment, and their payload in bytes.</summary>
    public (long Count, long Bytes) WaitingThrough(long through)
    {
        if (through >= _whole)
        {
            return (WaitingCount, WaitingBytes);
        }

        (long count, long bytes) = (0, 0);
        for (long number = ExportNext; number <= through;)
        {
            if (Lost.Contains(number))
            {
                number = Lost.FirstMissing(number);
                continue;
            }

            bool found = TryFind(number, out Slab slab, out int index);
            Invariant.Check(found && slab.First + index == number, "what is still to be exported is held");
            if (!IsRepeat(number, out _))
            {
                count++;
                bytes += SegmentRecord.UpdateLength(slab.Record(index).Span);
            }

            number = LastOf(number) + 1;
        }

        return (count, bytes);
    }

    /// <summary>Whether the update that begins with a segment is one too many under its key: it is not exported here.</summary>
    /// <param name="number">Its first segment.</param>
    /// <param name="first">The update that was whole here first under its key.</param>
    public bool IsRepeat(long number, out UpdateId first)
    {
        first = default;
        return _sharing.Count > 0 && _sharing.TryGetValue(number, out first) && first != new UpdateId(Id, number);
    }

    /// <summary>Whether any two updates came under one key.</summary>
    public bool SharesKeys => _sharing.Count > 0;

    /// <summary>Whether the update that begins with a segment is not the only one that came under its key.</summary>
    public bool SharesKey(long number) => _sharing.Count > 0 && _sharing.ContainsKey(number);

    /// <summary>The length of the update that begins with a segment, in bytes; 0 if that is not held, or none begins there.</summary>
    public long LengthAt(long number) =>
        TryFind(number, out Slab slab, out int index) && slab.First + index == number && SegmentRecord.Begins(slab.Word(index)) ? SegmentRecord.UpdateLength(slab.Bytes(index)) : 0;

    /// <summary>The last segment of the update that <paramref name="number"/> is a segment of, or the first from there on that is not held.</summary>
    public long LastOf(long number)
    {
        while (TryFind(number, out Slab slab, out int index) && slab.First + index == number && !SegmentRecord.Ends(slab.Word(index)))
        {
            number++;
        }

        return number;
    }

    // What is to come of the update that a record is of, from that one on, in bytes of records; 0 if it ends there, or that is not known.
    private long RestOf(long number, ReadOnlySpan<byte> record)
    {
        uint word = SegmentRecord.Word(record);
        if (SegmentRecord.Ends(word))
        {
            return 0;
        }

        long payload = SegmentRecord.Begins(word) ? SegmentRecord.UpdateLength(record)
            : _begun > 0 && number == _scanned + 1 && TryFind(_begun, out Slab slab, out int index) ? SegmentRecord.UpdateLength(slab.Bytes(index)) - _begunBytes
            : 0;
        return payload + (payload / WireLimits.SegmentMax * SegmentRecord.HeadSize) + SegmentRecord.HeadMax(SegmentRecord.HasKey(word)) + SegmentRecord.HeadSize;
    }

    // Follows the watermark through the records, to find where whole updates end and which pieces have lost their rest.
    private void Scan(long limit = long.MaxValue)
    {
        Unsettle();
        long watermark = Math.Min(Received.Watermark, limit);
        while (_scanned < watermark)
        {
            long next = _scanned + 1;
            if (Lost.Contains(next))
            {
                long end = Lost.FirstMissing(next) - 1;
                AbandonBegun(end);
                _scanned = _whole = Math.Min(end, watermark);
                continue;
            }

            if (!TryFind(next, out Slab slab, out int index) || slab.First + index != next)
            {
                // Received in this life and given up before it could be handed out: only a site's own gap, never a neighbor's.
                Lost.Add(next, next);
                Spool?.Say(new SpoolEntry.Lost(Group.Name, Id, next, next));
                continue;
            }

            for (int last = (int)Math.Min(slab.Count - 1, watermark - slab.First); index <= last; index++)
            {
                _scanned = slab.First + index;
                uint word = slab.Word(index);
                if (SegmentRecord.Begins(word))
                {
                    AbandonBegun(_scanned - 1);
                    _begun = _scanned;
                    _begunBytes = 0;
                    _begunHasKey = SegmentRecord.HasKey(word);
                }

                _begunBytes += SegmentRecord.PayloadLength(word);
                if (_begun == 0)
                {
                    Lost.Add(_scanned, _scanned);
                    _whole = _scanned;
                }
                else if (SegmentRecord.Ends(word))
                {
                    _whole = _scanned;
                    if (_begun < _scanned && !(TryFind(_begun, out Slab beginning, out int at) && SegmentRecord.UpdateLength(beginning.Bytes(at)) == _begunBytes))
                    {
                        // Whoever is told another length than what comes would take payload for the next update's line.
                        AbandonBegun(_scanned);
                        continue;
                    }

                    if ((!_begunHasKey || LearnKey(_begun, _begunBytes)) && _begun >= ExportNext)
                    {
                        WaitingCount++;
                        WaitingBytes += _begunBytes;
                        Group.WholeCount++;
                    }

                    _begun = 0;
                }
            }
        }
    }

    // An update that was begun and cannot be completed is lost from its beginning on.
    private void AbandonBegun(long through)
    {
        if (_begun > 0)
        {
            Lost.Add(_begun, through);
            _begun = 0;
        }
    }

    // The one place where keys are learned: an update that has one is whole, so it will be handed out here, or is a repeat.
    private bool LearnKey(long number, long bytes)
    {
        bool found = TryFind(number, out Slab slab, out int index);
        Invariant.Check(found && slab.First + index == number, "what has just become whole is held");
        FloodKey key = SegmentRecord.KeyOf(slab.Record(index).Span);
        if (Group.Keys.Learn(key, new UpdateId(Id, number), bytes))
        {
            return true;
        }

        int tries = 0;
        Group.Keys.TryFind(key, out UpdateId first, out _);
        while (Group.Keys.TryNext(key, ref tries, out UpdateId sharing))
        {
            Group.Find(sharing.Stream)?.Share(sharing.Sequence, first);
        }

        return false;
    }

    // Which one came first is said once for each, as its export goes by that; and forgotten with the update itself.
    private void Share(long number, UpdateId first)
    {
        if (Oldest is { } oldest && number >= oldest.First)
        {
            _sharing.TryAdd(number, first);
        }
    }

    private void ForgetSharing(long through)
    {
        while (_sharing.Count > 0 && _sharing.First().Key is var number && number <= through)
        {
            _sharing.Remove(number);
        }
    }
}
