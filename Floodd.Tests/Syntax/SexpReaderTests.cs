// S-expressions: what is read, where it stands, and that every error is found with its place.
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Floodd.Model;
using Floodd.Syntax;
using NUnit.Framework;

namespace Floodd.Tests.Syntax;

internal sealed class SexpReaderTests
{
    [TestCase("(a b)", "(a b)")]
    [TestCase("(:group-name\"mirror-1\")", "(:group-name \"mirror-1\")")]
    [TestCase("(a;comment )\n b#another\n)", "(a b)")]
    [TestCase("( a ( b ( ) c ) \"d\"e )", "(a (b () c) \"d\" e)")]
    [TestCase("(\"a \\\" \\\\ ; # ( b\")", "(\"a \\\" \\\\ ; # ( b\")")]
    [TestCase("(a\\b 15.0 -3 #t\n)", "(a\\b 15.0 -3)")]
    [TestCase("(a\r\n\t\fb)", "(a b)")]
    [TestCase("\uFEFF(a)", "(a)")]
    [TestCase("(\"\" \"two\nlines\" ü€😀)", "(\"\" \"two\nlines\" ü€😀)")]
    [TestCase("", "")]
    [TestCase("; only a comment", "")]
    [TestCase("(a)(b)\n(c)", "(a)(b)(c)")]
    public void A_text_reads_as_it_is_meant(string text, string expected)
    {
        SexpDocument read = Read(text);
        Assert.That(read.Errors, Is.Empty);
        Assert.That(string.Concat(read.Forms).Replace("a\\b", "a\\b", StringComparison.Ordinal), Is.EqualTo(expected.Replace("a\\b", "\"a\\\\b\"", StringComparison.Ordinal)));
    }

    [Test]
    public void Every_part_knows_its_place()
    {
        Sexp.List form = Read("; one\n  (:a \"x\ny\"\n\t(b 😀 c))").Forms.Single();
        var inner = (Sexp.List)form.Items[2];
        Assert.That(
            new[] { form, form.Items[0], form.Items[1], inner, inner.Items[2] }.Select(s => s.Position.ToString()),
            Is.EqualTo(new[] { "f:2:3", "f:2:4", "f:2:7", "f:4:2", "f:4:7" }));
    }

    [TestCase("(a", "f:1:1: '(' is not closed; expected ')' before the end of the text")]
    [TestCase("(a (b)", "f:1:1: '(' is not closed; expected ')' before the end of the text")]
    [TestCase("(a)\n  )) (b)", "f:2:3: found ')' that closes nothing; expected '(' or the end of the text")]
    [TestCase("x", "f:1:1: found 'x' outside of any form; expected '('")]
    [TestCase("(a \"b)\n(c)", "f:1:4: a string that begins here is not closed; expected '\"' before the end of the text")]
    [TestCase("(a \"b\\n\")", "f:1:6: found '\\n' in a string; expected \\\" or \\\\ after a '\\'")]
    [TestCase("(a b\0)", "f:1:5: found a NUL byte; expected UTF-8 text without NUL")]
    public void An_error_says_where_what_was_found_and_what_was_expected(string text, string expected) =>
        Assert.That(Read(text).Errors.First().ToString(), Is.EqualTo(expected));

    [Test]
    public void A_forgotten_parenthesis_costs_one_form_only()
    {
        SexpDocument read = Read("(:form (a (b 1)\n(:form (c 2))\n(:form (d 3)");
        Assert.That(read.Forms.Select(f => f.ToString()), Is.EqualTo(new[] { "(:form (a (b 1)))", "(:form (c 2))", "(:form (d 3))" }));
        Assert.That(read.Errors.Select(e => e.Position.ToString()), Is.EqualTo(new[] { "f:1:8", "f:3:1" }));
    }

    [Test]
    public void A_string_that_is_not_closed_is_taken_to_end_in_its_line()
    {
        SexpDocument read = Read("(:form (a \"b ( c))\n(:form c)");
        Assert.That(read.Errors.Select(e => e.Position.ToString()), Is.EqualTo(new[] { "f:1:11" }));
        Assert.That(read.Forms.Select(f => f.ToString()), Is.EqualTo(new[] { "(:form (a \"b ( c\"))", "(:form c)" }));
    }

    [TestCase(33)]
    [TestCase(100_000)]
    public void Nesting_deeper_than_32_is_one_error_with_its_place(int depth)
    {
        SexpDocument read = Read(new string('(', depth) + new string(')', depth) + "\n(b)");
        Assert.That(read.Errors.Single().ToString(), Is.EqualTo("f:1:33: nested too deep: expected at most 32 levels of '('"));
        Assert.That(read.Forms.Select(f => f.ToString()), Is.EqualTo(new[] { "(b)" }));
    }

    [Test]
    public void Nesting_of_32_is_read() => Assert.That(Read(new string('(', 32) + new string(')', 32)).Errors, Is.Empty);

    [Test]
    public void A_text_over_16_MiB_is_an_error_with_a_place()
    {
        byte[] bytes = new byte[SourceText.MaxBytes + 1];
        Array.Fill(bytes, (byte)'\n');
        Assert.That(SourceText.From("f", bytes).Errors.Single().ToString(), Does.StartWith("f:1:1: the text is longer than 16 MiB"));
        Assert.That(SourceText.From("f", bytes.AsSpan(1)).Errors, Is.Empty);
    }

    [Test]
    public void Bad_bytes_are_errors_with_their_places_and_the_rest_is_read()
    {
        SourceText text = SourceText.From("f", [.. "(ä\n"u8, 0xff, .. "x "u8, 0xc3, .. ")\0"u8]);
        Assert.That(text.Errors.Select(e => e.ToString()), Is.EqualTo(new[]
        {
            "f:2:1: found byte 0xff, which is not UTF-8; expected UTF-8 text without NUL",
            "f:2:4: found byte 0xc3, which is not UTF-8; expected UTF-8 text without NUL",
            "f:2:6: found a NUL byte; expected UTF-8 text without NUL",
        }));
        Assert.That(text.Text, Is.EqualTo("(ä\n\uFFFDx \uFFFD)\uFFFD"));
    }

    [Test]
    public void A_text_that_is_none_is_given_up_early()
    {
        SourceText text = SourceText.From("f", new byte[1 << 20]);
        Assert.That(text.Errors, Has.Length.EqualTo(21));
        Assert.That(text.Text, Is.Empty);
    }

    [Test]
    public void Several_texts_read_as_one()
    {
        SexpDocument read = SexpReader.Read([SourceText.From("x", "(a (b"), SourceText.From("y", "c) d) e")], _ => false);
        Assert.That(read.Forms.Single().ToString(), Is.EqualTo("(a (b c) d)"));
        Assert.That(read.Errors.Single().Position.ToString(), Is.EqualTo("y:1:7"));
    }

    [Test]
    public void Random_bytes_never_break_the_reader()
    {
        var prng = new Prng(19);
        byte[][] parts = [.. new[] { "(", ")", "\"", "\\", ";", "#", "\n", " ", "a", ":form", "\0", "ü" }.Select(Encoding.UTF8.GetBytes), [0xff], [0xe2, 0x82]];
        var clock = Stopwatch.StartNew();
        for (int round = 0; round < 20_000 && clock.ElapsedMilliseconds < 1500; round++)
        {
            byte[] bytes = [.. Enumerable.Range(0, prng.Next(60)).SelectMany(_ => parts[prng.Next(parts.Length)])];
            SexpDocument read = SexpReader.Read([SourceText.From("f", bytes)], head => head == ":form");
            SexpDocument again = Read(string.Join('\n', read.Forms));
            Assert.That(again.Errors, Is.Empty, Convert.ToHexString(bytes));
            Assert.That(string.Join('\n', again.Forms), Is.EqualTo(string.Join('\n', read.Forms)), Convert.ToHexString(bytes));
        }
    }

    [TestCase(")(")]
    [TestCase("\"\\\"")]
    [TestCase("(\n")]
    [TestCase("() ")]
    [TestCase("\"\" ")]
    [TestCase("(:form ")]
    [TestCase("\"x\n\\\"")]
    public void The_worst_of_texts_takes_seconds_at_most(string part)
    {
        var clock = Stopwatch.StartNew();
        SexpDocument read = Read(new StringBuilder().Insert(0, part, (1 << 20) / part.Length).ToString());
        Assert.That(read.Errors, Has.Length.InRange(0, SexpReader.MaxErrors + 2));
        TestContext.Out.WriteLine($"{clock.ElapsedMilliseconds} ms, {read.Errors.Length} errors");
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    private static SexpDocument Read(string text) => SexpReader.Read([SourceText.From("f", text)], head => head == ":form");
}
