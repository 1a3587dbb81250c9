// Holds every file of the repository to its manners.
using NUnit.Framework;

namespace Floodd.Tests.Tidy;

internal sealed class MannersTests
{
    [Test]
    public void No_file_of_code_is_longer_than_300_lines() =>
        Assert.That(Sources.CSharp.Select(file => (file.Path, Wrong: Manners.TooLong(file.Text))).Where(found => found.Wrong is not null), Is.Empty);

    [Test]
    public void Every_file_of_the_product_opens_with_a_sentence() =>
        Assert.That(Sources.Product.Select(file => (file.Path, Wrong: Manners.NoFirstSentence(file.Text))).Where(found => found.Wrong is not null), Is.Empty);

    [Test]
    public void No_file_names_a_registry_or_a_path_of_one_machine() =>
        Assert.That(Sources.All.SelectMany(file => Manners.PlacesNamed(file.Text).Select(place => $"{file.Path} names {place}")), Is.Empty);

    [Test]
    public void No_type_is_named_with_a_word_that_is_not_used() =>
        Assert.That(Sources.CSharp.SelectMany(file => Manners.WordsMisused(file.Code).Select(name => $"{file.Path}: {name}")), Is.Empty);

    [Test]
    public void A_file_that_is_too_long_is_found()
    {
        Assert.That(Manners.TooLong(new string('\n', 300)), Is.Null);
        Assert.That(Manners.TooLong(new string('\n', 301)), Is.Not.Null);
    }

    [TestCase("// The store: what it owns. Never more.\nnamespace A;", null)]
    [TestCase("// One sentence over\n// two lines.\nnamespace A;", null)]
    [TestCase("// `floodd check`: reads and prints.\nnamespace A;", null)]
    [TestCase("using System;\n", "no comment on the first line")]
    [TestCase("\n// Late.\n", "no comment on the first line")]
    [TestCase("// store\n", "the first comment is no sentence")]
    [TestCase("// The store\n", "the first comment is no sentence")]
    public void A_first_line_that_is_no_sentence_is_found(string text, string? wrong) =>
        Assert.That(Manners.NoFirstSentence(text), Is.EqualTo(wrong));

    [Test]
    public void A_place_is_found()
    {
        Assert.That(Manners.PlacesNamed("https://api.nuget" + ".org/v3"), Is.Not.Empty);
        Assert.That(Manners.PlacesNamed("see /wor" + "k/main"), Is.Not.Empty);
        Assert.That(Manners.PlacesNamed("framework/net10.0 and /homes/dante"), Is.Empty);
    }

    [TestCase("sealed class LinkManager;", true)]
    [TestCase("record PeerState;", true)]
    [TestCase("enum Nodes { }", true)]
    [TestCase("static class StringUtils { }", true)]
    [TestCase("record SiteInfo;", true)]
    [TestCase("record Information;", false)]
    [TestCase("class Managed; class Serviced; MessageBox f;", false)]
    public void A_word_that_is_not_used_is_found(string code, bool isMisused) =>
        Assert.That(Manners.WordsMisused(code).Any(), Is.EqualTo(isMisused));
}
