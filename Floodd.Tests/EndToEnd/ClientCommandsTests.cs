// floodd's own subcommands against running daemons: flood, watch, status.
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class ClientCommandsTests
{
    private SiteGroup _group = null!;

    [OneTimeSetUp]
    public void StartSites() => _group = SiteGroup.Start(new GroupPlan { SiteCount = 2, Connectivity = 1 });

    [OneTimeTearDown]
    public void StopSites() => _group.Dispose();

    private string Target => $"127.0.0.1:{_group[0].ClientPort}";

    [Test]
    public void Flood_sends_a_file_and_waits_for_its_delivery()
    {
        string file = _group.Folder.Write("update", "from a file\n");
        Ending ending = Executable.Run(_group.Folder, "flood", "g", file, "--to", Target, "--wait", "all");
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
        Assert.That(ending.Output, Does.Match("s1/[0-9a-f]+/[0-9]+"));
        CheckExportedEverywhere("from a file\n", mustBeThere: true);
    }

    [Test]
    public void Flood_sends_what_it_reads()
    {
        Ending ending = Executable.Run(Executable.Start(_group.Folder.Path, "flood", "g", "-", "--to", Target), "from a pipe");
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
        CheckExportedEverywhere("from a pipe", mustBeThere: false);
    }

    [Test]
    public void Watch_prints_updates_as_they_arrive()
    {
        using Process watch = Process.Start(Executable.Start(_group.Folder.Path, "watch", "g", "--to", Target))!;
        try
        {
            using ClientSession session = _group[1].Open();
            Task<string?> line = watch.StandardOutput.ReadLineAsync();
            Eventually.Holds(
                () =>
                {
                    session.Flood("g", "seen by watch\n"u8);
                    return line.IsCompleted;
                },
                "watch to print an update",
                () => $"its end: {watch.HasExited}");
            Assert.That(line.Result, Is.Not.Empty);
        }
        finally
        {
            watch.Kill();
            watch.WaitForExit();
        }
    }

    [Test]
    public void Watch_goes_on_where_its_file_says()
    {
        string seen = _group.Folder.File("seen");
        foreach (string update in (string[])["first\n", "while nobody watched\n"])
        {
            Assert.That(Flood(update).ExitCode, Is.Zero);
            using Process watch = Process.Start(Executable.Start(
                _group.Folder.Path, "watch", "g", "--to", Target, "--from", "start", "--exec", $"cat >> {seen}", "--position", _group.Folder.File("position")))!;
            try
            {
                Eventually.Holds(() => File.Exists(seen) && File.ReadAllText(seen).EndsWith(update, StringComparison.Ordinal), "watch to hand on an update");
            }
            finally
            {
                Signals.Send(watch.Id, Signals.Terminate);
                watch.WaitForExit();
            }

            Assert.That(watch.ExitCode, Is.Zero, watch.StandardError.ReadToEnd());
        }

        Assert.That(File.ReadAllText(seen).Split("first\n"), Has.Length.EqualTo(2), "taken once");
        File.WriteAllText(_group.Folder.File("position"), "rubbish");
        Ending damaged = Executable.Run(_group.Folder, "watch", "g", "--to", Target, "--position", _group.Folder.File("position"));
        Assert.That((damaged.ExitCode, damaged.Errors), Is.EqualTo((74, $"floodd: {_group.Folder.File("position")} is damaged: it holds no whole position\n")));
    }

    [Test]
    public void Watch_lets_its_command_end_when_it_is_told_to_end_itself()
    {
        (string begun, string go, string taken) = (_group.Folder.File("begun"), _group.Folder.File("go"), _group.Folder.File("taken"));
        ProcessStartInfo Watch(string command) =>
            Executable.Start(_group.Folder.Path, "watch", "g", "--to", Target, "--from", "start", "--position", _group.Folder.File("far"), "--exec", command);
        string id = Flood("taken slowly\n").Output.Trim();
        using (Process watch = Process.Start(Watch($"test $FLOODD_ID != {id} || {{ touch {begun}; until test -e {go}; do sleep 0.05; done; cat >> {taken}; }}"))!)
        {
            Eventually.Holds(() => File.Exists(begun), "watch to run its command");
            Signals.Send(watch.Id, Signals.Terminate);
            File.WriteAllText(go, "");
            watch.WaitForExit();
            Assert.That(watch.ExitCode, Is.Zero, watch.StandardError.ReadToEnd());
        }

        Assert.That(Flood("taken later\n").ExitCode, Is.Zero);
        using Process again = Process.Start(Watch($"cat >> {taken}"))!;
        Eventually.Holds(() => File.ReadAllText(taken).EndsWith("taken later\n", StringComparison.Ordinal), "watch to go on");
        Signals.Send(again.Id, Signals.Terminate);
        again.WaitForExit();
        Assert.That(File.ReadAllText(taken), Is.EqualTo("taken slowly\ntaken later\n"));
    }

    [Test]
    public void Flood_under_a_key_floods_once_wherever_it_is_tried_again()
    {
        Ending first = Flood("once\n", "--key", "a-key", "--wait", "all");
        Ending again = Executable.Run(Executable.Start(_group.Folder.Path, "flood", "g", "-", "--to", $"127.0.0.1:{_group[1].ClientPort}", "--key", "a-key"), "once\n");
        Assert.That((first.ExitCode, again.ExitCode), Is.EqualTo((0, 0)), first.Errors + again.Errors);
        Assert.That(again.Output, Is.EqualTo(first.Output));
    }

    [Test]
    public void Status_shows_a_table_and_json()
    {
        Ending table = Executable.Run(_group.Folder, "status", "--to", Target);
        Assert.That(table.ExitCode, Is.Zero, table.Errors);
        Assert.That(table.Output, Does.Contain("s1").And.Contain("s2").And.Contain("up"));
        Ending json = Executable.Run(_group.Folder, "status", "--to", Target, "--json");
        Assert.That(json.ExitCode, Is.Zero, json.Errors);
        Assert.That(() => JsonDocument.Parse(json.Output).Dispose(), Throws.Nothing);
        Assert.That(json.Output, Does.Contain("s2"));
    }

    private Ending Flood(string update, params string[] options) =>
        Executable.Run(Executable.Start(_group.Folder.Path, ["flood", "g", "-", "--to", Target, .. options]), update);

    private void CheckExportedEverywhere(string text, bool mustBeThere)
    {
        foreach (TestSite site in _group.Sites)
        {
            bool IsThere() => site.Exports.Updates().Any(update => Encoding.UTF8.GetString(update.Bytes.AsSpan()) == text);
            if (mustBeThere)
            {
                Assert.That(IsThere(), Is.True, $"exported at {site.Name} when flood ended");
            }

            Eventually.Holds(IsThere, $"'{text}' at {site.Name}", _group.Logs);
        }
    }
}
