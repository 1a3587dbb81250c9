// Counts the frames that simulated links bring, by their kind. Changes nothing.
using System.Runtime.InteropServices;
using Floodd.Tests.Simulation;
using Floodd.Wire;

namespace Floodd.Tests.Benchmarks;

/// <summary>What came in on links since it was made; a link that was there before begins to count with its next whole frame.</summary>
internal sealed class FrameMeter
{
    private readonly Dictionary<End, List<byte>> _begun = [];
    private readonly long[] _bytes = new long[byte.MaxValue + 1];

    /// <summary>Whole frames.</summary>
    public long Frames { get; private set; }

    /// <summary>Their bytes, heads and all.</summary>
    public long Bytes { get; private set; }

    /// <summary>The bytes of one kind.</summary>
    public long BytesOf(FrameKind kind) => _bytes[(byte)kind];

    /// <summary>An end has read something.</summary>
    public void Add(End end, ReadOnlySpan<byte> read)
    {
        if (!_begun.TryGetValue(end, out List<byte>? begun))
        {
            _begun.Add(end, begun = []);
        }

        begun.AddRange(read);
        ReadOnlySpan<byte> input = CollectionsMarshal.AsSpan(begun);
        int taken = 0;
        while (Frame.Read(input[taken..], out FrameKind kind, out _, out int size, out _) is var status && status != FrameStatus.NeedMore)
        {
            if (status == FrameStatus.Broken)
            {
                // In the middle of a frame that had begun before.
                taken = input.Length;
                break;
            }

            taken += size;
            Frames++;
            Bytes += size;
            _bytes[(byte)kind] += size;
        }

        begun.RemoveRange(0, taken);
    }
}
