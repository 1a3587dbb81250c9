// Copies of bytes that were lent for a step and are on their way for longer; never changes one.
namespace Floodd.Tests.Simulation;

/// <summary>Room for copies, many in one array.</summary>
internal sealed class KeptBytes
{
    private byte[] _slab = [];
    private int _slabUsed;

    /// <summary>Copies into a slab that lasts as long as anything in it is on its way.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 16 << 10)
        {
            return bytes.ToArray();
        }

        if (_slab.Length - _slabUsed < bytes.Length)
        {
            _slab = new byte[64 << 10];
            _slabUsed = 0;
        }

        Memory<byte> kept = _slab.AsMemory(_slabUsed, bytes.Length);
        bytes.CopyTo(kept.Span);
        _slabUsed += bytes.Length;
        return kept;
    }
}
