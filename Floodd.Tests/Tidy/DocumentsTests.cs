// Documents lead somewhere: every link from one file of the tree to another. Reads the source tree only.
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Floodd.Tests.Tidy;

internal sealed partial class DocumentsTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    [TestCase("README.md")]
    [TestCase("config/README.md")]
    [TestCase("examples/README.md")]
    [TestCase("Floodd/ARCHITECTURE.md")]
    [TestCase("Floodd/LIMITS.md")]
    [TestCase("Floodd/Wire/PROTOCOL.md")]
    [TestCase("Floodd.Client/Protocol/CLIENT-PROTOCOL.md")]
    [TestCase("Floodd.Tests/Latency/README.md")]
    [TestCase("Floodd.Tests/Mutants/README.md")]
    [TestCase("Floodd.Tests/Simulation/README.md")]
    [TestCase("Floodd.Tests/Campaign/README.md")]
    [TestCase("Floodd.Tests/EndToEnd/Lab/README.md")]
    public void Every_link_leads_to_a_file(string document)
    {
        string path = Path.Combine(Root, document);
        foreach (Match link in Link().Matches(File.ReadAllText(path)))
        {
            string target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, link.Groups["path"].Value));
            Assert.That(File.Exists(target) || Directory.Exists(target), Is.True, $"{document}: {link.Value}");
        }
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#\s]+)")]
    private static partial Regex Link();
}
