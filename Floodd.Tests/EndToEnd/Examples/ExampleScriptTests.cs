// The scripts in examples/, run as the daemon runs them, on input made by hand. No daemon takes part.
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Floodd.Processes;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[UnsupportedOSPlatform("windows")]
internal sealed class ExampleScriptTests
{
    private static readonly string Examples = FindExamples();

    private string _folder = "";

    [OneTimeSetUp]
    public void NeedsRsync() => Assume.That(Executable.IsInstalled("rsync"), "rsync is not installed");

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("floodd-test-").FullName;
        Directory.CreateDirectory(At("tree"));

        // Stands for floodd flood: each update becomes a file of its own.
        WriteScript("flood", "n=$(ls \"$1\" | wc -l); cat > \"$1/$((n + 1))\"");
        Directory.CreateDirectory(At("flooded"));
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_filer_keeps_a_bundle_under_the_id_of_its_first_update()
    {
        Assert.That(await FileAsync("inferno/6740f2a1/42", "one\ntwo\n", 8), Is.Zero);
        Assert.That(await FileAsync("inferno/6740f2a1/42", "one\ntwo\n", 8), Is.Zero, "the same bundle again");
        Assert.That(await FileAsync("valhalla/1f/1", "three", 5), Is.Zero);
        Assert.That(Names("filed"), Is.EqualTo(new[] { "g.inferno.6740f2a1.42", "g.valhalla.1f.1" }));
        Assert.That(File.ReadAllText(At("filed/g.inferno.6740f2a1.42")), Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public async Task The_filer_does_not_keep_what_was_cut_short()
    {
        Assert.That(await FileAsync("inferno/6740f2a1/42", "one\ntw", 8), Is.EqualTo(75));
        Assert.That(Names("filed"), Is.Empty);
    }

    [Test]
    public async Task The_filer_stays_in_its_directory()
    {
        Assert.That(await FileAsync("../../../x/1", "one", 3), Is.Zero);
        Assert.That(Names("filed"), Is.EqualTo(new[] { "g..........x.1" }));
    }

    [TestCase("/proc/nowhere/filed")]
    [TestCase("")]
    public async Task The_filer_asks_for_another_try_when_it_cannot_file(string directory)
    {
        ShellResult result = await RunAsync($"'{Examples}/filer' '{directory}'", "one"u8.ToArray());
        Assert.That(result.Code, Is.EqualTo(75));
    }

    [Test]
    public async Task A_tree_is_mirrored_with_all_its_odd_names()
    {
        string[] odd = ["two words", "-rf", "$(touch caught)", "new\nline", "'\"`;&|*", "é", "update g a 5", "#note", ";note", " blanks ", "back\\slash", "\\#012", ".hidden"];
        foreach (string name in odd)
        {
            File.WriteAllText(At($"tree/{name}"), "update g a/1/1 5\nhello\n" + name);
        }

        Directory.CreateDirectory(At("tree/deep/er"));
        File.WriteAllBytes(At("tree/deep/er/big"), RandomBytes(1_000_000));
        File.CreateSymbolicLink(At("tree/link"), "deep/er/big");
        File.CreateSymbolicLink(At("tree/out"), "/etc/passwd");
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Assert.That((await ApplyAsync(Framed(1))).Code, Is.Zero);
        File.Delete(At("tree/out"));
        Assert.That(Tree("mirror/tree"), Is.EqualTo(Tree("tree")), "all but the link that leads out");

        File.Delete(At("tree/two words"));
        Directory.Delete(At("tree/deep"), recursive: true);
        File.WriteAllText(At("tree/é"), "changed");
        Assert.That(await FloodChangesAsync(), Is.Zero);
        File.WriteAllText(At("tree/é"), "canghed");
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Assert.That((await ApplyAsync(Framed(2, 3))).Code, Is.Zero);
        Assert.That(Tree("mirror/tree"), Is.EqualTo(Tree("tree")));
        Assert.That(Names("mirror"), Is.EqualTo(new[] { "applied", "lock", "tree" }));
        Assert.That(Names("flooded"), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task What_becomes_something_else_does_so_at_the_mirror()
    {
        Directory.CreateDirectory(At("tree/directory/deep"));
        File.WriteAllText(At("tree/directory/deep/er"), "one");
        Directory.CreateDirectory(At("tree/pointed"));
        File.WriteAllText(At("tree/pointed/at"), "one");
        File.WriteAllText(At("tree/file"), "one");
        File.WriteAllText(At("tree/mode"), "one");
        File.SetUnixFileMode(At("tree/mode"), UnixFileMode.UserRead);
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Assert.That((await ApplyAsync(Framed(1))).Code, Is.Zero);

        Directory.Delete(At("tree/directory"), recursive: true);
        File.WriteAllText(At("tree/directory"), "now a file");
        Directory.Delete(At("tree/pointed"), recursive: true);
        File.CreateSymbolicLink(At("tree/pointed"), "directory");
        File.Delete(At("tree/file"));
        Directory.CreateDirectory(At("tree/file"));
        File.WriteAllText(At("tree/file/inside"), "two");
        File.SetUnixFileMode(At("tree/mode"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Assert.That((await ApplyAsync(Framed(2))).Code, Is.Zero);
        Assert.That(Tree("mirror/tree"), Is.EqualTo(Tree("tree")));
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Assert.That(Names("flooded"), Has.Length.EqualTo(2), "the shadow followed");
    }

    [Test]
    public async Task A_mirror_that_differs_takes_later_batches_and_keeps_what_is_its_own()
    {
        File.WriteAllText(At("tree/a"), "one");
        File.WriteAllText(At("tree/b"), "one");
        Assert.That(await FloodChangesAsync(), Is.Zero);
        File.WriteAllText(At("tree/a"), "two, longer");
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Directory.CreateDirectory(At("mirror/tree"));
        File.WriteAllText(At("mirror/tree/a"), "something else");
        File.WriteAllText(At("mirror/tree/own"), "own");
        Assert.That((await ApplyAsync(Framed(2))).Code, Is.Zero);
        Assert.That(Names("mirror/tree"), Is.EqualTo(new[] { "a", "own" }));
        Assert.That(File.ReadAllText(At("mirror/tree/a")), Is.EqualTo("two, longer"));
    }

    [Test]
    public async Task Nothing_is_flooded_when_nothing_changed()
    {
        File.WriteAllText(At("tree/a"), "one");
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Assert.That(Names("flooded"), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task Changes_that_could_not_be_flooded_are_flooded_the_next_time()
    {
        File.WriteAllText(At("tree/a"), "one");
        Assert.That(await FloodChangesAsync("sh -c 'exit 69'"), Is.EqualTo(69));
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Assert.That((await ApplyAsync(Framed(1))).Code, Is.Zero);
        Assert.That(Tree("mirror/tree"), Is.EqualTo(Tree("tree")));
    }

    [Test]
    public async Task A_tree_that_is_not_there_is_not_taken_for_an_empty_one()
    {
        File.WriteAllText(At("tree/a"), "one");
        Assert.That(await FloodChangesAsync(), Is.Zero);
        Directory.Delete(At("tree"), recursive: true);
        Assert.That(await FloodChangesAsync(), Is.EqualTo(66));
        Assert.That(Names("flooded"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_batch_that_comes_again_is_not_applied_again()
    {
        File.WriteAllText(At("tree/a"), "one");
        await FloodChangesAsync();
        File.WriteAllText(At("tree/a"), "two");
        await FloodChangesAsync();
        Assert.That((await ApplyAsync(Framed(1, 2))).Code, Is.Zero);
        Assert.That((await ApplyAsync(Framed(1))).Code, Is.Zero);
        Assert.That(File.ReadAllText(At("mirror/tree/a")), Is.EqualTo("two"));
        Assert.That(File.ReadAllText(Directory.GetFiles(At("mirror/applied")).Single()), Is.EqualTo("2\n"));
    }

    [Test]
    public async Task A_bundle_cut_short_applies_no_half_update()
    {
        File.WriteAllText(At("tree/a"), "one");
        await FloodChangesAsync();
        File.WriteAllBytes(At("tree/b"), RandomBytes(10_000));
        await FloodChangesAsync();
        byte[] bundle = Framed(1, 2);
        Assert.That((await ApplyAsync(bundle[..^1])).Code, Is.EqualTo(75));
        Assert.That(Names("mirror/tree"), Is.EqualTo(new[] { "a" }));
        Assert.That((await ApplyAsync(bundle)).Code, Is.Zero);
        Assert.That(Tree("mirror/tree"), Is.EqualTo(Tree("tree")));
    }

    [Test]
    public async Task One_raw_update_in_a_run_is_applied()
    {
        File.WriteAllText(At("tree/a"), "one");
        await FloodChangesAsync();
        ShellResult result = await ApplyAsync(File.ReadAllBytes(At("flooded/1")), new KeyValuePair<string, string>("FLOODD_COUNT", "1"));
        Assert.That(result.Code, Is.Zero);
        Assert.That(Tree("mirror/tree"), Is.EqualTo(Tree("tree")));
    }

    [TestCase("no batch", "1")]
    [TestCase("mirror 1f 1\nno batch", "1")]
    [TestCase("mirror 1f 1\nno batch", "2")]
    [TestCase("mirror ../../x 1\nno batch", "1")]
    [TestCase("mirror 1f $(id)\nno batch", "1")]
    [TestCase("mirror 1f -1\nno batch", "1")]
    [TestCase("update g source/1f/1 99999999999999999999\nno batch\n", "1")]
    [TestCase("update g source/1f/1 8\nno batch\n", "1")]
    [TestCase("update g source/1f/1 20\nmirror 1f 1\nno batch\n", "1")]
    public async Task What_is_no_batch_is_refused(string input, string count)
    {
        ShellResult result = await ApplyAsync(Encoding.UTF8.GetBytes(input), new KeyValuePair<string, string>("FLOODD_COUNT", count));
        Assert.That(result.Code, Is.EqualTo(65));
        Assert.That(Names("mirror/tree").Concat(Names("mirror/applied")), Is.Empty);
        Assert.That(File.ReadAllText(At("mirror/error")), Is.Not.Empty);
    }

    private async Task<int> FileAsync(string id, string bundle, int bytes) => (await RunAsync(
        $"'{Examples}/filer' filed",
        Encoding.UTF8.GetBytes(bundle),
        new("FLOODD_GROUP", "g"),
        new("FLOODD_FIRST_ID", id),
        new("FLOODD_BYTES", bytes.ToString(CultureInfo.InvariantCulture)))).Code;

    private async Task<int> FloodChangesAsync(string command = "./flood flooded") =>
        (await RunAsync($"'{Examples}/rsync-mirror/mirror-source' tree source {command}", [])).Code;

    private Task<ShellResult> ApplyAsync(byte[] input, params KeyValuePair<string, string>[] environment) =>
        RunAsync($"'{Examples}/rsync-mirror/mirror-apply' mirror", input, environment);

    private Task<ShellResult> RunAsync(string text, byte[] input, params KeyValuePair<string, string>[] environment) => ShellRunner.RunAsync(
        new(text) { WorkingDirectory = _folder, Input = [input], Environment = environment, Timeout = TimeSpan.FromSeconds(60) });

    // update GROUP ID SIZE LF, SIZE bytes, LF
    private byte[] Framed(params int[] numbers) =>
    [
        .. numbers.SelectMany(number =>
        {
            byte[] body = File.ReadAllBytes(At($"flooded/{number}"));
            return (byte[])[.. Encoding.ASCII.GetBytes($"update g source/1f/{number} {body.Length}\n"), .. body, (byte)'\n'];
        }),
    ];

    private string At(string name) => Path.Join(_folder, name);

    private string[] Names(string directory) => Directory.Exists(At(directory))
        ? [.. Directory.GetFileSystemEntries(At(directory)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];

    private string[] Tree(string directory) =>
    [
        .. Directory.GetFileSystemEntries(At(directory), "*", SearchOption.AllDirectories)
            .Select(path => $"{Path.GetRelativePath(At(directory), path)}: {Content(path)}")
            .Order(StringComparer.Ordinal),
    ];

    private static string Content(string path) => File.ResolveLinkTarget(path, false) is not null ? "link " + new FileInfo(path).LinkTarget
        : Directory.Exists(path) ? "directory"
        : $"{File.GetUnixFileMode(path)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}";

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private void WriteScript(string name, string text)
    {
        File.WriteAllText(At(name), "#!/bin/sh\n" + text + "\n");
        File.SetUnixFileMode(At(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string FindExamples()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "floodd.sln")))
            {
                return Path.Join(folder.FullName, "examples");
            }
        }

        throw new DirectoryNotFoundException("no floodd.sln above the tests");
    }
}
