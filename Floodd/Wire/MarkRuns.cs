// The marks of one stream, of many members, in few bytes: mostly all of them have come equally far.
namespace Floodd.Wire;

/// <summary>
/// Writes marks as runs of members with numbers in a row and equal marks:
/// <code>
/// run  = length:n step:n what:n [exported:n behind:n]    (length at least 1)
/// </code>
/// <c>step</c>: from the number behind the run before, at first 0, to that of the run's first member; 2 d for d forward, 2 d - 1 for d
/// back. <c>what</c>: 0 for the mark of the run before, 1 for the one that follows, 2 for the same with <c>start</c>. <c>behind</c>: so many
/// of those exported are not yet released.
/// </summary>
/// <param name="writer">Where they go.</param>
public struct MarkRunWriter(FieldWriter writer)
{
    private int _first, _length, _next;
    private DeliveryMark _mark;
    private DeliveryMark? _before;

    /// <summary>One more mark.</summary>
    /// <param name="number">The member's number.</param>
    /// <param name="mark">The mark.</param>
    public void Add(int number, in DeliveryMark mark)
    {
        if (_length == 0 || number != _first + _length || mark != _mark)
        {
            WriteRun();
            (_first, _mark) = (number, mark);
        }

        _length++;
    }

    /// <summary>Those were all.</summary>
    public void End()
    {
        WriteRun();
        writer.Number(0UL);
    }

    private void WriteRun()
    {
        if (_length == 0)
        {
            return;
        }

        int step = _first - _next;
        writer.Number((long)_length);
        writer.Number(step < 0 ? (2L * -step) - 1 : 2L * step);
        if (_mark == _before)
        {
            writer.Number(0UL);
        }
        else
        {
            writer.Number(_mark.Start ? 2UL : 1UL);
            writer.Number(_mark.Exported);
            writer.Number(_mark.Exported - _mark.Released);
        }

        (_next, _length, _before) = (_first + _length, 0, _mark);
    }
}

/// <summary>Reads them.</summary>
/// <param name="named">How many members have numbers: no number is as high, and no entry has more marks.</param>
public struct MarkRunReader(int named)
{
    private readonly int _named = named;
    private int _left = named;
    private bool _any;

    /// <summary>The number of the run's first member.</summary>
    public int First { get; private set; }

    /// <summary>How many members it is of.</summary>
    public int Length { get; private set; }

    /// <summary>How far each of them has come.</summary>
    public DeliveryMark Mark { get; private set; }

    /// <summary>Reads the next run; the reader tells whether that failed.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Read(ref FieldReader reader)
    {
        long next = First + Length, length = reader.Number(_left);
        if (length == 0)
        {
            return false;
        }

        long step = reader.Number(2L * WireLimits.NamesPerLinkMax);
        long first = next + (step % 2 == 0 ? step / 2 : -((step + 1) / 2));
        long what = reader.Number(2);
        if (what != 0)
        {
            long exported = reader.Number(WireLimits.NumberMax);
            long behind = reader.Number(exported);
            Mark = new DeliveryMark(exported, exported - behind, what == 2);
        }

        if (first < 0 || first + length > _named || (what == 0 && !_any))
        {
            reader.Refuse();
        }

        (First, Length, _left, _any) = ((int)first, (int)length, _left - (int)length, true);
        return !reader.Failed;
    }
}
