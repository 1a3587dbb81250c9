// A type of parameter values: how its text is read, written and named. Never knows which parameter it is for.
namespace Floodd.Config;

/// <summary>Reads a value from its text. What it gives with false means nothing.</summary>
internal delegate bool ValueReader<T>(string text, out T value);

/// <param name="Expectation">What a value may be, for error texts and the reference.</param>
/// <param name="Unit">What a number counts; empty for everything else.</param>
/// <param name="TryRead">Reads a value.</param>
/// <param name="Write">Writes a value so that it reads back equal.</param>
internal sealed record ValueType<T>(string Expectation, string Unit, ValueReader<T> TryRead, Func<T, string> Write);
