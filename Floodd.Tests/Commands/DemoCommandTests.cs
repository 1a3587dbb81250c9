// `floodd demo` as its user sees it: a process that shows a group at work and leaves nothing behind.
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Floodd.Tests.EndToEnd;
using NUnit.Framework;

namespace Floodd.Tests.Commands;

[Parallelizable]
internal sealed partial class DemoCommandTests
{
    private const int Interrupt = 2;

    private TestFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase(2)]
    [TestCase(5)]
    public void Every_site_exports_every_update_once(int count)
    {
        Ending ending = Executable.Run(Start("--once", "--sites", $"{count}"));
        Assert.That((ending.ExitCode, ending.Errors), Is.EqualTo((0, "")), ending.Output);
        MatchCollection rows = Row().Matches(ending.Output);
        Assert.That(rows, Has.Count.EqualTo(count), ending.Output);
        Assert.That(rows.Select(row => row.Groups["count"].Value), Is.All.EqualTo("500"));
        Assert.That(rows.Select(row => row.Groups["digest"].Value).Distinct(), Has.Exactly(1).Items);
        Assert.That(rows.Select(row => row.Groups["port"].Value).Distinct(), Has.Exactly(count).Items);
        Assert.That(ending.Output, Does.Not.Contain('\u001b'));
        CheckNothingIsLeft();
    }

    [TestCase(Signals.Terminate)]
    [TestCase(Interrupt)]
    [TestCase(Signals.Hangup)]
    public void A_demo_stays_up_until_a_signal_and_shows_what_a_person_floods(int signal)
    {
        using Process demo = Process.Start(Start("--sites", "2"))!;
        try
        {
            string port = Until(demo, Row()).Groups["port"].Value;
            Until(demo, Last());
            using (ClientSession session = ClientSession.Open(int.Parse(port, CultureInfo.InvariantCulture)))
            {
                session.Flood("demo", "by hand\n"u8);
            }

            Assert.That(Until(demo, ByHand()).Value, Does.EndWith("8 bytes: by hand"));
            Signals.Send(demo.Id, signal);
            Assert.That(demo.WaitForExit(Eventually.Patience), Is.True);
            Assert.That((demo.ExitCode, demo.StandardError.ReadToEnd()), Is.EqualTo((0, "")));
        }
        finally
        {
            demo.Kill(entireProcessTree: true);
            demo.WaitForExit();
        }

        CheckNothingIsLeft();
    }

    [Test]
    public void What_the_demo_invites_to_try_works()
    {
        using Process demo = Process.Start(Start("--sites", "2"))!;
        try
        {
            Assert.That(Try("flood"), Does.Match("^boston/[0-9a-f]+/[0-9]+$"));

            // More than a pipe holds: watch has to see that its reader has seen enough.
            Assert.That(Try("watch", " | head -n 2"), Does.Contain('\n'));
            Assert.That(Try("status"), Does.Contain("master amsterdam").And.Contain("501 updates"));
        }
        finally
        {
            demo.Kill(entireProcessTree: true);
            demo.WaitForExit();
        }

        string Try(string command, string more = "")
        {
            string line = Until(demo, new Regex($"^.*\\bfloodd {command} .*$")).Value.Replace("floodd ", Executable.Floodd + " ", StringComparison.Ordinal);
            Ending ending = Executable.Run(Executable.StartOther("/bin/sh", _folder.Path, "-c", line + more));
            Assert.That((ending.ExitCode, ending.Errors), Is.EqualTo((0, "")), line);
            return ending.Output.TrimEnd();
        }
    }

    [Test]
    public void A_demo_that_is_ended_as_soon_as_it_has_begun_leaves_nothing_behind()
    {
        using Process demo = Process.Start(Start())!;
        try
        {
            Until(demo, First());
            Signals.Send(demo.Id, Signals.Terminate);
            Assert.That(demo.WaitForExit(Eventually.Patience), Is.True);
            Assert.That(demo.ExitCode, Is.EqualTo(75), demo.StandardError.ReadToEnd());
        }
        finally
        {
            demo.Kill(entireProcessTree: true);
            demo.WaitForExit();
        }

        CheckNothingIsLeft();
    }

    [TestCase("1")]
    [TestCase("21")]
    [TestCase("many")]
    public void Another_number_of_sites_is_refused(string number) =>
        Assert.That(Executable.Run(_folder, "demo", "--sites", number).ExitCode, Is.EqualTo(64));

    private static Match Until(Process demo, Regex what)
    {
        while (demo.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience).GetAwaiter().GetResult() is { } line)
        {
            if (what.Match(line) is { Success: true } match)
            {
                return match;
            }
        }

        throw new AssertionException($"the demo never wrote {what}: {demo.StandardError.ReadToEnd()}");
    }

    private void CheckNothingIsLeft()
    {
        Assert.That(Census.Naming(_folder.Path), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Folder("tmp")), Is.Empty);
    }

    private ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = Executable.Start(_folder.Path, ["demo", .. arguments]);
        start.Environment["TMPDIR"] = _folder.Folder("tmp");
        return start;
    }

    [GeneratedRegex(@"^ *[a-z]+ +telnet 127\.0\.0\.1 (?<port>\d+) +\d+ +\d+ +(?<count>\d+) +[\d,]+ +(?<digest>[0-9a-f]{8})$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("cat >>")]
    private static partial Regex First();

    [GeneratedRegex("Ctrl-C ends all sites")]
    private static partial Regex Last();

    [GeneratedRegex("Every site has exported 501 updates; .*")]
    private static partial Regex ByHand();
}
