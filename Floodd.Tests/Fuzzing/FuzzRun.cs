// A campaign against one target: inputs from a seed, each timed and weighed, every failure with what repeats it. It mends nothing.
using System.Diagnostics;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Fuzzing;

/// <summary>An input that did what none may.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Seed">The campaign's seed.</param>
/// <param name="Index">The input's number in it.</param>
/// <param name="Input">It.</param>
/// <param name="Text">What was wrong.</param>
/// <param name="Alone">Whether a fresh life of the target fails on it too.</param>
internal sealed record FuzzFailure(string Target, ulong Seed, long Index, byte[] Input, string Text, bool Alone)
{
    public override string ToString() =>
        $"{Target}: {Text}\n  input {Convert.ToHexString(Input)}\n  repeat: dotnet run -c Release --project Floodd.Tests -- fuzz "
        + (Alone ? $"--target {Target} --input {Convert.ToHexString(Input)}" : $"--target {Target} --seed {Seed} --from {Index} (fails only after the inputs before it)");
}

/// <summary>Runs inputs.</summary>
/// <param name="target">The target.</param>
/// <param name="seed">What all follows from.</param>
internal sealed class FuzzRun(FuzzTarget target, ulong seed)
{
    /// <summary>An input that takes longer of the processor is a failure.</summary>
    public static readonly TimeSpan SlowestAllowed = TimeSpan.FromMilliseconds(100);

    /// <summary>After so many failures the campaign has told enough.</summary>
    private const int FailuresMax = 5;

    /// <summary>Another program may have had the processor: only an input that is slow so often is.</summary>
    private const int SlowTries = 3;

    private const int WarmUp = 200;

    public string Name => target.Name;

    public long Inputs { get; private set; }

    public long Accepted { get; private set; }

    public TimeSpan Slowest { get; private set; }

    public long LargestAllocation { get; private set; }

    public TimeSpan Taken { get; private set; }

    /// <summary>What it had of the processor: on a busy machine the only figure that says how fast the target is.</summary>
    public TimeSpan Processor { get; private set; }

    public List<FuzzFailure> Failures { get; } = [];

    /// <summary>Runs until one of the two is reached.</summary>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="limit">How long.</param>
    /// <param name="from">The first input's number.</param>
    public FuzzRun Go(long inputs, TimeSpan limit, long from = 0)
    {
        long begun = Stopwatch.GetTimestamp();
        TimeSpan before = ProcessorTime.OfThisThread();
        Func<byte[], bool> life = target.Begin();
        long index = from - (from % target.InputsPerLife);
        for (; Inputs < inputs && Failures.Count < FailuresMax; index++)
        {
            if (index % target.InputsPerLife == 0)
            {
                life = target.Begin();
            }

            Try(life, InputOf(index), index);
            Inputs++;
            if ((Inputs & 63) == 0 && Stopwatch.GetElapsedTime(begun) > limit)
            {
                break;
            }
        }

        Taken = Stopwatch.GetElapsedTime(begun);
        Processor = ProcessorTime.OfThisThread() - before;
        return this;
    }

    /// <summary>The input of a number.</summary>
    public byte[] InputOf(long index) => target.Make(new Prng(Digest.Mix(seed + 1, (ulong)index)));

    /// <summary>Tries one input.</summary>
    public void Try(Func<byte[], bool> life, byte[] input, long index)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long began = Stopwatch.GetTimestamp();
        try
        {
            Accepted += life(input) ? 1 : 0;
        }
#pragma warning disable CA1031 // Whatever comes out of a target is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(index, input, e is FuzzFailureException ? e.Message : e.ToString());
            return;
        }

        TimeSpan time = Stopwatch.GetElapsedTime(began);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (Inputs < WarmUp)
        {
            // Tables that are made once, code that is compiled.
            return;
        }

        LargestAllocation = Math.Max(LargestAllocation, allocated);
        if (allocated > target.AllocationMax(input.Length) && Again(input, out _) is var second && second > target.AllocationMax(input.Length))
        {
            Fail(index, input, $"it allocates {second} bytes, at most {target.AllocationMax(input.Length)} expected");
        }

        for (int tries = 1; time > SlowestAllowed && tries < SlowTries; tries++)
        {
            Again(input, out TimeSpan once);
            time = once < time ? once : time;
        }

        Slowest = time > Slowest ? time : Slowest;
        if (time > SlowestAllowed)
        {
            Fail(index, input, $"it takes {time.TotalMilliseconds:F0} ms, at most {SlowestAllowed.TotalMilliseconds} expected");
        }
    }

    private long Again(byte[] input, out TimeSpan time)
    {
        Func<byte[], bool> life = target.Begin();
        long before = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan began = ProcessorTime.OfThisThread();
        life(input);
        time = ProcessorTime.OfThisThread() - began;
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Fail(long index, byte[] input, string text) => Failures.Add(new FuzzFailure(target.Name, seed, index, input, text, FailsAlone(input)));

    private bool FailsAlone(byte[] input)
    {
        try
        {
            target.Begin()(input);
            return false;
        }
#pragma warning disable CA1031 // Whatever comes out of a target is what is looked for.
        catch (Exception)
#pragma warning restore CA1031
        {
            return true;
        }
    }
}
