// A stream of its own and what is put into it, for the tests of the store's parts. Holds no site.
using System.Text;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Tests.Core;

/// <summary>Puts pieces into a stream and says what stands in it.</summary>
internal sealed class StreamRig
{
    public static readonly GroupName Name = new("g");

    public StreamRig(int slabMax = 4096, Group? group = null, string origin = "a")
    {
        SlabMax = slabMax;
        Stream = (group ?? new Group(new GroupDefinition(Name), new FloodKeys(16, 0))).FindOrAdd(new StreamId(new SiteName(origin), 7));
    }

    public SegmentStream Stream { get; }

    public int SlabMax { get; }

    public TimeSpan SlabSpan { get; init; } = TimeSpan.MaxValue;

    /// <summary>What was charged.</summary>
    public long Charged { get; set; }

    /// <summary>Takes consecutive segments in.</summary>
    public void Put(long first, params Piece[] pieces) => Put(first, Instant.Zero, pieces);

    public void Put(long first, Instant born, params Piece[] pieces) =>
        Charged += Stream.Append(first, pieces.Length, Piece.Records(Name, Stream.Id, first, pieces), born, Instant.Zero, new SlabBounds(SlabMax, SlabSpan));

    /// <summary>The payload of a segment that is held; null if it is not.</summary>
    public string? PayloadOf(long number) =>
        Stream.TryFind(number, out Slab slab, out int index) && slab.First + index == number
        && SegmentRecord.IsSound(slab.Record(index).Span, Stream.Seed, number, out uint word)
            ? Encoding.UTF8.GetString(slab.Record(index).Span[SegmentRecord.PayloadOffset(word)..]) : null;
}
