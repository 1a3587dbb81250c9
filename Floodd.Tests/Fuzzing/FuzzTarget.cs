// One thing that reads what strangers send, and how inputs for it are made. Keeps no state between its lives.
using Floodd.Model;

namespace Floodd.Tests.Fuzzing;

/// <summary>What is wrong with what a target made of an input.</summary>
internal sealed class FuzzFailureException(string text) : Exception(text)
{
    /// <summary>Throws unless it holds.</summary>
    public static void Unless(bool holds, string text)
    {
        if (!holds)
        {
            throw new FuzzFailureException(text);
        }
    }
}

/// <summary>A target.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Make">Makes the next input.</param>
/// <param name="Begin">Begins a life of the target: what it gives takes one input and says whether it was accepted. Any exception is a failure.</param>
internal sealed record FuzzTarget(string Name, Func<Prng, byte[]> Make, Func<Func<byte[], bool>> Begin)
{
    /// <summary>How many inputs one life takes: what is kept between them is made anew after so many.</summary>
    public int InputsPerLife { get; init; } = int.MaxValue;

    /// <summary>The most that one input may have allocated, in bytes, whatever its length.</summary>
    public long AllocationBase { get; init; } = 16 << 10;

    /// <summary>The most for each of its bytes, in bytes. All cuts of an input are taken together.</summary>
    public long AllocationPerByte { get; init; } = 64;

    /// <summary>What an input of a length may allocate, in bytes.</summary>
    public long AllocationMax(int length) => AllocationBase + (AllocationPerByte * length);
}
