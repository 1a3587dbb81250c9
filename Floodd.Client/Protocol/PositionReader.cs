// Reads a subscriber's POSITION. Says what stands there; what is still held is for the store to say.
using System.Text;

namespace Floodd.Client.Protocol;

/// <summary>The kinds of position.</summary>
internal enum PositionKind
{
    /// <summary>None: 501.</summary>
    Wrong,

    /// <summary><c>start</c>: everything still held.</summary>
    Start,

    /// <summary><c>now</c>, or nothing: what comes from here on.</summary>
    Now,

    /// <summary>Per stream, what was seen last; streams not named, from what is held.</summary>
    Listed,
}

/// <summary>A position and, if listed, its streams one after another. Every entry has been checked when the kind is known.</summary>
internal ref struct PositionReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>POSITION = "start" | "now" | ID *("," ID)</summary>
    /// <param name="text">The words behind <c>from</c>; empty means now.</param>
    public PositionReader(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || Ascii.EqualsIgnoreCase(text, "now"u8))
        {
            Kind = PositionKind.Now;
        }
        else if (Ascii.EqualsIgnoreCase(text, "start"u8))
        {
            Kind = PositionKind.Start;
        }
        else
        {
            _rest = text;
            Kind = PositionKind.Listed;
            while (Kind == PositionKind.Listed && !_rest.IsEmpty)
            {
                if (!Next(out _, out _, out _))
                {
                    Kind = PositionKind.Wrong;
                }
            }

            // A comma at the end leaves nothing to read but is wrong all the same.
            Kind = text[^1] == ',' ? PositionKind.Wrong : Kind;
            _rest = Kind == PositionKind.Listed ? text : default;
        }
    }

    /// <summary>What kind of position it is.</summary>
    public PositionKind Kind { get; }

    /// <summary>The next stream; false after the last.</summary>
    /// <param name="origin">The stream's origin, lent from the text.</param>
    /// <param name="incarnation">The stream's incarnation.</param>
    /// <param name="sequence">The last update seen: those with a larger sequence are wanted; 0 for none.</param>
    public bool Next(out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence)
    {
        int comma = _rest.IndexOf((byte)',');
        ReadOnlySpan<byte> entry = comma < 0 ? _rest : _rest[..comma];
        _rest = comma < 0 ? default : _rest[(comma + 1)..];
        return UpdateIdText.TryRead(entry, out origin, out incarnation, out sequence);
    }
}
