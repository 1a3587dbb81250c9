// Shows that the scanner under all tidy rules tells code from text.
using NUnit.Framework;

namespace Floodd.Tests.Tidy;

internal sealed class SourceCodeTests
{
    [TestCase("a // Task", "a ")]
    [TestCase("a /* Task\n Task */ b", "a \n b")]
    [TestCase("/// <summary>Task</summary>\nb", "\nb")]
    [TestCase("f(\"Task\")", "f(\"\")")]
    [TestCase("f(\"a\\\"Task\") + b", "f(\"\") + b")]
    [TestCase("f(@\"a\\\") + Task", "f(\"\") + Task")]
    [TestCase("f(@\"a\"\"Task\") + b", "f(\"\") + b")]
    [TestCase("f('\"') + Task", "f() + Task")]
    [TestCase("f('\\'') + Task", "f() + Task")]
    [TestCase("f(\"// no comment\") + Task", "f(\"\") + Task")]
    [TestCase("f($\"x {Task} {{y}}\")", "f( Task \"\")")]
    [TestCase("f($\"x {(a ? \"b\" : Task)} y\") + c", "f( (a ? \"\" : Task) \"\") + c")]
    [TestCase("f(\"\"\"a \"Task\" b\"\"\") + c", "f(\"\") + c")]
    [TestCase("f($$\"\"\"a {Task} {{b}}\"\"\") + c", "f( b \"\") + c")]
    [TestCase("f(\"x\"u8) + c", "f(\"\"u8) + c")]
    public void Only_code_is_left(string text, string code) =>
        Assert.That(SourceCode.WithoutCommentsAndLiterals(text), Is.EqualTo(code));

    [Test]
    public void Every_line_stays_a_line()
    {
        Assert.Multiple(() =>
        {
            foreach (SourceFile file in Sources.CSharp)
            {
                Assert.That(file.Code.Count(c => c == '\n'), Is.EqualTo(file.Text.Count(c => c == '\n')), file.Path);
            }
        });
    }
}
