// The ways in which one input may come: whole, byte by byte, cut in two anywhere. It knows nothing of what is read.
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Fuzzing;

/// <summary>Feeds an input in pieces and compares what came of it.</summary>
internal static class Cuts
{
    /// <summary>Up to this length an input is cut at every position; a longer one at <see cref="CutsOfLong"/>.</summary>
    private const int ShortMax = 12;

    private const int CutsOfLong = 2;

    /// <summary>One way of cutting.</summary>
    /// <param name="At">Where; 0 is not at all.</param>
    /// <param name="EachByte">Whether each byte comes alone.</param>
    internal readonly record struct Way(int At, bool EachByte)
    {
        /// <summary>The pieces of an input.</summary>
        public IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] input)
        {
            if (EachByte)
            {
                for (int i = 0; i < input.Length; i++)
                {
                    yield return input.AsMemory(i, 1);
                }
            }
            else
            {
                if (At > 0)
                {
                    yield return input.AsMemory(0, At);
                }

                yield return input.AsMemory(At);
            }
        }

        public override string ToString() => EachByte ? "byte by byte" : At == 0 ? "whole" : $"cut at {At}";
    }

    /// <summary>Reads an input in several ways; all must come to the same.</summary>
    /// <param name="input">It.</param>
    /// <param name="read">Reads it in one way and says in 64 bits what came of it.</param>
    /// <param name="everywhere">Whether it is to be cut at every position, however long it is.</param>
    /// <returns>What came of it.</returns>
    public static ulong Agree(byte[] input, Func<Way, ulong> read, bool everywhere = false)
    {
        ulong whole = read(new Way(0, false));
        Compare(input, whole, read, new Way(0, true));
        if (everywhere || input.Length <= ShortMax)
        {
            for (int at = 1; at < input.Length; at++)
            {
                Compare(input, whole, read, new Way(at, false));
            }

            return whole;
        }

        var random = new Prng(Digest.Of(input));
        for (int i = 0; i < CutsOfLong; i++)
        {
            Compare(input, whole, read, new Way(1 + random.Next(input.Length - 1), false));
        }

        return whole;
    }

    private static void Compare(byte[] input, ulong whole, Func<Way, ulong> read, Way way)
    {
        if (input.Length > 1)
        {
            ulong other = read(way);
            FuzzFailureException.Unless(other == whole, $"{way} it is read otherwise than whole");
        }
    }
}
