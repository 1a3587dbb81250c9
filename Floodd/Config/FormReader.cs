// Reads one form by its table of parameters. Checks each value by itself, never one against another.
using System.Collections.Immutable;
using Floodd.Syntax;

namespace Floodd.Config;

internal sealed class FormReader<TRecord>(Form<TRecord> form, Action<SourcePosition, string> error)
    where TRecord : class
{
    private readonly HashSet<(string Name, string Value)> _repeated = [];
    private readonly ImmutableArray<string> _names = [.. form.Parameters.Select(p => ":" + p.Said.Name)];

    /// <summary>Reads a form.</summary>
    /// <param name="list">The form, its head included.</param>
    /// <param name="start">What it says before its first parameter, or what an earlier form of the kind said.</param>
    /// <returns>The form; null if it lacks its name.</returns>
    internal ReadForm<TRecord>? Read(Sexp.List list, ReadForm<TRecord> start)
    {
        ReadForm<TRecord> read = start;
        bool keyTried = form.Key is null;
        foreach (Sexp item in list.Items.AsSpan()[1..])
        {
            if (item is not Sexp.List given || given.Head is not { Length: > 0 } head)
            {
                error(item.Position, $"found {Describe(item)} in :{form.Name}; expected a parameter such as ({_names[0]} ...)");
                continue;
            }

            if (FindParameter(head, given.Items[0].Position, read) is { } parameter)
            {
                keyTried |= parameter == form.Key;
                read = Take(parameter, given, read);
            }
        }

        if (!keyTried)
        {
            error(list.Position, $":{form.Name} has no (:{form.Key!.Said.Name} ...); expected {form.Key.Said.Expectation}");
        }

        return form.Key is { } key && !read.Gives(key.Said.Name) ? null : read;
    }

    // One that is nearly known is read as what it was meant for, so that one mistake makes no others.
    private Parameter<TRecord>? FindParameter(string head, SourcePosition position, ReadForm<TRecord> read)
    {
        Parameter<TRecord>? known = head[0] == ':' ? form.Find(head[1..]) : null;
        if (known != null)
        {
            return known;
        }

        string? nearest = NearestWord.Find(head, _names) ?? NearestWord.Find(":" + head, _names);
        string hint = nearest == null ? $"; expected one of {string.Join(' ', _names)}" : $"; did you mean {nearest}?";
        error(position, $"unknown parameter {SourceError.Show(head)} in :{form.Name}{hint}");
        Parameter<TRecord>? meant = nearest == null ? null : form.Find(nearest[1..]);
        return meant == null || (read.Gives(meant.Said.Name) && !meant.Said.Repeats) ? null : meant;
    }

    private ReadForm<TRecord> Take(Parameter<TRecord> parameter, Sexp.List given, ReadForm<TRecord> read)
    {
        string name = parameter.Said.Name;
        if (!parameter.Said.Repeats && read.Gives(name))
        {
            error(given.Position, $":{name} is given twice; it was given at {read.PlaceOf(name)} already, expected once");
            return read;
        }

        if (Value(parameter, given) is not { } text)
        {
            return read;
        }

        SourcePosition place = given.Items[1].Position;
        if (parameter.Read(read.Record, text) is not { } record)
        {
            error(place, $":{name} is {SourceError.Show(text)}; expected {parameter.Said.Expectation}");
            return read;
        }

        if (parameter.Said.Repeats && !_repeated.Add((name, text)))
        {
            error(place, $":{name} {SourceError.Show(text)} is given twice; expected once");
            return read;
        }

        return read.With(record, name, place);
    }

    private string? Value(Parameter<TRecord> parameter, Sexp.List given)
    {
        string name = parameter.Said.Name;
        if (given.Items.Length == 1)
        {
            error(given.Position, $":{name} has no value; expected {parameter.Said.Expectation}");
            return null;
        }

        if (given.Items.Skip(1).FirstOrDefault(i => i is Sexp.List) is { } list)
        {
            error(list.Position, $"found {Describe(list)} in :{name}; expected {parameter.Said.Expectation}");
            return null;
        }

        if (given.Items.Length > 2 && !parameter.Joins)
        {
            string again = parameter.Said.Repeats ? $", others each in a (:{name} ...) of their own" : "";
            error(given.Items[2].Position, $"found {Describe(given.Items[2])} as a second value of :{name}; expected one value{again}");
            return null;
        }

        return string.Join(' ', given.Items.Skip(1).Cast<Sexp.Atom>().Select(a => a.Text));
    }

    internal static string Describe(Sexp found) => found switch
    {
        Sexp.Atom atom => SourceError.Show(atom.Text),
        Sexp.List { Items: [] } => "an empty list",
        Sexp.List { Head: string head } => $"the list ({SourceError.Show(head)} ...)",
        _ => "a list",
    };
}
