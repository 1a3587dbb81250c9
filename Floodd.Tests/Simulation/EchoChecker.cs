// Checks that no part of an update goes back over the connection on which its sender got it whole; finds parts by the marks in payloads.
using Floodd.Wire;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of links. A mark cut in two by sends or reads is not seen, nor an echo of a frame that others follow closely: it may miss an echo, it never invents one.</summary>
internal sealed class EchoChecker
{
    /// <summary>Whether parts may go back: a receiver whose store is full takes nothing in and gets it again.</summary>
    public bool Allowed { get; set; }

    /// <summary>Bytes that came in on links.</summary>
    public long LinkBytes { get; private set; }

    /// <summary>Parts of updates that came in on links.</summary>
    public long PartsReceived { get; private set; }

    /// <summary>Parts that went back to where they had come from.</summary>
    public long Echoes { get; private set; }

    /// <summary>A site sends bytes over one of its connections.</summary>
    public void Sent(End end, ReadOnlySpan<byte> bytes)
    {
        if (!end.IsLink || end.MarksReceived is null)
        {
            return;
        }

        while (TryFindMark(ref bytes, out ulong key, out _))
        {
            if (end.MarksReceived.TryGetValue(key, out long wholeAt) && (wholeAt <= end.SettledAt || wholeAt + WireLimits.FrameMax <= end.In.Read))
            {
                Echoes++;
                if (!Allowed)
                {
                    throw new ViolationException($"{end.Site!.Name} sent part {key & 0xFFFF} of update {key >> 16} back on {end.Id}, where it had come from");
                }
            }
        }
    }

    /// <summary>A site has read bytes from one of its connections, the position already moved past them.</summary>
    public void Received(End end, ReadOnlySpan<byte> bytes)
    {
        if (!end.IsLink)
        {
            return;
        }

        LinkBytes += bytes.Length;
        ReadOnlySpan<byte> rest = bytes;
        while (TryFindMark(ref rest, out ulong key, out int length))
        {
            long begin = end.In.Read - rest.Length - Payload.MarkLength;
            PartsReceived++;
            (end.MarksReceived ??= [])[key] = begin + Payload.PartLengthOf(key, length);
        }

        // A receiver has a part only with the whole frame that it came in, whose end cannot be seen here. But frames are written whole:
        // when nothing more is on its way, none is cut short.
        if (end.In.Read == end.In.Sent)
        {
            end.SettledAt = end.In.Read;
        }
    }

    private static bool TryFindMark(ref ReadOnlySpan<byte> bytes, out ulong key, out int length)
    {
        (key, length) = (0, 0);
        int found;
        while ((found = bytes.IndexOf(Payload.MagicBytes)) >= 0)
        {
            bytes = bytes[found..];
            if (Payload.TryReadMark(bytes, out key, out length))
            {
                bytes = bytes[Payload.MarkLength..];
                return true;
            }

            bytes = bytes[1..];
        }

        return false;
    }
}
