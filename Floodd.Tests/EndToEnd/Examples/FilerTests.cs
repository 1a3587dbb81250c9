// The filer as export command: what it does with bundles, and thousands of real files filed at every site, one of which is killed.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Floodd.Processes;
using Floodd.Tests.Tidy;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[Parallelizable]
internal sealed class FilerTests
{
    private const int Files = 3000;
    private const long LargestFile = 32 << 10;

    private static readonly string Filer = Path.Combine(Sources.Root, "examples", "filer");

    [Test]
    public void Every_update_of_a_framed_bundle_becomes_a_file()
    {
        using var folder = new TestFolder();
        byte[] bundle = Encoding.Latin1.GetBytes("update g inferno/1f/1 8\none\ntwo\n\nupdate g valhalla/2f/70 0\n\nupdate g inferno/1f/2 4\n\0\xff\n\0\n");
        Assert.That(File(folder, bundle, 12), Is.Zero);
        Assert.That(File(folder, bundle, 12), Is.Zero, "the same bundle again");
        Assert.That(Names(folder), Is.EqualTo(new[] { "g.inferno.1f.1", "g.inferno.1f.2", "g.valhalla.2f.70" }));
        Assert.That(System.IO.File.ReadAllText(folder.File("filed", "g.inferno.1f.1")), Is.EqualTo("one\ntwo\n"));
        Assert.That(System.IO.File.ReadAllBytes(folder.File("filed", "g.inferno.1f.2")), Is.EqualTo("\0\xff\n\0".Select(value => (byte)value)));
    }

    [TestCase("update g inferno/1f/1 3\none\nupdate g inferno/1f/2 3\nt", 6)]
    [TestCase("update g inferno/1f/1 3\none", 3)]
    [TestCase("update g inferno/1f/1 3\nones\n", 3)]
    [TestCase("update g ../1f/1 3\none\n", 3)]
    [TestCase("update g a/../../1 3\none\n", 3)]
    [TestCase("update ../g a/1f/1 3\none\n", 3)]
    [TestCase("update g a/1f/1 $(id)\none\n", 3)]
    [TestCase("gibberish that is longer than what it should be\n", 3)]
    public void What_is_not_whole_frames_is_not_filed(string input, int bytes)
    {
        using var folder = new TestFolder();
        Assert.That(File(folder, Encoding.ASCII.GetBytes(input), bytes), Is.EqualTo(75));
        Assert.That(Names(folder), Is.Empty);
    }

    [Test]
    public void Thousands_of_files_are_filed_once_at_every_site_though_one_is_killed()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            SiteCount = 5,
            DataStorageMax = "256m",
            ExportCommand = site => $"'{Filer}' {FiledAt(site)}",
        });
        string tree = group.Folder.File("tree");
        FileTree.CopyRealFiles(tree, Files, LargestFile);
        TestSite victim = group[2];
        long start = Stopwatch.GetTimestamp();
        int filed = 0;
        long bytes = 0;

        Dictionary<string, byte[]> expected = [];
        using (ClientSession session = group[0].Open())
        {
            foreach (string file in Directory.EnumerateFiles(tree, "*", SearchOption.AllDirectories))
            {
                byte[] update = System.IO.File.ReadAllBytes(file);
                expected.Add($"g.{session.Flood("g", update).Replace('/', '.')}", update);
                bytes += update.Length;
                if (expected.Count == Files / 2)
                {
                    Eventually.Holds(() => NamesAt(victim).Length >= Files / 10, "the victim to be at work", group.Logs);
                    victim.Daemon.Kill();
                    filed = NamesAt(victim).Length;
                }
                else if (expected.Count == Files * 3 / 4)
                {
                    group.Restart(victim);
                }
            }
        }

        foreach (TestSite site in group.Sites)
        {
            Eventually.Holds(() => NamesAt(site).Length >= expected.Count, $"{site.Name} to file all", () => $"{NamesAt(site).Length}\n{group.Logs()}");
            Assert.That(NamesAt(site), Is.EquivalentTo(expected.Keys), site.Name);
            Assert.That(expected.Where(each => !System.IO.File.ReadAllBytes(Path.Combine(FiledAt(site), each.Key)).AsSpan().SequenceEqual(each.Value)), Is.Empty, site.Name);
        }

        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{expected.Count} updates, {bytes} bytes, 1 site killed with {filed} files, {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
    }

    private static string FiledAt(TestSite site) => Path.Combine(site.Folder, "filed");

    private static string[] NamesAt(TestSite site) => Directory.Exists(FiledAt(site))
        ? [.. Directory.GetFiles(FiledAt(site)).Select(path => Path.GetFileName(path))]
        : [];

    private static string[] Names(TestFolder folder) =>
        [.. Directory.GetFileSystemEntries(folder.File("filed")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static int File(TestFolder folder, byte[] input, int bytes) => ShellRunner.RunAsync(new($"'{Filer}' filed")
    {
        WorkingDirectory = folder.Path,
        Input = [input],
        Environment = [new("FLOODD_BYTES", bytes.ToString(CultureInfo.InvariantCulture))],
        Timeout = Eventually.Patience,
    }).GetAwaiter().GetResult().Code;
}
