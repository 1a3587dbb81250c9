// Documents lead somewhere: every link from one file of the tree to another, or to a heading. Reads the source tree only.
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Floodd.Tests.Tidy;

internal sealed partial class DocumentsTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    public static IEnumerable<string> All => Directory.EnumerateFiles(Root, "*.md", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" || part.StartsWith('.')))
        .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(All))]
    public void Every_link_leads_to_a_file_or_a_heading(string document)
    {
        string path = Path.Combine(Root, document);
        foreach (Match link in Link().Matches(File.ReadAllText(path)))
        {
            string target = link.Groups["path"].Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, link.Groups["path"].Value));
            Assert.That(File.Exists(target) || Directory.Exists(target), Is.True, $"{document}: {link.Value}");
            if (link.Groups["heading"] is { Length: > 0 } heading)
            {
                Assert.That(Headings(target), Does.Contain(heading.Value), $"{document}: {link.Value}");
            }
        }
    }

    // As the usual renderers name them: in small letters, blanks as '-', without what is neither a letter nor a digit.
    private static IEnumerable<string> Headings(string document) =>
        Heading().Matches(File.ReadAllText(document)).Select(m => NoPartOfAName().Replace(m.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#\s]*)(#(?<heading>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoPartOfAName();
}
