// What a site says of the way from itself to another. Numbers as they came: nothing in here has been judged.
namespace Floodd.Measuring;

/// <summary>One site's own belief about the way to another, as it reports it.</summary>
/// <param name="RttMilliseconds">The round trip.</param>
/// <param name="SpreadMilliseconds">How far its samples lie apart.</param>
/// <param name="BytesPerSecond">What the way carries; 0 if it does not know.</param>
/// <param name="Age">How long before the report it measured the round trip, by its own clock.</param>
public readonly record struct Claim(double RttMilliseconds, double SpreadMilliseconds, double BytesPerSecond, TimeSpan Age);
