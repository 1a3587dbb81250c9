// Who may name whom: the arrows between the folders, as the architecture draws them, and the scanner that finds others.
using System.Text.RegularExpressions;

namespace Floodd.Tests.Tidy;

/// <summary>Finds uses of one folder by another.</summary>
internal static partial class Arrows
{
    private static readonly string[] Folders =
    [
        "Commands", "Config", "Core", "Hosting", "Measuring", "Model", "Planning", "Processes", "Spool", "Status", "Syntax", "Wire", "Client", "Client.Protocol", "Client.Connections", "Client.Hosting",
    ];

    /// <summary>The folders that each folder may name, beside itself; the empty name is the file Program.cs.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        [""] = ["Commands"],
        ["Model"] = [],
        ["Syntax"] = [],
        ["Processes"] = [],
        ["Client.Protocol"] = [],
        ["Client.Connections"] = ["Client", "Client.Protocol"],
        ["Client"] = ["Client.Protocol", "Client.Connections"],
        ["Client.Hosting"] = ["Client", "Client.Connections"],
        ["Config"] = ["Model", "Syntax"],
        ["Measuring"] = ["Model"],
        ["Planning"] = ["Model"],
        ["Wire"] = ["Model"],
        ["Spool"] = ["Model", "Wire"],
        ["Core"] = ["Model", "Config", "Measuring", "Planning", "Wire", "Spool", "Client.Protocol"],
        ["Hosting"] = Folders,
        ["Status"] = Folders,
        ["Commands"] = ["Config", "Hosting", "Planning", "Client", "Client.Hosting", "Client.Protocol", "Model", "Syntax"],
    };

    /// <summary>The folder that a product file counts to, as in <see cref="Allowed"/>.</summary>
    public static string FolderOf(string path) => path switch
    {
        _ when path.StartsWith("Floodd.Client/", StringComparison.Ordinal) => path.Split('/') is [_, var inner, _] ? $"Client.{inner}" : "Client",
        _ => path.Split('/') is [_, var folder, _, ..] ? folder : "",
    };

    /// <summary>The folders that a file names and must not.</summary>
    /// <param name="path">The file's path from the root.</param>
    /// <param name="code">Its code, without comments and literals.</param>
    /// <param name="typesByFolder">The types that each folder declares: <c>Core.SiteCore</c> needs no <c>Floodd.</c> in front to be an arrow.</param>
    public static IEnumerable<string> Forbidden(string path, string code, ILookup<string, string> typesByFolder)
    {
        string from = FolderOf(path);
        IEnumerable<string> named = Qualified().Matches(code)
            .Select(match => match.Groups["folder"].Value)
            .Concat(Folders.Where(folder => typesByFolder[folder].Any(type => Regex.IsMatch(code, $@"(?<![\w.]){Regex.Escape(folder)}\.{type}\b"))));
        return named.Distinct().Where(folder => folder != from && !Allowed[from].Contains(folder));
    }

    /// <summary>The names of the types that a file declares.</summary>
    public static IEnumerable<string> TypesIn(string code) =>
        Declaration().Matches(code).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"\bFloodd\.(?<folder>Client\.(?:Protocol|Connections|Hosting)|[A-Z]\w*)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"\b(?:class|interface|enum|record|struct)\s+(?<name>[A-Z]\w*)")]
    private static partial Regex Declaration();
}
