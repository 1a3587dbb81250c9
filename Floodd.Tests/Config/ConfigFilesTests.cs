// Where configuration files are looked for, and what comes of those that cannot be read.
using Floodd.Config;
using Floodd.Syntax;
using NUnit.Framework;

namespace Floodd.Tests.Config;

internal sealed class ConfigFilesTests
{
    private string _directory = "";

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("floodd-config-").FullName;

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_directory, recursive: true);

    [TestCase("x,y", "a", "v", "x,y")]
    [TestCase("", "a", "v", "v")]
    [TestCase("", "a", "", "./floodd-a")]
    [TestCase("", null, null, "./floodd-config")]
    public void The_first_place_that_says_something_wins(string named, string? site, string? variable, string expected) =>
        Assert.That(ConfigFiles.Find(named.Split(',', StringSplitOptions.RemoveEmptyEntries), site, variable, _ => true).Paths, Is.EqualTo(expected.Split(',')));

    [Test]
    public void Files_that_are_not_there_are_passed_over()
    {
        Assert.That(ConfigFiles.Find([], "a", null, path => path != "./floodd-a").Paths, Is.EqualTo(new[] { "./floodd-config" }));
        Assert.That(ConfigFiles.Find([], "a", null, path => path[0] == '/').Paths, Is.EqualTo(new[] { "/etc/floodd/floodd.conf" }));
    }

    [Test]
    public void Nothing_found_is_an_error_that_says_what_was_looked_for() =>
        Assert.That(
            ConfigFiles.Find([], "a", null, _ => false).Missing,
            Is.EqualTo("no configuration found; looked for --config, $FLOODD_CONFIG, ./floodd-a, ./floodd-config, /etc/floodd/floodd.conf"));

    [Test]
    public void A_file_is_read_as_it_is()
    {
        string path = Path.Combine(_directory, "good");
        File.WriteAllText(path, "(:local)\n");
        SourceText text = ConfigFiles.Load([path]).Single();
        Assert.That((text.Name, text.Text, text.Errors.Length), Is.EqualTo((path, "(:local)\n", 0)));
    }

    [Test]
    public void Files_that_cannot_be_read_are_errors_with_a_place()
    {
        string missing = Path.Combine(_directory, "missing");
        string large = Path.Combine(_directory, "large");
        using (FileStream file = File.Create(large))
        {
            file.SetLength(17 << 20);
        }

        Assert.That(ConfigFiles.Load([missing, large, _directory, "/dev/zero"]).Select(t => t.Errors.Single().ToString()), Is.EqualTo(new[]
        {
            $"{missing}:1:1: cannot be read: no such file",
            $"{large}:1:1: the text is longer than 16 MiB (16777216 bytes); expected at most that",
            $"{_directory}:1:1: cannot be read: permission denied, or a directory",
            "/dev/zero:1:1: the text is longer than 16 MiB (16777216 bytes); expected at most that",
        }));
    }
}
