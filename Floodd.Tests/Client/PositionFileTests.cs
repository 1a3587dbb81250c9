// A stored position is read as it was written, or refused. Files in a folder of the test's own.
using Floodd.Client;
using Floodd.Client.Hosting;
using Floodd.Tests.EndToEnd;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed class PositionFileTests
{
    private TestFolder folder = null!;

    [SetUp]
    public void Begin() => folder = new TestFolder();

    [TearDown]
    public void End() => folder.Dispose();

    [TestCase("start")]
    [TestCase("now")]
    [TestCase("a/1f/3,b/2/12")]
    public async Task A_position_is_read_as_it_was_written(string text)
    {
        var file = new FloodPositionFile(folder.File("position"));
        Assert.That(await file.ReadAsync(default), Is.Null);
        await file.WriteAsync(FloodPosition.Parse("c/1/1"), default);

        // One that was being written when the program died.
        folder.Write("position.new", new string('x', 1000));
        await file.WriteAsync(FloodPosition.Parse(text), default);
        Assert.That(await new FloodPositionFile(file.Path).ReadAsync(default), Is.EqualTo(FloodPosition.Parse(text)));
        Assert.That(Directory.GetFiles(folder.Path), Is.EqualTo(new[] { file.Path }));
    }

    [Test]
    public async Task A_file_that_is_damaged_anywhere_is_refused()
    {
        var file = new FloodPositionFile(folder.File("position"));
        await file.WriteAsync(FloodPosition.Parse("a/1f/3,b/2/12"), default);
        byte[] whole = File.ReadAllBytes(file.Path);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] other = [.. whole];
            other[i] ^= 1;
            foreach (byte[] damaged in (byte[][])[whole[..i], other])
            {
                File.WriteAllBytes(file.Path, damaged);
                Assert.ThrowsAsync<InvalidDataException>(async () => await file.ReadAsync(default), $"at {i}");
            }
        }
    }

    [Test]
    public void A_folder_that_is_not_there_is_an_error_and_not_a_beginning()
    {
        var file = new FloodPositionFile(folder.File("nowhere", "position"));
        Assert.That(async () => await file.ReadAsync(default), Throws.InstanceOf<IOException>());
        Assert.That(async () => await file.WriteAsync(FloodPosition.Start, default), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_link_is_followed_and_permissions_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string place = folder.File("elsewhere");
        var file = new FloodPositionFile(place);
        await file.WriteAsync(FloodPosition.Parse("a/1f/3"), default);
        File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.CreateSymbolicLink(folder.File("position"), "elsewhere");
        var linked = new FloodPositionFile(folder.File("position"));
        await linked.WriteAsync(FloodPosition.Parse("a/1f/4"), default);
        Assert.That(await file.ReadAsync(default), Is.EqualTo(FloodPosition.Parse("a/1f/4")));
        Assert.That(new FileInfo(linked.Path).LinkTarget, Is.EqualTo("elsewhere"));
        Assert.That(File.GetUnixFileMode(place), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead));
    }
}
