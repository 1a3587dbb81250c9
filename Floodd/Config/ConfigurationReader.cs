// Turns configuration texts into one checked configuration, or into everything wrong with them. Reads no files and asks the machine nothing.
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Syntax;

namespace Floodd.Config;

/// <summary>Reads configurations.</summary>
public sealed class ConfigurationReader
{
    private static readonly ImmutableArray<string> Heads = [":" + Parameters.Site.Name, ":" + Parameters.Group.Name, ":" + Parameters.Local.Name];

    private readonly List<SourceError> _errors = [];
    private readonly SortedDictionary<SiteName, ReadForm<SiteDefinition>> _sites = [];
    private readonly SortedDictionary<GroupName, ReadForm<GroupDefinition>> _groups = [];
    private readonly FormReader<LocalDefinition> _localReader;
    private ReadForm<LocalDefinition> _local;

    private ConfigurationReader(SourcePosition start) =>
        (_localReader, _local) = (new(Parameters.Local, Error), Nothing(new LocalDefinition(), start));

    /// <summary>Reads texts as one configuration.</summary>
    /// <param name="files">The texts, in order, at least one; their names are in the errors.</param>
    /// <param name="self">The site that the command line says we are; null if it says none.</param>
    /// <param name="machine">What this machine is called, to find out who we are when nothing says so.</param>
    public static ConfigurationResult Read(IReadOnlyList<SourceText> files, SiteName? self, MachineNames machine)
    {
        Invariant.Check(files.Count > 0);
        var start = new SourcePosition(files[0].Name, 1, 1);
        var reader = new ConfigurationReader(start);
        SexpDocument document = SexpReader.Read(files, head => Heads.Contains(head, StringComparer.Ordinal));
        reader._errors.AddRange(document.Errors);
        foreach (Sexp.List form in document.Forms)
        {
            if (reader._errors.Count >= SexpReader.MaxErrors)
            {
                break;
            }

            reader.Take(form);
        }

        new ConfigurationChecks(reader._sites, reader._groups, reader._local, reader.Error).Run();
        SiteName? found = reader._sites.Count == 0 && reader._errors.Count > 0
            ? null
            : new Identity([.. reader._sites.Values.Select(s => s.Record)], machine, start, reader.Error).Find(self, reader._local);
        return reader._errors.Count == 0 && found is SiteName name
            ? new(reader.Whole(name), [])
            : new(null, InOrder(reader._errors, files));
    }

    private void Take(Sexp.List form)
    {
        if (form.Head is not string head)
        {
            Error(form.Position, $"found {FormReader<LocalDefinition>.Describe(form)}; expected a form: {string.Join(" or ", Heads.Select(h => $"({h} ...)"))}");
            return;
        }

        // One that is nearly known is read as what it was meant for, so that one mistake makes no others.
        string? meant = Heads.Contains(head, StringComparer.Ordinal) ? head : NearestWord.Find(head, Heads) ?? NearestWord.Find(":" + head, Heads);
        if (meant != head)
        {
            string hint = meant == null ? $"; expected {string.Join(" or ", Heads)}" : $"; did you mean {meant}?";
            Error(form.Items[0].Position, $"unknown form {SourceError.Show(head)}{hint}");
        }

        switch (Heads.IndexOf(meant ?? ""))
        {
            case 0:
                Add(_sites, Read(Parameters.Site, form, new SiteDefinition(new SiteName(""))), s => s.Name, "site");
                break;
            case 1:
                Add(_groups, Read(Parameters.Group, form, new GroupDefinition(new GroupName(""))), g => g.Name, "group");
                break;
            case 2:
                _local = _localReader.Read(form, _local) ?? _local;
                break;
            default:
                break;
        }
    }

    private ReadForm<TRecord>? Read<TRecord>(Form<TRecord> form, Sexp.List list, TRecord start)
        where TRecord : class =>
        new FormReader<TRecord>(form, Error).Read(list, Nothing(start, list.Position));

    private void Add<TName, TRecord>(SortedDictionary<TName, ReadForm<TRecord>> all, ReadForm<TRecord>? read, Func<TRecord, TName> name, string what)
        where TName : notnull
    {
        if (read != null && !all.TryAdd(name(read.Record), read))
        {
            ReadForm<TRecord> first = all[name(read.Record)];
            Error(read.Position, $"{what} {name(read.Record)} is defined twice; it was defined at {first.Position} already, expected once");
        }
    }

    private Configuration Whole(SiteName self) => new(
        self,
        _sites.ToImmutableSortedDictionary(s => s.Key, s => s.Value.Record),
        _groups.ToImmutableSortedDictionary(g => g.Key, g => Derived.Of(g.Value, _local.Record)),
        _local.Record);

    private static ReadForm<TRecord> Nothing<TRecord>(TRecord record, SourcePosition position) =>
        new(record, position, ImmutableDictionary<string, ImmutableArray<SourcePosition>>.Empty);

    // One form may have more of them than memory has room for.
    private void Error(SourcePosition position, string text)
    {
        if (_errors.Count <= SexpReader.MaxErrors)
        {
            _errors.Add(_errors.Count < SexpReader.MaxErrors ? new(position, text) : new(position, "more errors than can be listed; read no further"));
        }
    }

    private static ImmutableArray<SourceError> InOrder(List<SourceError> errors, IReadOnlyList<SourceText> files)
    {
        List<string> names = [.. files.Select(f => f.Name)];
        return [.. errors.OrderBy(e => names.IndexOf(e.Position.File)).ThenBy(e => e.Position.Line).ThenBy(e => e.Position.Column)];
    }
}
