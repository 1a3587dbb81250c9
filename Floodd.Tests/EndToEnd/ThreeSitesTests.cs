// The three sites that are shipped to try floodd with, started as their file says, on ports that are free.
using System.Globalization;
using System.Text.RegularExpressions;
using Floodd.Tests.Tidy;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed partial class ThreeSitesTests
{
    private static readonly string[] Names = ["alpha", "beta", "gamma"];

    [Test]
    public void What_is_flooded_at_one_of_the_three_is_exported_at_all()
    {
        string shipped = File.ReadAllText(Path.Combine(Sources.Root, "config", "three-sites", "three-sites.conf"));
        using var folder = new TestFolder();
        using var daemons = new Daemons();

        // Another test's daemon may be quicker at a port that was free a moment ago: then all three try again on others.
        Eventually.Holds(() => daemons.TryStart(folder, shipped), "three free sets of ports");
        foreach (string name in Names)
        {
            Eventually.Holds(
                () => ClientSession.AskOnce(daemons.ClientPorts[name], "members").Body.Count(line => Reply.Value(line, "state") is "up" or "self") == 3,
                $"{name} to see three sites",
                () => daemons.Log);
        }

        foreach (string name in Names)
        {
            using ClientSession session = ClientSession.Open(daemons.ClientPorts[name]);
            Assert.That(session.Ask("flood trio").Code, Is.EqualTo(354));
            session.SendText($"hello from {name}\n.\n");
            Assert.That(session.Ask($"wait {session.ReadReply().Id} all 20").Code, Is.EqualTo(250), daemons.Log);
        }

        foreach (string name in Names)
        {
            string exported = File.ReadAllText(folder.File("floodd-three-sites", name, "exported"));
            Assert.That(exported.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(Names.Select(each => $"hello from {each}")));
        }
    }

    private sealed partial class Daemons : IDisposable
    {
        private readonly List<DaemonProcess> _running = [];

        public Dictionary<string, int> ClientPorts { get; } = [];

        public string Log => string.Join('\n', _running.Select(daemon => daemon.Log));

        public bool TryStart(TestFolder folder, string shipped)
        {
            string text = Port().Replace(shipped, match => string.Create(CultureInfo.InvariantCulture, $"{match.Groups[1].Value}{FreePorts.Take(1)[0]})"));
            string file = folder.Write("three-sites.conf", text);
            foreach (string name in Names)
            {
                ClientPorts[name] = int.Parse(Regex.Match(text, $@"\(:site-name {name}\).*?\(:client-port (\d+)\)").Groups[1].Value, CultureInfo.InvariantCulture);
                var start = Executable.Start(folder.Path, name, "-c", file);
                start.Environment["TMPDIR"] = folder.Path;
                _running.Add(new DaemonProcess(start));
            }

            try
            {
                foreach ((string name, DaemonProcess daemon) in Names.Zip(_running))
                {
                    daemon.WaitUntilReady(ClientPorts[name]);
                }

                return true;
            }
            catch (DaemonEndedException e) when (e.ExitCode == 73)
            {
                Dispose();
                return false;
            }
        }

        public void Dispose()
        {
            _running.ForEach(daemon => daemon.Dispose());
            _running.Clear();
        }

        [GeneratedRegex(@"(\(:(?:client|data|http)-port )\d+\)")]
        private static partial Regex Port();
    }
}
