// `floodd check` as a user sees it: what it prints, where, and its exit code.
using System.CommandLine;
using Floodd.Commands;
using Floodd.Config;
using Floodd.Tests.Config;
using NUnit.Framework;

namespace Floodd.Tests.Commands;

internal sealed class CheckCommandTests
{
    private string _directory = "";

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("floodd-check-").FullName;

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_directory, recursive: true);

    [TestCase("check inferno -c {0}")]
    [TestCase("check -c {0} inferno")]
    [TestCase("check inferno --config {0}")]
    [TestCase("check inferno --config={0}")]
    public void A_good_file_is_explained_and_the_explanation_is_a_configuration(string line)
    {
        (int code, string output, string errors) = Run(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, Write("good", ConfigText.Manual)));
        Assert.That((code, errors), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("This daemon is site inferno").And.Contain("(:ping-period 15)                      ; default, seconds").And.Contain("; :latitude is not given"));
        Assert.That(ConfigText.Good(ConfigText.Read(output, "inferno")).Sites, Is.EqualTo(ConfigText.Good(ConfigText.Read(ConfigText.Manual, "inferno")).Sites));
    }

    [Test]
    public void A_bad_file_is_refused_with_every_error_and_78()
    {
        string one = Write("one", "(:site-define (:site-name a) (:prot 1))\n(:x)");
        string two = Write("two", "(:local (:site-name b))");
        (int code, string output, string errors) = Run($"check -c {one} -c {two}");
        Assert.That((code, output), Is.EqualTo((78, "")));
        Assert.That(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(e => e[..(e.IndexOf(": ", StringComparison.Ordinal) + 1)]), Is.EqualTo(new[] { $"{one}:1:31:", $"{one}:2:2:", $"{two}:1:21:" }));
    }

    [Test]
    public void A_file_that_is_not_there_is_78()
    {
        (int code, _, string errors) = Run($"check -c {_directory}/no");
        Assert.That((code, errors.Split('\n')[0]), Is.EqualTo((78, $"{_directory}/no:1:1: cannot be read: no such file")));
    }

    [Test]
    public void A_site_that_can_be_no_site_is_refused() =>
        Assert.That(new RootCommand { CheckCommand.Create() }.Parse("check ../etc").Errors.Single().Message, Does.StartWith("SITE is '../etc'; expected 1 to 64 letters"));

    [Test]
    public void The_reference_can_be_printed() => Assert.That(Run("check --reference"), Is.EqualTo((0, ReferenceText.Write(), "")));

    [Test]
    public void The_root_and_a_subcommand_can_share_the_options()
    {
        string file = Write("good", ConfigText.Manual);
        var root = new RootCommand { ConfigurationOptions.Site, ConfigurationOptions.Config };
        root.Add(CheckCommand.Create());
        LoadedConfiguration? loaded = null;
        root.SetAction(result => { loaded = ConfigurationOptions.Load(result); });
        Assert.That(root.Parse($"inferno -c {file}").Invoke(), Is.Zero);
        Assert.That(loaded?.Configuration?.Self.Value, Is.EqualTo("inferno"));
        using var output = new StringWriter();
        Assert.That(root.Parse($"check master -c {file}").Invoke(new() { Output = output }), Is.Zero);
        Assert.That(output.ToString(), Does.Contain("This daemon is site master"));
        Assert.That(root.Parse($"-c {file}").Errors, Is.Empty);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static (int Code, string Output, string Errors) Run(string line)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = new RootCommand { CheckCommand.Create() }.Parse(line).Invoke(new() { Output = output, Error = errors });
        return (code, output.ToString(), errors.ToString());
    }
}
