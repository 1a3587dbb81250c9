// What the mirror scripts do when batches are missing, come twice or meet one that is still at work. No daemon takes part.
using System.Globalization;
using System.Text;
using Floodd.Processes;
using Floodd.Tests.Tidy;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

internal sealed class MirrorGapTests
{
    private static readonly string Scripts = Path.Combine(Sources.Root, "examples", "rsync-mirror");

    private TestFolder _folder = null!;

    [OneTimeSetUp]
    public void NeedsRsync() => Assume.That(Executable.IsInstalled("rsync"), "rsync is not installed");

    [SetUp]
    public void MakeThreeBatches()
    {
        _folder = new TestFolder();
        _folder.Folder("flooded");
        for (int i = 1; i <= 3; i++)
        {
            _folder.Write(Path.Combine("tree", $"file{i}"), "added");
            _folder.Write(Path.Combine("tree", "changing"), string.Create(CultureInfo.InvariantCulture, $"{new string('x', i)}"));
            Assert.That(Run("mirror-source", $"tree source sh -c 'cat > flooded/{i}'"), Is.Zero);
        }
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Without_a_source_what_is_missing_is_noted_and_the_rest_applied()
    {
        Assert.That(Apply("", 1), Is.Zero);
        Assert.That(Apply("", 3), Is.Zero);
        Assert.That(File.ReadAllText(_folder.File("mirror", "missed")), Does.EndWith(" 2 to 2\n"));
        Assert.That(Names("mirror/tree"), Is.EqualTo(new[] { "changing", "file1", "file3" }));
        Assert.That(Run("mirror-resync", "mirror source"), Is.Zero);
        CheckMirror();
    }

    [Test]
    public void With_a_source_what_is_missing_is_copied()
    {
        Assert.That(Apply("source", 1), Is.Zero);
        Assert.That(Apply("source", 3), Is.Zero);
        CheckMirror();
    }

    [Test]
    public void Batches_that_a_full_copy_holds_already_undo_nothing()
    {
        Assert.That(Run("mirror-resync", "mirror source"), Is.Zero);
        Assert.That(Apply("", 1, 2), Is.Zero);
        CheckMirror();
    }

    [Test]
    public void A_copy_is_taken_of_the_first_member_that_has_all_that_is_here()
    {
        Assert.That(Apply("", 1, 2), Is.Zero);
        Assert.That(RunIn("other", 1), Is.Zero, "one that is behind");
        Assert.That(Run("mirror-resync", "mirror %s", "none=[::1]:1 other=127.0.0.1:1 -e=x:1 a;b=x:1 source=127.0.0.1:2"), Is.Zero);
        CheckMirror();
    }

    [Test]
    public void A_missing_source_deletes_nothing_and_is_asked_again_later()
    {
        Assert.That(Apply("", 1, 2, 3), Is.Zero);
        Assert.That(Run("mirror-resync", "mirror nowhere"), Is.EqualTo(75));
        Assert.That(Run("mirror-resync", "mirror %s", ""), Is.EqualTo(75));
        CheckMirror();
        Assert.That(Run("mirror-apply", "late nowhere", input: Framed(2)), Is.EqualTo(75));
        Assert.That(Names("late/tree"), Is.Empty);
    }

    [Test]
    public void Two_are_never_at_work_in_one_directory()
    {
        string input = Framed(1);
        string held = $"mkdir -p mirror; flock mirror/lock '{Scripts}/mirror-apply' mirror < '{input}'; test $? = 75";
        Assert.That(RunText(held), Is.Zero);
        Assert.That(Names("mirror/applied"), Is.Empty);
        Assert.That(Apply("", 1), Is.Zero);
    }

    [Test]
    public void What_was_flooded_before_the_source_was_cut_short_keeps_its_number_and_its_bytes()
    {
        _folder.Write(Path.Combine("tree", "late"), "one");
        Assert.That(Run("mirror-source", "tree source sh -c 'cat > flooded/4; exit 69'"), Is.EqualTo(69));
        _folder.Write(Path.Combine("tree", "late"), "another");
        Assert.That(Run("mirror-source", "tree source sh -c 'if cmp -s flooded/4 -; then exit 0; fi; cat source/pending > flooded/5'"), Is.Zero);
        Assert.That(Apply("", 1, 2, 3, 4, 4, 5), Is.Zero);
        CheckMirror();
        Assert.That(Names("source"), Is.EqualTo(new[] { "applied", "flooded", "key", "lock", "tree" }));
    }

    private void CheckMirror()
    {
        Assert.That(FileTree.Describe(_folder.File("mirror", "tree")), Is.EqualTo(FileTree.Describe(_folder.File("tree"))));
        Assert.That(FileTree.Describe(_folder.File("mirror", "applied")), Is.EqualTo(FileTree.Describe(_folder.File("source", "applied"))));
        Assert.That(Names("mirror"), Is.EqualTo(new[] { "applied", "lock", "tree" }));
    }

    private int Apply(string sources, params int[] numbers) => Run("mirror-apply", $"mirror {sources}", input: Framed(numbers));

    private int RunIn(string directory, int number) => Run("mirror-apply", directory, input: Framed(number));

    private int Run(string script, string arguments, string sites = "", string input = "/dev/null") =>
        RunText($"exec '{Scripts}/{script}' {arguments} < '{input}'", new KeyValuePair<string, string>("FLOODD_SITES", sites));

    private int RunText(string text, params KeyValuePair<string, string>[] environment) => ShellRunner.RunAsync(
        new(text) { WorkingDirectory = _folder.Path, Environment = environment, Timeout = Eventually.Patience }).GetAwaiter().GetResult().Code;

    // update GROUP ID SIZE LF, SIZE bytes, LF
    private string Framed(params int[] numbers)
    {
        string path = _folder.File("bundle");
        using FileStream bundle = File.Create(path);
        foreach (int number in numbers)
        {
            byte[] body = File.ReadAllBytes(_folder.File("flooded", number.ToString(CultureInfo.InvariantCulture)));
            bundle.Write(Encoding.ASCII.GetBytes($"update g source/1f/{number} {body.Length}\n"));
            bundle.Write(body);
            bundle.Write("\n"u8);
        }

        return path;
    }

    private string[] Names(string directory) => Directory.Exists(_folder.File(directory))
        ? [.. Directory.GetFileSystemEntries(_folder.File(directory)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];
}
