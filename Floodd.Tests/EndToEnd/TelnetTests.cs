// Debian's own telnet as a client: the port was made for it.
using System.Diagnostics;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class TelnetTests
{
    [Test]
    public void A_person_with_telnet_gets_help_floods_an_update_and_leaves()
    {
        Assume.That(Executable.IsInstalled("telnet"), "telnet is not installed");
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 2, Connectivity = 1 });
        using Process telnet = Process.Start(Executable.StartOther("telnet", group.Folder.Path, "127.0.0.1", $"{group[0].ClientPort}"))!;
        var screen = new StringBuilder();
        telnet.OutputDataReceived += (_, line) =>
        {
            lock (screen)
            {
                screen.AppendLine(line.Data);
            }
        };
        telnet.BeginOutputReadLine();
        try
        {
            WaitFor(screen, "200 floodd ");
            Type(telnet, "help");
            WaitFor(screen, "100 help follows");
            Type(telnet, "members");
            WaitFor(screen, "212 members of g follows");
            WaitFor(screen, "(:site-name s2)");
            Type(telnet, "flood");
            WaitFor(screen, "354 ");
            Type(telnet, "typed by a person");
            Type(telnet, "..with a dot in front");
            Type(telnet, ".");
            WaitFor(screen, "flooded to g, 39 bytes");
            Type(telnet, "quit");
            WaitFor(screen, "205 ");
            Assert.That(telnet.WaitForExit(Eventually.Patience), Is.True, "telnet sees that the connection was closed");
        }
        finally
        {
            telnet.Kill();
        }

        Eventually.Holds(() => group[1].Exports.Count == 1, "the update at the other site", group.Logs);
        Assert.That(Encoding.ASCII.GetString(group[1].Exports.Updates()[0].Bytes.AsSpan()), Is.EqualTo("typed by a person\n.with a dot in front\n"));
    }

    private static void Type(Process telnet, string line)
    {
        telnet.StandardInput.WriteLine(line);
        telnet.StandardInput.Flush();
    }

    private static void WaitFor(StringBuilder screen, string text)
    {
        string Seen()
        {
            lock (screen)
            {
                return screen.ToString();
            }
        }

        Eventually.Holds(() => Seen().Contains(text, StringComparison.Ordinal), $"'{text}' on the screen", Seen);
    }
}
