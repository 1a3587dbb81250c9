// The command line as scripts see it: options, exit codes, standard output and error.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class CommandLineTests
{
    private const int Usage = 64;
    private const int NotReachable = 69;
    private const int CannotMake = 73;
    private const int BadConfiguration = 78;

    private const string ManualsExample = """
        ;;; This file contains a minimal configuration for a non master site replica.
        # The master site.
        (:site-define (:site-name master) (:hostname valhalla) (:client-port 2000) (:data-port 2001))
        ; The second site.
        (:site-define (:site-name inferno) (:hostname inferno) (:client-port 2000) (:data-port 2001))
        (:group-define (:group-name mirror-1) (:site master) (:site inferno)
          (:ping-period 15.0) (:bandwidth-period 60.0) (:estimates-period 30.0) (:update-period 120) (:master-site master))
        (:local (:export-command /homes/dante/mirrord/inferno/bin/filer) (:site-purge-period 600))

        """;

    private TestFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void A_demo_whose_reader_has_seen_enough_ends_well_and_leaves_nothing()
    {
        // The demo's own folder is made in ours, where it would be seen.
        Ending ending = Executable.Run(Executable.StartOther(
            "/bin/sh", _folder.Path, "-c", $"{{ TMPDIR={_folder.Path} {Executable.Floodd} demo --sites 2; echo $? >&2; }} | head -n 1"));
        Assert.That((ending.Output.Split('\n').Length, ending.Errors), Is.EqualTo((2, "0\n")));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public void Version_is_a_number()
    {
        Ending ending = Executable.Run(_folder, "--version");
        Assert.That((ending.ExitCode, ending.Errors), Is.EqualTo((0, "")));
        Assert.That(ending.Output.Trim(), Does.Match(@"^(floodd )?\d+\.\d+\.\d+$"));
    }

    [TestCase("check")]
    [TestCase("demo")]
    [TestCase("flood")]
    [TestCase("watch")]
    [TestCase("status")]
    public void Help_names_the_commands(string command)
    {
        Ending all = Executable.Run(_folder, "--help");
        Assert.That((all.ExitCode, all.Output), Is.EqualTo((0, all.Output)));
        Assert.That(all.Output, Does.Contain(command));
        Ending one = Executable.Run(_folder, command, "--help");
        Assert.That((one.ExitCode, one.Errors), Is.EqualTo((0, "")));
    }

    [Test]
    public void An_unknown_option_is_a_usage_error()
    {
        Ending ending = Executable.Run(_folder, "--no-such-option");
        Assert.That(ending.ExitCode, Is.EqualTo(Usage), ending.Errors);
        Assert.That(ending.Errors, Does.Contain("no-such-option"));
    }

    [Test]
    public void Check_takes_the_manuals_example()
    {
        Ending ending = Executable.Run(_folder, "check", "inferno", "-c", _folder.Write("example", ManualsExample));
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
        Assert.That(ending.Output, Does.Contain("mirror-1").And.Contain("data-storage-max"), "what is set and what is default");
    }

    [Test]
    public void Check_reports_every_error_with_its_place()
    {
        string file = _folder.Write("wrong", """
            (:site-define (:site-name a) (:client-port 70000))
            (:group-define (:group-name g) (:site a) (:site nowhere)
              (:ping-perid 5.0))
            (:local (:data-storage-max lots))

            """);
        Ending ending = Executable.Run(_folder, "check", "a", "-c", file);
        Assert.That(ending.ExitCode, Is.EqualTo(BadConfiguration));
        string[] errors = ending.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(errors, Has.Length.EqualTo(4), ending.Errors);
        Assert.That(errors, Is.All.Match($@"^{System.Text.RegularExpressions.Regex.Escape(file)}:\d+:\d+: ."));
        Assert.That(errors, Has.Some.Match($"wrong:3:[0-9]+: .*ping-perid.*ping-period"), "the nearest known name");
    }

    [Test]
    public void A_configuration_that_is_not_found_says_where_it_was_looked_for()
    {
        Ending ending = Executable.Run(_folder, "inferno");
        Assert.That(ending.ExitCode, Is.EqualTo(BadConfiguration), ending.Errors);
        Assert.That(ending.Errors, Does.Contain("floodd-inferno").And.Contain("floodd-config").And.Contain("/etc/floodd/floodd.conf"));
    }

    [Test]
    public void A_configuration_file_that_is_missing_is_named()
    {
        Ending ending = Executable.Run(_folder, "inferno", "-c", _folder.File("missing"));
        Assert.That(ending.ExitCode, Is.EqualTo(BadConfiguration), ending.Errors);
        Assert.That(ending.Errors, Does.Contain(_folder.File("missing")));
    }

    [Test]
    public void A_site_that_is_not_defined_is_refused_with_the_candidates()
    {
        Ending ending = Executable.Run(_folder, "infrno", "-c", _folder.Write("example", ManualsExample));
        Assert.That(ending.ExitCode, Is.EqualTo(BadConfiguration).Or.EqualTo(Usage), ending.Errors);
        Assert.That(ending.Errors, Does.Contain("inferno"));
    }

    [TestCase("./floodd-inferno")]
    [TestCase("./floodd-config")]
    public void A_configuration_is_found_in_the_directory(string name)
    {
        _folder.Write(name, ManualsExample);
        Assert.That(Executable.Run(_folder, "check", "inferno").ExitCode, Is.Zero);
    }

    [Test]
    public void A_configuration_is_found_by_its_variable()
    {
        var start = Executable.Start(_folder.Path, "check", "inferno");
        start.Environment["FLOODD_CONFIG"] = _folder.Write("elsewhere", ManualsExample);
        Assert.That(Executable.Run(start).ExitCode, Is.Zero);
    }

    [Test]
    public void A_port_in_use_is_an_error_of_its_own()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, Connectivity = 1 });
        Ending ending = Executable.Run(_folder, "s1", "-c", group[0].ConfigurationFile);
        Assert.That(ending.ExitCode, Is.EqualTo(CannotMake), ending.Errors);
        Assert.That(ending.Errors, Does.Contain($"{group[0].ClientPort}").Or.Contain($"{group[0].DataPort}"));
    }

    [TestCase("flood")]
    [TestCase("status")]
    public void A_daemon_that_is_not_there_is_not_reachable(string command)
    {
        int port = FreePorts.Take(1)[0];
        Ending ending = Executable.Run(Executable.Start(_folder.Path, command, "--to", $"127.0.0.1:{port}"), "update");
        Assert.That(ending.ExitCode, Is.EqualTo(NotReachable), ending.Errors);
        Assert.That(ending.Errors.Trim().Split('\n'), Has.Length.EqualTo(1), "one line");
    }
}
