// A directory whose changes are flooded as they happen, and the copies of it at other sites; with real daemons, and tree-apply by hand.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[Parallelizable(ParallelScope.Self)]
[UnsupportedOSPlatform("windows")]
internal sealed class WatchDirectoryTests
{
    private static readonly string Apply = Path.Combine(ExampleFolder.Examples, "watch-directory", "tree-apply");

    [Test]
    public void Copies_follow_all_changes_though_the_watcher_and_a_site_are_killed()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            GroupLines = " (:max-update-size 256k)",
            ExportCommand = site => site.Name == "s1" ? null : $"'{Apply}' {site.Folder}/copy",
        });
        string tree = group.Folder.Folder("watched");
        string[] arguments = [tree, group.Folder.File("state"), string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{group[0].ClientPort}"), "g"];
        FileTree.CopyRealFiles(tree, 100, 32 << 10);
        using (var watcher = new ExampleProgram("watch-directory", group.Folder.Path, arguments))
        {
            CheckCopies(group, tree, watcher);

            // A file that is written in pieces is flooded when nobody writes to it any more. Of a machine that stood still meanwhile that cannot be said.
            double floods = group[0].Statistics()["updates-accepted"];
            TimeSpan longest = WriteInPieces(Path.Combine(tree, "slow"));
            CheckCopies(group, tree, watcher);
            Assert.That(group[0].Statistics()["updates-accepted"] - floods, longest < TimeSpan.FromMilliseconds(400) ? Is.EqualTo(1) : Is.GreaterThanOrEqualTo(1));
            TreeChanges.Make(tree);
            CheckCopies(group, tree, watcher);
            watcher.Kill();
        }

        // What happens while it does not run: all kinds of it, and a last line of the state that was cut short.
        TreeChanges.Make(tree);
        group[2].Daemon.Kill();
        File.AppendAllText(group.Folder.File("state"), "entry 12 3");
        using var next = new ExampleProgram("watch-directory", group.Folder.Path, arguments);
        Directory.Delete(Path.Combine(tree, "odd"), recursive: true);
        group.Restart(group[2]);
        CheckCopies(group, tree, next);

        string large = Path.Combine(tree, "large");
        File.WriteAllBytes(large, new byte[400_000]);
        Eventually.Holds(() => next.Errors.Contains("large is not flooded before it changes: 552", StringComparison.Ordinal), "it to say what is too large", () => next.Errors);
        File.WriteAllText(large, "small");
        CheckCopies(group, tree, next);
    }

    [Test]
    public void A_change_that_came_late_undoes_no_newer_one()
    {
        using var folder = new TestFolder();
        var shell = new ExampleFolder(folder);
        Assert.That(Feed(shell, "tree 5 file 644 a\nfive", "tree 4 file 644 a\nfour", "tree 4 gone 0 a\n", "tree 7 gone 0 b\n", "tree 6 file 644 b\nsix"), Is.Zero);
        Assert.That(shell.Demand("cd copy/tree; grep -r ."), Is.EqualTo("a:five\n"));
    }

    [TestCase("/etc/x")]
    [TestCase("../x")]
    [TestCase("a/../../x")]
    [TestCase("a//x")]
    [TestCase("./x")]
    [TestCase("..")]
    [TestCase("a/..")]
    [TestCase("\\0056\\0056/x")]
    [TestCase("\\0056./x")]
    [TestCase("a\\0057..\\0057..\\0057x")]
    [TestCase("$(touch caught)")]
    [TestCase("a\\cb")]
    [TestCase("")]
    public void A_path_that_leads_elsewhere_is_refused(string path)
    {
        using var folder = new TestFolder();
        var shell = new ExampleFolder(folder);
        foreach (string kind in new[] { "file 644", "directory 755", "gone 0" })
        {
            Assert.That(Feed(shell, $"tree 1 {kind} {path}\nbytes"), Is.EqualTo(65), kind);
        }

        Assert.That(shell.Demand("find . -type f ! -name bundle ! -name lock ! -name error; ls copy/tree copy/applied"), Is.EqualTo("copy/applied:\n\ncopy/tree:\n"));
    }

    [Test]
    public void Links_in_the_copy_are_replaced_and_not_followed()
    {
        using var folder = new TestFolder();
        var shell = new ExampleFolder(folder);
        shell.Demand("mkdir -p copy/tree outside/inner; echo kept > outside/file; echo kept > outside/inner/file; for a in a b c d; do ln -s ../../outside copy/tree/$a; done; ln -s ../../outside/file copy/tree/e");
        Assert.That(Feed(shell, "tree 1 file 644 a/file\nnew", "tree 1 gone 0 b/file\n", "tree 1 gone 0 c\n", "tree 1 file 644 d\nnew", "tree 1 file 644 e\nnew", "tree 1 directory 700 b/inner\n"), Is.Zero);
        Assert.That(shell.Demand("cat outside/file outside/inner/file; find copy/tree -type l; stat -c %a outside/inner"), Does.StartWith("kept\nkept\n").And.Not.Contain("copy/tree").And.Not.Contain("700"));
        Assert.That(shell.Demand("cat copy/tree/a/file copy/tree/d copy/tree/e"), Is.EqualTo("newnewnew"));
    }

    private static int Feed(ExampleFolder shell, params string[] updates) =>
        shell.Feed($"'{Apply}' copy", [.. updates.Select((text, i) => ($"s1/1f/{i + 1}", Encoding.UTF8.GetBytes(text)))]).ExitCode;

    // The longest time between two pieces.
    private static TimeSpan WriteInPieces(string path)
    {
        using FileStream slow = File.Create(path);
        long last = Stopwatch.GetTimestamp();
        TimeSpan longest = TimeSpan.Zero;
        for (int i = 0; i < 10; i++)
        {
            slow.Write(new byte[1000]);
            slow.Flush();
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(last).Ticks));
            last = Stopwatch.GetTimestamp();
            Eventually.Within(TimeSpan.FromMilliseconds(120), () => false);
        }

        return longest;
    }

    // All but links, which are not flooded.
    private static void CheckCopies(SiteGroup group, string tree, ExampleProgram watcher)
    {
        foreach (TestSite site in group.Sites.Skip(1))
        {
            string copy = Path.Combine(site.Folder, "copy", "tree");
            Eventually.Holds(
                () => Describe(tree).SequenceEqual(Describe(copy)),
                $"{site.Name} to follow",
                () => $"{string.Join('\n', Describe(tree).Except(Describe(copy)).Concat(Describe(copy).Except(Describe(tree)).Select(line => "not " + line)))}\n{watcher.Errors}\n{group.Logs()}");
        }
    }

    private static string[] Describe(string root)
    {
        try
        {
            IReadOnlyList<string> all = Directory.Exists(root) ? FileTree.Describe(root) : [];
            string[] links = [.. all.Where(IsLink).Select(line => line.Split(" -> ")[0])];
            return [.. all.Where(line => !IsLink(line) && !links.Any(link => line.StartsWith(link.TrimEnd() + "/", StringComparison.Ordinal)))];
        }
        catch (IOException)
        {
            // It changed while we looked.
            return [];
        }
    }

    private static bool IsLink(string line) => line.Contains(" -> ", StringComparison.Ordinal);
}
