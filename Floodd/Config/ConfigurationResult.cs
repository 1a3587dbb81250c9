// What reading a configuration came to: a whole one, or everything wrong with it. Never half of each.
using System.Collections.Immutable;
using Floodd.Syntax;

namespace Floodd.Config;

/// <summary>A configuration or errors.</summary>
/// <param name="Configuration">The configuration; null if there are errors.</param>
/// <param name="Errors">All errors, in the order of the files, lines and columns; empty if there is a configuration.</param>
public sealed record ConfigurationResult(Configuration? Configuration, ImmutableArray<SourceError> Errors);
