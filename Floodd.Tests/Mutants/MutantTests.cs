// Holds the bank of mutants to the product's source as it is now, and its reader to its word. Finding the mutants is for the `mutants` command.
using Floodd.Tests.Tidy;
using NUnit.Framework;

namespace Floodd.Tests.Mutants;

internal sealed class MutantTests
{
    private const string Text = "Something is wrong.\nbreaks: I2\nseeds: 20\n--- original F.cs\na + b\n--- planted\na - b\n";

    [Test]
    public void Every_mutant_fits_the_source_and_no_two_change_one_text()
    {
        IReadOnlyList<Mutant> all = Bank.All();
        Dictionary<string, string> product = Sources.Product.ToDictionary(file => file.Path, file => file.Text);
        Assert.That(Bank.Faults(all, product.GetValueOrDefault), Is.Empty);
        Assert.That(all, Has.Count.AtLeast(40));
        Assert.That(all.Count(m => m.IsCanary), Is.EqualTo(1));
    }

    [Test]
    public void The_product_shows_no_trace_of_mutants() =>
        Assert.That(Sources.Product.Where(file => file.Text.Contains(MutatedCopy.Variable, StringComparison.Ordinal) || file.Path.EndsWith("Planted.cs", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void A_mutant_is_read_as_it_stands()
    {
        Mutant mutant = Mutant.Parse("off-by-one", Text + "--- original G.cs\nx();\ny();\n--- planted\n");
        Assert.Multiple(() =>
        {
            Assert.That(mutant with { Plants = [] }, Is.EqualTo(new Mutant("off-by-one", "Something is wrong.", "I2", 20, false, [])).Using<Mutant>((a, b) => a.Name == b.Name && a.Sentence == b.Sentence && a.Breaks == b.Breaks && a.Seeds == b.Seeds && a.IsCanary == b.IsCanary));
            Assert.That(mutant.Plants, Is.EqualTo(new[] { new Plant("F.cs", "a + b", "a - b"), new Plant("G.cs", "x();\ny();", "") }));
            Assert.That(Mutant.Parse("canary", Text.Replace("seeds", "canary\nseeds", StringComparison.Ordinal)).IsCanary);
        });
    }

    [TestCase("Off", Text, TestName = "a name with a capital")]
    [TestCase("a", "no sentence\nbreaks: I2\nseeds: 20\n--- original F.cs\na\n--- planted\nb\n", TestName = "no sentence")]
    [TestCase("a", "One.\nbreaks: I21\nseeds: 20\n--- original F.cs\na\n--- planted\nb\n", TestName = "no such invariant")]
    [TestCase("a", "One.\nseeds: 20\n--- original F.cs\na\n--- planted\nb\n", TestName = "no invariant")]
    [TestCase("a", "One.\nbreaks: I2\nseeds: 0\n--- original F.cs\na\n--- planted\nb\n", TestName = "no seed")]
    [TestCase("a", "One.\nbreaks: I2\nseeds: 20\n", TestName = "no place")]
    [TestCase("a", "One.\nbreaks: I2\nseeds: 20\n--- original F.cs\na\n", TestName = "nothing planted")]
    [TestCase("a", "One.\nbreaks: I2\nseeds: 20\n--- original F.cs\na\n--- planted\na\n", TestName = "planted what was there")]
    [TestCase("a", "One.\nbreaks: I2\nseeds: 20\n--- original F.cs\n\n--- planted\na\n", TestName = "in the place of nothing")]
    public void A_file_that_is_no_mutant_is_refused(string name, string text) =>
        Assert.That(() => Mutant.Parse(name, text), Throws.TypeOf<FormatException>());

    [TestCase("a + b", "a - b", "(F ? a - b : a + b)")]
    [TestCase("x();", "y();", "if (F) { y(); } else { x(); }")]
    [TestCase("x();\n", "", "if (F) {  } else { x();\n }")]
    [TestCase("=> x();", "{ if (!PLANTED) { x(); } }", "{ if (!F) { x(); } }")]
    public void What_is_planted_stands_behind_a_switch(string original, string planted, string switched) =>
        Assert.That(new Plant("F.cs", original, planted).Switched("F"), Is.EqualTo(switched));

    [Test]
    public void A_place_that_is_missing_or_double_or_taken_is_told()
    {
        Mutant a = Mutant.Parse("a", Text);
        Mutant b = Mutant.Parse("b", Text.Replace("a + b", "+ b - 1", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(Bank.Faults([a], _ => "x = a + b;"), Is.Empty);
            Assert.That(Bank.Faults([a], _ => null), Is.EqualTo(new[] { "a: there is no file F.cs" }));
            Assert.That(Bank.Faults([a], _ => "x = a * b;"), Is.EqualTo(new[] { "a: its original text is nowhere in F.cs" }));
            Assert.That(Bank.Faults([a], _ => "x = a + b + a + b;"), Is.EqualTo(new[] { "a: its original text is more than once in F.cs" }));
            Assert.That(Bank.Faults([a, b], _ => "x = a + b - 1;"), Is.EqualTo(new[] { "b and a change the same text of F.cs" }));
        });
    }

    [Test]
    public void All_that_is_planted_in_a_file_is_in_its_copy()
    {
        Mutant a = Mutant.Parse("a", Text);
        Mutant b = Mutant.Parse("b-c", "One.\nbreaks: I1\nseeds: 1\n--- original F.cs\nx();\n--- planted\n");
        Assert.That(
            Bank.Plant([a, b], "F.cs", "y = a + b;\nx();\n"),
            Is.EqualTo("y = (global::Floodd.Planted.a ? a - b : a + b);\nif (global::Floodd.Planted.b_c) {  } else { x(); }\n"));
        Assert.That(Bank.Plant([a, b], "G.cs", "y = a + b;"), Is.EqualTo("y = a + b;"));
    }

    [Test]
    public void The_places_that_mutants_are_led_to_hold_for_the_product_as_it_is()
    {
        for (ulong place = 0; place < (ulong)MutantPlaces.Count; place++)
        {
            Assert.That(() => MutantPlaces.Run(place), Throws.Nothing, $"place {place}");
        }
    }
}
