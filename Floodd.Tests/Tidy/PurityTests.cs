// Holds the state machine and what it is made of to touching nothing.
using NUnit.Framework;

namespace Floodd.Tests.Tidy;

internal sealed class PurityTests
{
    [Test]
    public void The_deterministic_folders_name_nothing_of_the_world()
    {
        IEnumerable<string> found = Sources.CSharp.Where(Purity.Concerns)
            .SelectMany(file => Purity.Forbidden(file.Code).Select(use => $"{file.Path} {use}"));
        Assert.That(found, Is.Empty);
    }

    [TestCase("using System.Net.Sockets;")]
    [TestCase("private Socket _s;")]
    [TestCase("Task<int> F()")]
    [TestCase("async void F()")]
    [TestCase("TimeProvider clock")]
    [TestCase("var t = DateTime.UtcNow;")]
    [TestCase("Stopwatch.GetTimestamp()")]
    [TestCase("Random.Shared.Next()")]
    [TestCase("new Random(1)")]
    [TestCase("System.Random dice")]
    [TestCase("Guid.NewGuid()")]
    [TestCase("lock (x) { }")]
    [TestCase("ILogger<Core> log")]
    [TestCase("Console.WriteLine()")]
    [TestCase("File.ReadAllText(path)")]
    [TestCase("name.GetHashCode()")]
    [TestCase("f($\"{DateTime.Now}\")")]
    public void The_world_is_found(string code) =>
        Assert.That(Purity.Forbidden(SourceCode.WithoutCommentsAndLiterals(code)), Is.Not.Empty);

    [TestCase("System.Net.IPAddress address")]
    [TestCase("// a Task for the Socket")]
    [TestCase("f(\"Random File\")")]
    [TestCase("int blocked, locked; Randomness r; FileSet s; override int GetHashCode() => 1;")]
    public void Other_words_are_not_found(string code) =>
        Assert.That(Purity.Forbidden(SourceCode.WithoutCommentsAndLiterals(code)), Is.Empty);
}
