// Writes down one form's parameters, a line each, taking every default from the record itself. Never holds a default of its own.
using System.Collections.Immutable;

namespace Floodd.Config;

internal sealed class FormBuilder<TRecord>(string name, string sentence, TRecord defaults)
    where TRecord : class
{
    private readonly ImmutableArray<Parameter<TRecord>>.Builder _parameters = ImmutableArray.CreateBuilder<Parameter<TRecord>>();

    internal Form<TRecord> Form => new(name, sentence, _parameters.ToImmutable());

    /// <summary>A parameter that always has a value.</summary>
    internal void One<T>(string name, ValueType<T> type, Func<TRecord, T> get, Func<TRecord, T, TRecord> set, string sentence, ParameterChange change = ParameterChange.Reload) =>
        Add(name, type, r => [get(r)], set, (from, to) => set(to, get(from)), sentence, change, example: null);

    /// <summary>The parameter that each such form must have, as its name.</summary>
    internal void Key<T>(string name, ValueType<T> type, Func<TRecord, T> get, Func<TRecord, T, TRecord> set, string sentence, string example, ParameterChange change = ParameterChange.Reload) =>
        Add(name, type, r => [get(r)], set, (from, to) => set(to, get(from)), sentence, change, example, required: true);

    /// <summary>A parameter that may have a value.</summary>
    internal void Maybe<T>(string name, ValueType<T> type, Func<TRecord, T?> get, Func<TRecord, T?, TRecord> set, string sentence, string example, ParameterChange change = ParameterChange.Reload)
        where T : class =>
        Add(name, type, r => get(r) is { } value ? [value] : [], set, (from, to) => set(to, get(from)), sentence, change, example);

    /// <summary>A parameter that may have a value.</summary>
    internal void Maybe<T>(string name, ValueType<T> type, Func<TRecord, T?> get, Func<TRecord, T?, TRecord> set, string sentence, string example, ParameterChange change = ParameterChange.Reload)
        where T : struct =>
        Add(name, type, r => get(r) is T value ? [value] : [], (r, v) => set(r, v), (from, to) => set(to, get(from)), sentence, change, example);

    /// <summary>A parameter that may be given several times.</summary>
    internal void Many<T>(string name, ValueType<T> type, Func<TRecord, ImmutableArray<T>> get, Func<TRecord, ImmutableArray<T>, TRecord> set, string sentence, string example) =>
        Add(name, type, r => get(r), (r, v) => set(r, get(r).Add(v)), (from, to) => set(to, get(from)), sentence, ParameterChange.Reload, example, repeats: true);

    /// <summary>Another spelling of the parameter last named.</summary>
    internal void OrSpelled(string other) => Replace(p => p with { Said = p.Said with { OtherNames = p.Said.OtherNames.Add(other) } });

    /// <summary>Several values of the parameter last named are one, joined by blanks.</summary>
    internal void Joined() => Replace(p => p with { Joins = true });

    private void Replace(Func<Parameter<TRecord>, Parameter<TRecord>> change) => _parameters[^1] = change(_parameters[^1]);

    private void Add<T>(
        string parameter,
        ValueType<T> type,
        Func<TRecord, IEnumerable<T>> get,
        Func<TRecord, T, TRecord> add,
        Func<TRecord, TRecord, TRecord> copy,
        string sentence,
        ParameterChange change,
        string? example,
        bool required = false,
        bool repeats = false)
    {
        string? normal = required ? null : get(defaults).Select(type.Write).FirstOrDefault();
        var said = new Parameter(name, parameter, [], type.Expectation, type.Unit, normal, example ?? normal ?? "", required, repeats, change, sentence);
        _parameters.Add(new(said, false, r => get(r).Select(type.Write), (r, text) => type.TryRead(text, out T value) ? add(r, value) : null, copy));
    }
}
