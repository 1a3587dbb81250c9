// CLIENT-PROTOCOL.md says what the code does: every form, name and code. Reads the source tree only.
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Floodd.Client.Protocol;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed class ClientProtocolDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Folder(), "..", "..", "Floodd.Client", "Protocol", "CLIENT-PROTOCOL.md"));

    [Test]
    public void Every_command_is_documented_as_the_table_has_it()
    {
        foreach (Command command in CommandTable.Commands)
        {
            string row = $"| `{command.Form.Replace("|", "\\|", StringComparison.Ordinal)}` | {string.Join(", ", command.OtherNames.Select(n => $"`{n}`"))}";
            Assert.That(Document, Does.Contain(row), command.Name);
        }
    }

    [Test]
    public void Every_code_is_documented()
    {
        foreach (FieldInfo field in typeof(ReplyCode).GetFields())
        {
            int code = (int)field.GetRawConstantValue()!;
            bool listing = code is > ReplyCode.Groups and < ReplyCode.Exports;
            Assert.That(listing || Document.Contains($"`{code.ToString(CultureInfo.InvariantCulture)}`", StringComparison.Ordinal), Is.True, field.Name);
        }
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
