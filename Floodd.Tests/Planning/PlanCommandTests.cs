// The command `floodd plan` as scripts see it: lines and nothing else, a table beside them, and errors with their place.
using System.Text;
using Floodd.Planning;
using Floodd.Tests.EndToEnd;
using NUnit.Framework;

namespace Floodd.Tests.Planning;

[NonParallelizable]
internal sealed class PlanCommandTests
{
    private const int Usage = 64;
    private const int NotReadable = 74;

    private TestFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Links_stand_alone_on_standard_output()
    {
        Ending ending = Executable.Run(_folder, "plan", _folder.Write("links.csv", Links(12)), "-k", "2", "--effort", "0.01");
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
        Assert.That(ending.Output.TrimEnd('\n').Split('\n'), Has.Length.GreaterThanOrEqualTo(12).And.All.Match("^s[0-9]+ s[0-9]+$"));
        Assert.That(ending.Errors, Does.Contain("cost").And.Contain("flood time").And.Contain("degrees").And.Contain("2, proven").And.Contain("time taken").And.Contain("33 % dead"));
    }

    [Test]
    public void Previous_links_stay_and_standard_input_is_read()
    {
        string links = Links(12);
        string[] arguments = ["plan", "-", "-k", "2", "--effort", "0.01", "--seed", "7"];
        Ending first = Executable.Run(Executable.Start(_folder.Path, arguments), links);
        Ending again = Executable.Run(Executable.Start(_folder.Path, arguments), links);
        Assert.That((again.ExitCode, again.Output), Is.EqualTo((0, first.Output)), "the same again");
        Ending next = Executable.Run(
            Executable.Start(_folder.Path, [.. arguments, "--previous", _folder.Write("edges", first.Output)]), links);
        Assert.That((next.ExitCode, next.Output), Is.EqualTo((0, first.Output)), next.Errors);
        Assert.That(next.Errors, Does.Match("links changed +0"));
    }

    [Test]
    public void A_graph_for_Graphviz()
    {
        Ending ending = Executable.Run(_folder, "plan", _folder.Write("links.csv", Links(4)), "--dot");
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
        Assert.That(ending.Output, Does.StartWith("graph floodd {\n").And.EndsWith("}\n").And.Contain("\"s0\" -- \"s1\""));
    }

    [TestCase("", 1, "empty")]
    [TestCase("from,to\na,b\n", 1, "rtt_ms")]
    [TestCase("from,to,rtt_ms\na,b,fast\n", 2, "fast")]
    [TestCase("from,to,rtt_ms\na,b,1\na,c,-2\n", 3, "-2")]
    [TestCase("from,to,rtt_ms\na,b,NaN\n", 2, "NaN")]
    [TestCase("from,to,rtt_ms\na,b,\n", 2, "rtt_ms")]
    [TestCase("from,to,rtt_ms\na,b\n", 2, "2 fields")]
    [TestCase("from,to,rtt_ms\na,b,1\n\nb,a,2\n", 4, "second time")]
    [TestCase("from,to,rtt_ms\na b,c,1\n", 2, "a b")]
    [TestCase("from,to,rtt_ms\na,a,1\n", 2, "itself")]
    [TestCase("from,to,rtt_ms,bandwidth_mbps\na,b,1,x\n", 2, "bandwidth_mbps")]
    [TestCase("from,to,rtt_ms\n", 1, "0 sites")]
    public void What_is_wrong_in_the_file_is_one_line_with_its_place(string text, int line, string what)
    {
        string file = _folder.Write("links.csv", text);
        Refused(Executable.Run(_folder, "plan", file), $"{file}:{line}: ", what);
    }

    [Test]
    public void A_site_that_the_file_does_not_know_is_refused_in_the_previous_links()
    {
        string edges = _folder.Write("edges", "s0 s1\ns0 stranger\n");
        Refused(Executable.Run(_folder, "plan", _folder.Write("links.csv", Links(5)), "--previous", edges), $"{edges}:2: ", "stranger");
    }

    [Test]
    public void One_site_alone_is_refused()
    {
        string sites = _folder.Write("sites.csv", "name\nalone\n");
        Refused(Executable.Run(_folder, "plan", _folder.Write("links.csv", "from,to,rtt_ms\n"), "--sites", sites), $"{sites}:1: ", "1 sites");
    }

    [Test]
    public void More_connectivity_than_links_is_refused() =>
        Refused(Executable.Run(_folder, "plan", _folder.Write("links.csv", Links(5)), "-k", "4", "--max-degree", "3"), "", "max-degree");

    [Test]
    public void A_file_that_is_not_there_is_not_readable()
    {
        Ending ending = Executable.Run(_folder, "plan", _folder.File("missing"));
        Assert.That((ending.ExitCode, ending.Output), Is.EqualTo((NotReadable, "")));
        Assert.That(ending.Errors, Does.Contain(_folder.File("missing")));
    }

    [Test]
    public void Help_names_the_command()
    {
        Assert.That(Executable.Run(_folder, "--help").Output, Does.Contain("plan"));
        Ending one = Executable.Run(_folder, "plan", "--help");
        Assert.That((one.ExitCode, one.Errors), Is.EqualTo((0, "")));
        Assert.That(one.Output, Does.Contain("--max-degree").And.Contain("--previous").And.Contain("--dot").And.Contain("-k"));
    }

    private static void Refused(Ending ending, string place, string what)
    {
        Assert.That((ending.ExitCode, ending.Output), Is.EqualTo((Usage, "")), ending.Errors);
        Assert.That(ending.Errors, Does.Contain(place).And.Contain(what));
        Assert.That(ending.Errors.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1), "one line");
    }

    private static string Links(int count)
    {
        PairTable table = Matrices.Of(Kind.Plane, count, 1);
        var text = new StringBuilder("from,to,rtt_ms,bandwidth_mbps\n");
        for (int a = 0; a < count; a++)
        {
            for (int b = a + 1; b < count; b++)
            {
                text.Append(FormattableString.Invariant($"s{a},s{b},{table[a, b]:0.000},\n"));
            }
        }

        return text.ToString();
    }
}
