// PROTOCOL.md says what the code does: every line of grammar, kind, reason and limit, and the bytes of its example. Reads the source tree only.
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Wire;

internal sealed partial class ProtocolDocumentTests
{
    private static readonly string WireFolder = Path.Combine(Here(), "..", "..", "Floodd", "Wire");
    private static readonly string Document = File.ReadAllText(Path.Combine(WireFolder, "PROTOCOL.md"));

    [Test]
    public void Every_line_of_grammar_stands_in_the_document_and_no_other()
    {
        string[] inCode = [.. Directory.GetFiles(WireFolder, "*.cs").SelectMany(file => GrammarOf(File.ReadAllText(file))).Order(StringComparer.Ordinal)];
        string[] inDocument = [.. Fence().Matches(Document).SelectMany(fence => Lines(fence.Groups["lines"].Value)).Order(StringComparer.Ordinal)];

        Assert.That(inCode, Has.Length.GreaterThan(15));
        Assert.That(inDocument, Is.EqualTo(inCode));
    }

    [Test]
    public void Every_kind_and_reason_has_its_row()
    {
        foreach (FrameKind kind in Enum.GetValues<FrameKind>())
        {
            Assert.That(Document, Does.Contain($"\n| {(int)kind} | {kind} | "));
        }

        foreach (GoodbyeReason reason in Enum.GetValues<GoodbyeReason>())
        {
            Assert.That(Document, Does.Contain($"\n| {(int)reason} | {reason} | "));
        }
    }

    [Test]
    public void Every_limit_has_its_value()
    {
        foreach (FieldInfo limit in typeof(WireLimits).GetFields().Where(limit => !limit.Name.EndsWith("Version", StringComparison.Ordinal)))
        {
            string value = Convert.ToString(limit.GetRawConstantValue(), CultureInfo.InvariantCulture)!;
            Assert.That(Document, Does.Contain($"\n| `{limit.Name}` | {value} | "));
        }

        Assert.That(Document, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"\n| `UpdateMax` | {GroupDefinition.UpdateMax} | ")));
        Assert.That(Document, Does.Contain($"`Version` is {WireLimits.Version}, and `OldestVersion` is {WireLimits.OldestVersion}."));
    }

    [Test]
    public void The_example_is_what_the_code_writes()
    {
        string fence = HexFence().Match(Document).Groups["lines"].Value;
        byte[] told = [.. Lines(fence).SelectMany(line => HexPart().Match(line).Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(digits => byte.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];

        Assert.That(Convert.ToHexStringLower(told), Is.EqualTo(Convert.ToHexStringLower(Example())));
    }

    private static byte[] Example()
    {
        var trio = new GroupName("trio");
        var gamma = new SiteName("gamma");
        var stream = new StreamId(gamma, 0x2a);
        var received = new SegmentSet();
        received.Add(1, 2);
        received.Add(9, 9);

        var writer = new FieldWriter();
        new Hello(WireLimits.Version, WireLimits.OldestVersion, 0, gamma, 0x2a).Write(writer);
        SmallFrames.WriteWant(writer, trio, wanted: true);
        Digest.Begin(writer, trio, closed: false, last: false, asks: false);
        Digest.Entry(writer, new(new StreamId(new SiteName("alpha"), 0x17), InOrder: false, Floor: 4, received));
        writer.EndFrame(FrameKind.Digest);
        Digest.Begin(writer, trio, closed: false, last: true, asks: false);
        writer.EndFrame(FrameKind.Digest);
        SmallFrames.WriteStream(writer, 1, trio, stream);

        byte[] record = new byte[SegmentRecord.SizeMax];
        int size = SegmentRecord.Write(record, SegmentRecord.SeedOf(trio, stream), 1, begins: true, ends: true, 6, "hello\n"u8);
        byte[] head = new byte[Frame.HeadSize + RunHead.Size];
        new RunHead(1, 1, 1, 0).WriteFrameStart(head, size);
        return [.. writer.Written.Span, .. head, .. record.AsSpan(0, size)];
    }

    // What stands between <code> and </code> in the comments, line by line.
    private static IEnumerable<string> GrammarOf(string source) => Code().Matches(source)
        .SelectMany(code => Lines(code.Groups["lines"].Value.Replace("///", "", StringComparison.Ordinal)));

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex("<code>(?<lines>.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^```\n(?<lines>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^```hex\n(?<lines>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex HexFence();

    // Up to the first three blanks in a row.
    [GeneratedRegex(@"^([0-9a-f]{2}( {1,2}(?=[0-9a-f]{2}( |$)))?)+")]
    private static partial Regex HexPart();
}
