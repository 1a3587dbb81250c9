// What a parameter is, and how it stands in a record. One form's parameters together read and write that form.
using System.Collections.Immutable;

namespace Floodd.Config;

/// <summary>When a changed value of a parameter begins to hold.</summary>
public enum ParameterChange
{
    /// <summary>When the configuration is read again (SIGHUP).</summary>
    Reload,

    /// <summary>When the daemon is started again. In a site-define that goes for the daemon's own site; other sites' changes hold at once.</summary>
    Restart,
}

/// <summary>What a user may know of a parameter.</summary>
/// <param name="Form">The form it stands in, as <c>site-define</c>.</param>
/// <param name="Name">Its name, without the colon.</param>
/// <param name="OtherNames">Other spellings that are read.</param>
/// <param name="Expectation">What a value may be.</param>
/// <param name="Unit">What a number counts, as <c>seconds</c>; empty for everything else.</param>
/// <param name="Default">The value when none is given, as text; null if there is then none.</param>
/// <param name="Example">A value, for the reference.</param>
/// <param name="Required">Whether each such form must have it.</param>
/// <param name="Repeats">Whether it may be given several times.</param>
/// <param name="Change">When a changed value begins to hold.</param>
/// <param name="Sentence">What it is for.</param>
public sealed record Parameter(
    string Form,
    string Name,
    ImmutableArray<string> OtherNames,
    string Expectation,
    string Unit,
    string? Default,
    string Example,
    bool Required,
    bool Repeats,
    ParameterChange Change,
    string Sentence);

/// <param name="Said">What a user may know of it.</param>
/// <param name="Joins">Whether several values are one, joined by blanks.</param>
/// <param name="Write">The values that a record has, as text: none, one, or several.</param>
/// <param name="Read">The record with one more value; null if the text is no such value.</param>
/// <param name="Copy">The second record with the first one's values.</param>
internal sealed record Parameter<TRecord>(
    Parameter Said,
    bool Joins,
    Func<TRecord, IEnumerable<string>> Write,
    Func<TRecord, string, TRecord?> Read,
    Func<TRecord, TRecord, TRecord> Copy)
    where TRecord : class;

/// <param name="Name">The form's name, without the colon.</param>
/// <param name="Sentence">What it says.</param>
/// <param name="Parameters">Its parameters, in the order in which they are shown.</param>
internal sealed record Form<TRecord>(string Name, string Sentence, ImmutableArray<Parameter<TRecord>> Parameters)
    where TRecord : class
{
    /// <summary>The parameter that tells such forms apart; null if there is one such form only.</summary>
    internal Parameter<TRecord>? Key => Parameters.FirstOrDefault(p => p.Said.Required);

    /// <summary>The parameter with a name or other spelling; null if there is none.</summary>
    internal Parameter<TRecord>? Find(string name) =>
        Parameters.FirstOrDefault(p => p.Said.Name == name || p.Said.OtherNames.Contains(name));
}
