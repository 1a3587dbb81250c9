// One form that was read: the record, and where each value of it stands, so that later checks can point there.
using System.Collections.Immutable;
using Floodd.Syntax;

namespace Floodd.Config;

/// <param name="Record">What the form says.</param>
/// <param name="Position">Where the form begins.</param>
/// <param name="Places">Where the values of each parameter that was given stand, in order; refused ones are left out.</param>
internal sealed record ReadForm<TRecord>(TRecord Record, SourcePosition Position, ImmutableDictionary<string, ImmutableArray<SourcePosition>> Places)
{
    /// <summary>Whether a parameter was given a value.</summary>
    internal bool Gives(string name) => Places.ContainsKey(name);

    /// <summary>Where a parameter's value stands; where the form begins if it was not given.</summary>
    internal SourcePosition PlaceOf(string name, int index = 0) => Places.TryGetValue(name, out var places) ? places[index] : Position;

    /// <summary>The same with one more value.</summary>
    internal ReadForm<TRecord> With(TRecord record, string name, SourcePosition place) =>
        new(record, Position, Places.SetItem(name, (Places.TryGetValue(name, out var places) ? places : []).Add(place)));
}
