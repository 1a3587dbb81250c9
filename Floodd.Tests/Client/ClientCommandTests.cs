// `flood`, `watch` and `status` from the command line to a fake daemon: output, exit codes, one line of error.
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Floodd.Client;
using Floodd.Commands;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class ClientCommandTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("floodd-test-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_file_is_flooded_and_its_id_printed(CancellationToken cancellation)
    {
        string file = Path.Combine(folder, "update");
        await File.WriteAllTextAsync(file, "hello", cancellation);
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync("250 fake/1f/7 flooded to g, 5 bytes\n"));
        var ran = await RunAsync(FloodCommand.Create(), cancellation, file, "--to", daemon.Endpoint.ToString());
        Assert.That(ran, Is.EqualTo((0, $"fake/1f/7{Environment.NewLine}", "")));
        ran = await RunAsync(FloodCommand.Create(), cancellation, "g", file, "--to", daemon.Endpoint.ToString());
        Assert.That(ran.Code, Is.Zero);
        Assert.That(daemon.Received.Select(r => $"{FakeDaemon.WithoutKey(r.Line)}: {Encoding.ASCII.GetString(r.Body)}"), Is.EqualTo(new[] { "flood 5: hello", "flood g 5: hello" }));
    }

    [TestCase(null, null, null, "-")]
    [TestCase("-", null, null, "-")]
    [TestCase("there", null, null, "there")]
    [TestCase("g", null, "g", "-")]
    [TestCase("g", "there", "g", "there")]
    [TestCase("g", "missing", "g", "missing")]
    [TestCase("there", "-", "there", "-")]
    public void A_single_argument_is_a_file_if_there_is_one(string? first, string? second, string? group, string file) =>
        Assert.That(FloodCommand.Sort(first, second, name => name == "there"), Is.EqualTo((group, file)));

    [Test]
    public async Task Waiting_in_vain_says_how_far_it_came(CancellationToken cancellation)
    {
        string file = Path.Combine(folder, "update");
        await File.WriteAllTextAsync(file, "", cancellation);
        await using var daemon = new FakeDaemon((session, line, _) => session.SayAsync(
            line.StartsWith("wait", StringComparison.Ordinal) ? "450 fake/1f/7 exported at 1 of 3 sites\n" : "250 fake/1f/7 flooded to g, 0 bytes\n"));
        var ran = await RunAsync(FloodCommand.Create(), cancellation, file, "--wait", "2", "--to", daemon.Endpoint.ToString());
        Assert.That(ran, Is.EqualTo((75, $"fake/1f/7{Environment.NewLine}", $"floodd: fake/1f/7 is exported at 1 of 3 sites so far{Environment.NewLine}")));
        Assert.That(daemon.Received.Last().Line, Is.EqualTo("wait fake/1f/7 2 300"));
    }

    [TestCase("452 storage full", 75)]
    [TestCase("550 no such group", 64)]
    [TestCase("502 not allowed", 64)]
    [TestCase("554 what", 70)]
    [TestCase("250 nonsense", 70)]
    public async Task A_refusal_is_one_line_and_an_exit_code(string reply, int code, CancellationToken cancellation)
    {
        string file = Path.Combine(folder, "update");
        await File.WriteAllTextAsync(file, "x", cancellation);
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync(reply + "\n"));
        var ran = await RunAsync(FloodCommand.Create(), cancellation, file, "--to", daemon.Endpoint.ToString());
        Assert.That((ran.Code, ran.Output), Is.EqualTo((code, "")));
        Assert.That(ran.Error, Does.StartWith("floodd: ").And.Contain(reply[4..]));
        Assert.That(ran.Error.TrimEnd(), Does.Not.Contain('\n'));
    }

    [Test]
    public async Task Nobody_there_is_69_and_a_missing_file_74(CancellationToken cancellation)
    {
        Assert.That((await RunAsync(StatusCommand.Create(), cancellation, "--to", FakeDaemon.Nobody().ToString())).Code, Is.EqualTo(69));
        Assert.That((await RunAsync(WatchCommand.Create(), cancellation, "g", "--to", FakeDaemon.Nobody().ToString())).Code, Is.EqualTo(69));
        await using var daemon = new FakeDaemon((_, _, _) => Task.CompletedTask);
        var ran = await RunAsync(FloodCommand.Create(), cancellation, "g", Path.Combine(folder, "none"), "--to", daemon.Endpoint.ToString());
        Assert.That(ran.Code, Is.EqualTo(74));
        ran = await RunAsync(FloodCommand.Create(), cancellation, "../no/group", Path.GetDirectoryName(typeof(ClientCommandTests).Assembly.Location)!, "--to", daemon.Endpoint.ToString());
        Assert.That(ran.Code, Is.EqualTo(74), "a folder is no file");
    }

    [TestCase("--to", "nowhere:99999")]
    [TestCase("--from", "yesterday")]
    public void A_wrong_option_is_an_error_of_the_command_line(string option, string value) =>
        Assert.That(WatchCommand.Create().Parse([option, value]).Errors, Is.Not.Empty);

    [Test]
    public async Task Watching_runs_the_command_for_each_update(CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var daemon = new FakeDaemon(async (session, line, _) =>
        {
            if (line == "ping")
            {
                // The second command has run: watching can end.
                await session.SayAsync("250 pong\n");
                await enough.CancelAsync();
                return;
            }

            await session.SayAsync("250 subscribed to g at start\nupdate g a/1/3 2\nhi\nupdate g b/ff/1 5\n$(x)\n\n");
        });
        string seen = Path.Combine(folder, "seen");
        string exec = $"printf '%s %s %s: ' $FLOODD_GROUP $FLOODD_ID $FLOODD_BYTES >> {seen}; cat >> {seen}; echo >> {seen}; "
            + $"if [ $FLOODD_ORIGIN = b ]; then exec 3<>/dev/tcp/127.0.0.1/{daemon.Endpoint.Port.ToString(CultureInfo.InvariantCulture)}; echo ping >&3; cat <&3 >/dev/null; fi";
        var ran = await RunAsync(
            WatchCommand.Create(), enough.Token, "g", "--from", "start", "--to", daemon.Endpoint.ToString(), "--exec", $"exec bash -c \"{exec.Replace("$", "\\$", StringComparison.Ordinal)}\"");
        Assert.That((ran.Code, ran.Error), Is.EqualTo((0, "")));
        Assert.That(await File.ReadAllTextAsync(seen, cancellation), Is.EqualTo("g a/1/3 2: hi\ng b/ff/1 5: $(x)\n\n"));
        Assert.That(daemon.Received.First().Line, Is.EqualTo("subscribe g from start"));
    }

    [Test]
    public async Task A_command_that_fails_without_reading_is_told_and_nothing_worse(CancellationToken cancellation)
    {
        using var error = new StringWriter();
        var update = new FloodUpdate("g", new FloodId("a", 1, 2), new byte[300_000]);
        await WatchCommand.ExecAsync("exit 3", update, error, cancellation);
        Assert.That(error.ToString(), Is.EqualTo($"floodd: the command exited with 3 for a/1/2{Environment.NewLine}"));
    }

    [TestCase(false, "a\x1b[2Jb")]
    [TestCase(true, "-- a/1/2 g 6 bytes\na\\x1b[2Jb\n")]
    public async Task A_terminal_sees_updates_harmless_and_a_pipe_sees_them_as_they_are(bool terminal, string expected, CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        await WatchCommand.PrintAsync(new FloodUpdate("g", new FloodId("a", 1, 2), "a\x1b[2Jb"u8.ToArray()), output, terminal, cancellation);
        Assert.That(Encoding.UTF8.GetString(output.ToArray()), Is.EqualTo(expected));
    }

    [Test]
    public async Task Status_shows_sites_and_counters(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, line, _) => session.SayAsync(line switch
        {
            "groups" => "211 1 groups follows\n(:group (:group-name g) (:master-site a) (:sites 2) (:edition 7))\n.\n",
            "members g" => "212 members of g follows\n(:member (:site-name a) (:inet-address 127.0.0.1) (:client-port 20) (:state self))\n"
                + "(:member (:site-name b) (:hostname h2) (:client-port 20) (:state down) (:rtt-ms 12.34) (:behind 3))\n.\n",
            _ => "215 statistics follows\n(:store-bytes 5)\n(:set-aside (:group-name g) (:first a/1/2) (:last a/1/3) (:count 2) (:reason \"exit 1\"))\n.\n",
        }));
        var ran = await RunAsync(StatusCommand.Create(), cancellation, "--to", daemon.Endpoint.ToString());
        Assert.That(ran.Code, Is.Zero);
        Assert.That(ran.Output, Does.Contain("g: 2 sites, master a, topology 7"));
        Assert.That(ran.Output, Does.Match(@"b\s+down\s+12\.3 ms\s+3\s+h2:20"));
        Assert.That(ran.Output, Does.Contain("5 bytes of 0 bytes"));

        ran = await RunAsync(StatusCommand.Create(), cancellation, "--json", "--to", daemon.Endpoint.ToString());
        using JsonDocument json = JsonDocument.Parse(ran.Output);
        Assert.That(json.RootElement.GetProperty("site").GetString(), Is.EqualTo("a"));
        JsonElement b = json.RootElement.GetProperty("groups")[0].GetProperty("sites")[1];
        Assert.That((b.GetProperty("state").GetString(), b.GetProperty("rtt_ms").GetDouble()), Is.EqualTo(("down", 12.34)));
        Assert.That(json.RootElement.GetProperty("statistics").GetProperty("store-bytes").GetInt32(), Is.EqualTo(5));
        Assert.That(json.RootElement.GetProperty("set_aside")[0].GetProperty("reason").GetString(), Is.EqualTo("exit 1"));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(Command command, CancellationToken cancellation, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        ParseResult parsed = command.Parse(arguments);
        Assert.That(parsed.Errors, Is.Empty);
        int code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false }, cancellation);
        return (code, output.ToString(), error.ToString());
    }
}
