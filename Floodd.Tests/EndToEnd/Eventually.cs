// Waits for what must come true, and fails with words when it does not; the only place where a test waits. Loads and faults have a pace and a length of their own.
using System.Diagnostics;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

/// <summary>Polls a condition up to a deadline.</summary>
internal static class Eventually
{
    /// <summary>Long enough for two slow cores that others use too; a test that passes never waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when <paramref name="holds"/> does.</summary>
    /// <param name="holds">The condition; asked every 20 ms.</param>
    /// <param name="what">What is waited for, for the failure's text.</param>
    /// <param name="state">What it looks like instead, for the failure's text.</param>
    /// <param name="patience">How long; <see cref="Patience"/> unless said.</param>
    public static void Holds(Func<bool> holds, string what, Func<string>? state = null, TimeSpan? patience = null)
    {
        if (!Within(patience ?? Patience, holds))
        {
            string seen = state is null ? "" : $"; instead: {state()}";
            throw new AssertionException($"after {(patience ?? Patience).TotalSeconds:F0} s still waiting for {what}{seen}");
        }
    }

    /// <summary>Whether <paramref name="holds"/> came true in time.</summary>
    /// <param name="patience">How long to wait for it.</param>
    /// <param name="holds">The condition.</param>
    /// <param name="step">The pause between two looks, where a look costs those that are watched something; 20 ms unless said.</param>
    public static bool Within(TimeSpan patience, Func<bool> holds, TimeSpan? step = null)
    {
        using var pause = new ManualResetEventSlim();
        long start = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                return false;
            }

            pause.Wait(step ?? Step);
        }

        return true;
    }
}
