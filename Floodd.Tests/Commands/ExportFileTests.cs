// Reading an export command's file while it grows: at every cut the same updates, and nothing believed that does not stand there.
using System.Text;
using Floodd.Client;
using Floodd.Commands.Demo;
using Floodd.Tests.EndToEnd;
using NUnit.Framework;
using ExportedUpdate = Floodd.Commands.Demo.ExportedUpdate;

namespace Floodd.Tests.Commands;

internal sealed class ExportFileTests
{
    private TestFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void A_file_that_is_not_there_yet_holds_nothing()
    {
        ExportFile file = Read("none");
        Assert.That((file.Updates.Count, file.Bytes, file.Fault), Is.EqualTo((0, 0L, (string?)null)));
    }

    [Test]
    public void A_file_is_read_on_wherever_it_was_cut()
    {
        byte[] whole = Encoding.ASCII.GetBytes("update demo a/1f/1 5\nx\n\ny\n\nupdate demo b/1f/1 0\n\nupdate demo a/1f/2 3\nend\n");
        for (int cut = 0; cut <= whole.Length; cut++)
        {
            string path = _folder.File($"cut-{cut}");
            var file = new ExportFile(path);
            File.WriteAllBytes(path, whole[..cut]);
            file.ReadOn();
            Assert.That(file.Updates, Has.Count.LessThan(cut == whole.Length ? 4 : 3));
            File.WriteAllBytes(path, whole);
            file.ReadOn();
            Assert.That(file.Updates, Is.EqualTo(new[] { Of("a", 1, "x\n\ny\n"), Of("b", 1, ""), Of("a", 2, "end") }), $"cut at {cut}");
            Assert.That((file.Bytes, file.LastText, file.Fault), Is.EqualTo((8L, "end", (string?)null)));
        }
    }

    [Test]
    public void A_large_update_is_read_whole()
    {
        string text = new('x', 1_000_000);
        ExportFile file = Read("large", $"update demo a/1f/1 {text.Length}\n{text}\nupdate demo a/1f/17 1\ny\n");
        Assert.That(file.Updates, Is.EqualTo(new[] { Of("a", 1, text), Of("a", 17, "y") }));
    }

    [Test]
    public void The_digest_of_a_file_does_not_depend_on_its_order()
    {
        ExportFile one = Read("one", "update demo a/1f/1 1\nx\nupdate demo b/1f/1 1\ny\n");
        ExportFile two = Read("two", "update demo b/1f/1 1\ny\nupdate demo a/1f/1 1\nx\n");
        ExportFile three = Read("three", "update demo b/1f/1 1\nx\nupdate demo a/1f/1 1\ny\n");
        Assert.That(one.Digest, Is.EqualTo(two.Digest).And.Not.EqualTo(three.Digest));
    }

    [TestCase("update demo a/1f/1 1\nxy\n", "longer than its line says")]
    [TestCase("update demo a/1f/1 -1\n", "no line that begins an update")]
    [TestCase("hello\n", "no line that begins an update: hello")]
    public void What_is_no_export_is_a_fault(string text, string fault) => Assert.That(Read("bad", text).Fault, Does.Contain(fault));

    [Test]
    public void The_last_text_is_harmless_to_a_terminal() =>
        Assert.That(Read("last", "update demo a/1f/1 9\n\u001b[2J one\n\n").LastText, Is.EqualTo("\\x1b[2J one"));

    private ExportFile Read(string name, string? text = null)
    {
        var file = new ExportFile(_folder.File(name));
        if (text is not null)
        {
            File.WriteAllText(_folder.File(name), text);
        }

        file.ReadOn();
        return file;
    }

    private static ExportedUpdate Of(string origin, long sequence, string text) =>
        ExportedUpdate.Of(new FloodId(origin, 31, sequence), Encoding.ASCII.GetBytes(text));
}
