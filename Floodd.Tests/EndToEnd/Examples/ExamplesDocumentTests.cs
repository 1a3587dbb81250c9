// Runs what examples/README.md tells its readers to try: each block that is marked as sh, as it stands there. No daemon takes part.
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[Parallelizable(ParallelScope.Self)]
internal sealed partial class ExamplesDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(ExampleFolder.Examples, "README.md"));

    [TestCase("git-mirror", "git", " first\n")]
    [TestCase("database-apply", "sqlite3", "2\n")]
    public void What_is_to_be_tried_works(string section, string program, string expected)
    {
        Assume.That(Executable.IsInstalled(program), $"{program} is not installed");
        using var folder = new TestFolder();
        Directory.CreateSymbolicLink(folder.File("examples"), ExampleFolder.Examples);
        string output = new ExampleFolder(folder).Demand(Blocks(section).Single(), ("TMPDIR", folder.Path));
        Assert.That(output, Does.EndWith(expected));
        Assert.That(Directory.GetFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)), Is.EqualTo(new[] { "examples" }), "nothing is left");
    }

    [Test]
    public void Every_block_of_sh_is_tried() =>
        Assert.That(Fenced().Count(Text), Is.EqualTo(Blocks("git-mirror").Count() + Blocks("database-apply").Count()));

    private static IEnumerable<string> Blocks(string section) =>
        Fenced().Matches(Section().Matches(Text).Single(match => match.Groups["name"].Value == section).Value).Select(match => match.Groups["lines"].Value);

    [GeneratedRegex(@"^## (?<name>\S+)\n(?:(?!^## ).*\n)*", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^```sh\n(?<lines>(?:(?!```).*\n)*)```$", RegexOptions.Multiline)]
    private static partial Regex Fenced();
}
