// A place for mutants: bits of whole frames flip on their way, of every kind of frame. Holds for the product as it is.
using System.Buffers.Binary;
using Floodd.Model;
using Floodd.Tests.Simulation;
using Floodd.Wire;

namespace Floodd.Tests.Mutants.Places;

/// <summary>Nothing that came damaged is believed: neither updates nor marks, digests, members or topologies.</summary>
internal static class DamagedLinks
{
    private static readonly TimeSpan DamageFor = TimeSpan.FromSeconds(40);

    /// <summary>Runs a seed.</summary>
    public static World Run(ulong seed)
    {
        var draw = new Prng(seed ^ 0x464C_4950);
        var world = new World(seed, 3 + draw.Next(3), w =>
        {
            w.ChunkChance = 0;
            w.Group = g => g with { Connectivity = 2, MaxDegree = 3 };
        });
        world.Echoes.Allowed = true;
        world.Run(TimeSpan.FromSeconds(5));
        world.Meddle = (end, bytes) =>
        {
            if (end.IsLink && draw.Chance(0.03))
            {
                Flip(draw, bytes.Span);
            }
        };
        while (world.Elapsed < DamageFor)
        {
            world.Run(draw.Jitter(TimeSpan.FromMilliseconds(200)));
            world.Flood(draw.Next(world.Sites.Count), draw.Next(20_000));
        }

        world.Meddle = null;
        world.RunUntilDelivered(TimeSpan.FromSeconds(120));
        world.CheckStatistics();
        return world;
    }

    // Reads mostly begin with a frame: one of those that are whole in them is hit. What carries no segments matters as much and is shorter.
    private static void Flip(Prng draw, Span<byte> bytes)
    {
        var frames = new List<(int At, int Length)>();
        for (int at = 0; bytes.Length - at >= Frame.HeadSize && BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) is var length && length <= bytes.Length - at - Frame.HeadSize;)
        {
            frames.Add((at, Frame.HeadSize + (int)length));
            at += Frame.HeadSize + (int)length;
        }

        (int start, int size) = frames.Count > 0 ? frames[draw.Next(frames.Count)] : (0, bytes.Length);

        // Its length would only make the reader wait for more.
        int first = Math.Min(8, size - 1);
        bytes[start + first + draw.Next(size - first)] ^= (byte)(1 << draw.Next(8));
    }
}
