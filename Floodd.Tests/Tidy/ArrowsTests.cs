// Holds the product to the arrows between its folders.
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Floodd.Tests.Tidy;

internal sealed class ArrowsTests
{
    private static readonly ILookup<string, string> NoTypes = Array.Empty<string>().ToLookup(x => x);

    [Test]
    public void Folders_name_only_the_folders_that_the_architecture_lets_them()
    {
        ILookup<string, string> types = Sources.Product
            .SelectMany(file => Arrows.TypesIn(file.Code).Select(type => (Folder: Arrows.FolderOf(file.Path), type)))
            .ToLookup(declared => declared.Folder, declared => declared.type);
        IEnumerable<string> found = Sources.Product
            .SelectMany(file => Arrows.Forbidden(file.Path, file.Code, types).Select(folder => $"{file.Path} names {folder}"));
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Commands_talk_to_daemons_through_the_library_alone()
    {
        // Of the protocol they have what makes remote text harmless.
        string[] words = [.. Sources.Product.Where(file => file.Folder == "Floodd.Client/Protocol").SelectMany(file => Arrows.TypesIn(file.Code)).Where(type => type is not ("Printable" or "Command"))];
        IEnumerable<string> found = Sources.Product
            .Where(file => file.Folder == "Floodd/Commands")
            .Where(file => file.Code.Contains("System.Net.Sockets", StringComparison.Ordinal) || words.Any(word => Regex.IsMatch(file.Code, $@"(?<!\w){word}(?!\w)")))
            .Select(file => file.Path);
        Assert.That(words, Has.Member("RequestLine"));
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Every_folder_has_its_arrows_drawn() =>
        Assert.That(Sources.Product.Select(file => Arrows.FolderOf(file.Path)).Distinct(), Is.SubsetOf(Arrows.Allowed.Keys));

    [Test]
    public void A_namespace_is_its_folder()
    {
        // The folders of examples are named as commands are.
        IEnumerable<string> found = Sources.CSharp
            .Where(file => !file.Path.StartsWith("examples/", StringComparison.Ordinal))
            .Where(file => !file.Code.Contains($"namespace {file.Folder.Replace('/', '.')};", StringComparison.Ordinal) && !IsWithoutNamespace(file))
            .Select(file => file.Path);
        Assert.That(found, Is.Empty);
    }

    [TestCase("using Floodd.Core;", "Core")]
    [TestCase("using static Floodd.Hosting.Log;", "Hosting")]
    [TestCase("using Store = Floodd.Core.Store;", "Core")]
    [TestCase("var core = new Floodd.Core.SiteCore();", "Core")]
    [TestCase("using Floodd.Client.Protocol;", "Client.Protocol")]
    [TestCase("using Floodd.Client;", "Client")]
    public void An_arrow_that_is_not_drawn_is_found(string code, string folder) =>
        Assert.That(Arrows.Forbidden("Floodd/Wire/Frame.cs", code, NoTypes), Is.EqualTo(new[] { folder }));

    [Test]
    public void A_type_named_by_its_folder_alone_is_found()
    {
        ILookup<string, string> types = new[] { "SiteCore" }.ToLookup(_ => "Core");
        Assert.That(Arrows.Forbidden("Floodd/Wire/Frame.cs", "new Core.SiteCore()", types), Is.EqualTo(new[] { "Core" }));
    }

    [TestCase("Floodd/Wire/Frame.cs", "using Floodd.Model; namespace Floodd.Wire;")]
    [TestCase("Floodd/Core/SiteCore.cs", "using Floodd.Client.Protocol; using Floodd.Planning;")]
    [TestCase("Floodd/Hosting/Daemon.cs", "using Floodd.Core; using Floodd.Status;")]
    public void An_arrow_that_is_drawn_is_not_found(string path, string code) =>
        Assert.That(Arrows.Forbidden(path, code, NoTypes), Is.Empty);

    // Top-level programs and files of assembly attributes have none.
    private static bool IsWithoutNamespace(SourceFile file) => !file.Code.Contains("namespace ", StringComparison.Ordinal) && !Arrows.TypesIn(file.Code).Any();
}
