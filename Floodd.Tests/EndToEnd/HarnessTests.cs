// Shows that the tools of these tests tell right from wrong, without a daemon.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

internal sealed class HarnessTests
{
    private static readonly byte[] Frames = Encoding.ASCII.GetBytes("update g s1/a/1 3\nabc\nupdate g s2/b/7 0\n\nupdate g s1/a/2 5\nupd\n\n\n");

    [Test]
    public void Frames_are_split_and_a_cut_one_waits()
    {
        for (int cut = 0; cut <= Frames.Length; cut++)
        {
            var updates = new List<ExportedUpdate>();
            int taken = ExportLog.Parse(Frames.AsSpan(0, cut), 1, updates);
            ExportLog.Parse(Frames.AsSpan(taken), 1, updates);
            Assert.That(updates.Select(update => update.Id), Is.EqualTo(new[] { "s1/a/1", "s2/b/7", "s1/a/2" }), $"cut at {cut}");
            Assert.That(updates.Select(update => Encoding.ASCII.GetString(update.Bytes.AsSpan())), Is.EqualTo(new[] { "abc", "", "upd\n\n" }));
        }
    }

    [TestCase("nonsense\n")]
    [TestCase("update g s1/a/1 x\nabc\n")]
    [TestCase("update g s1/a/1 2\nabc\n")]
    public void What_is_no_frame_fails_the_test(string bytes) =>
        Assert.That(() => ExportLog.Parse(Encoding.ASCII.GetBytes(bytes), 1, []), Throws.InstanceOf<AssertionException>());

    [Test]
    public void An_export_log_is_read_on_while_it_grows()
    {
        using var folder = new TestFolder();
        var log = new ExportLog(folder.Path);
        Assert.That(log.Count, Is.Zero);
        for (int i = 0; i < Frames.Length; i++)
        {
            File.AppendAllText(folder.File("exports.1"), ((char)Frames[i]).ToString());
            Assert.That(log.Updates(), Has.Count.LessThanOrEqualTo(3));
        }

        File.WriteAllBytes(folder.File("exports.2"), Frames[..22]);
        Assert.That(log.Updates().Select(update => update.Life), Is.EqualTo(new[] { 1, 1, 1, 2 }));
        Assert.That(log.Repeated(), Is.EqualTo(new[] { "s1/a/1" }));
    }

    [TestCase("(:member (:site-name s1) (:state up))", "state", "up")]
    [TestCase("(:member (:site-name \"s1\"))", "site-name", "s1")]
    [TestCase("(:member (:site-name s1))", "name", null)]
    public void Fields_of_listing_lines_are_found(string line, string name, string? value) =>
        Assert.That(Reply.Value(line, name), Is.EqualTo(value));

    [Test]
    public void Free_ports_can_be_listened_on()
    {
        int[] ports = FreePorts.Take(20);
        Assert.That(ports, Is.Unique);
        foreach (int port in ports)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.That(() => socket.Bind(new IPEndPoint(IPAddress.Loopback, port)), Throws.Nothing);
        }
    }

    [Test]
    public void A_test_folder_takes_its_processes_with_it()
    {
        var folder = new TestFolder();
        using Process inDirectory = Process.Start(Executable.StartOther("sleep", folder.Path, "1000"))!;
        using Process byName = Process.Start(Executable.StartOther("tail", "/", "-f", folder.Write("file", "")))!;
        using Process child = Process.Start(Executable.StartOther("sh", folder.Path, "-c", "(sleep 1000; true) & wait"))!;
        Eventually.Holds(() => Census.Descendants(child.Id).Count == 2, "a child and its child");
        Assert.That(Census.Naming(folder.Path), Is.SupersetOf(new[] { inDirectory.Id, byName.Id, child.Id }));
        folder.Dispose();
        Assert.That(new[] { inDirectory, byName, child }.Select(process => process.WaitForExit(Eventually.Patience)), Is.All.True);
        Eventually.Holds(() => Census.Naming(folder.Path).Count == 0, "all to end");
        Assert.That(Directory.Exists(folder.Path), Is.False);
    }

    [Test]
    public void What_never_holds_fails_with_what_was_waited_for() =>
        Assert.That(
            () => Eventually.Holds(() => false, "the impossible", () => "nothing", TimeSpan.FromMilliseconds(30)),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("the impossible; instead: nothing"));
}
