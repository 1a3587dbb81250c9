// A real tree of files kept the same at five sites by the mirror scripts and five daemons, one of which is killed at work.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Floodd.Tests.Tidy;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[Parallelizable]
[UnsupportedOSPlatform("windows")]
internal sealed class MirrorTreeTests
{
    private const long LargestFile = 48 << 10;

    private static readonly string Scripts = Path.Combine(Sources.Root, "examples", "rsync-mirror");

    [OneTimeSetUp]
    public void NeedsRsync() => Assume.That(Executable.IsInstalled("rsync"), "rsync is not installed");

    [TestCase(3000, false, TestName = "A_tree_of_thousands_of_files_is_the_same_at_all_sites_though_one_is_killed")]
    [TestCase(1000, true, TestName = "A_tree_of_thousands_of_files_is_the_same_at_all_sites_though_one_is_killed_with_its_export")]
    public void A_tree_is_the_same_at_all_sites_though_one_is_killed(int files, bool withExport)
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            SiteCount = 5,
            DataStorageMax = "256m",
            GroupLines = " (:max-update-size 64m)",
            ExportCommand = site => site.Name == "s1" ? null : $"'{Scripts}/mirror-apply' {DirectoryOf(site)} {Path.GetDirectoryName(site.Folder)}/s1/mirror",
            LocalLines = site => site.Name == "s1" ? "" : $"(:resync-command \"'{Scripts}/mirror-resync' {DirectoryOf(site)} {Path.GetDirectoryName(site.Folder)}/%s/mirror\")",
        });
        string tree = group.Folder.File("tree");
        TestSite source = group[0];
        TestSite victim = group[3];
        FileTree.CopyRealFiles(tree, files, LargestFile);
        long start = Stopwatch.GetTimestamp();

        // The victim may be done before mirror-source is: its own copy has still to follow.
        var flooding = Task.Run(() => FloodChanges(group, tree));
        int applied = 0;
        Eventually.Holds(() => (applied = FilesAt(victim)) > files / 20, "the victim to be at work", group.Logs);
        IReadOnlyList<int> export = withExport ? Census.Descendants(victim.Daemon.Id) : [];
        victim.Daemon.Kill();
        Census.EndAll(export);
        string left = MarksAt(victim).Any() ? "done" : $"{FilesAt(victim)} files";
        flooding.GetAwaiter().GetResult();
        TreeChanges.Make(tree);
        FloodChanges(group, tree);
        group.Restart(victim);
        TreeChanges.Make(tree);
        FloodChanges(group, tree);

        foreach (TestSite site in group.Sites)
        {
            Eventually.Holds(() => MarksAt(site).SequenceEqual(MarksAt(source)), $"{site.Name} to apply all", group.Logs);
        }

        IReadOnlyList<string> expected = FileTree.Describe(tree);
        foreach (TestSite site in group.Sites)
        {
            Assert.That(FileTree.Describe(Path.Combine(DirectoryOf(site), "tree")), Is.EqualTo(expected), site.Name);
        }

        Assert.That(MarksAt(source).Single(), Does.EndWith(" 3"));
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{expected.Count} entries, 3 updates of {source.Statistics()["bytes-accepted"]} bytes, 1 site killed with {applied} files, which left {left}; {victim.Statistics()["resync-runs"]} full copies and {victim.Statistics()["updates-exported"]} exports in its second life; {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
    }

    private static void FloodChanges(SiteGroup group, string tree)
    {
        TestSite source = group[0];
        Ending ending = Executable.Run(Executable.StartOther(
            Path.Combine(Scripts, "mirror-source"),
            source.Folder,
            [tree, DirectoryOf(source), Executable.Floodd, "flood", "g", "-", "--to", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{source.ClientPort}")]));
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
    }

    private static string DirectoryOf(TestSite site) => Path.Combine(site.Folder, "mirror");

    private static int FilesAt(TestSite site)
    {
        string tree = Path.Combine(DirectoryOf(site), "tree");
        return Directory.Exists(tree) ? Directory.EnumerateFiles(tree, "*", SearchOption.AllDirectories).Count() : 0;
    }

    private static IEnumerable<string> MarksAt(TestSite site)
    {
        string marks = Path.Combine(DirectoryOf(site), "applied");
        return Directory.Exists(marks)
            ? Directory.EnumerateFiles(marks).Where(IsWhole)
                .Select(mark => $"{Path.GetFileName(mark)} {File.ReadAllText(mark).Trim()}")
            : [];
    }

    // Neither what mirror-apply nor what rsync, run by mirror-resync, is still writing.
    private static bool IsWhole(string mark) => !mark.EndsWith(".part", StringComparison.Ordinal) && !Path.GetFileName(mark).StartsWith('.');
}
