// Children that behave, as they are fed and judged. It tests nothing about ending those that do not: see ContainmentTests.
using System.Text;
using Floodd.Processes;
using NUnit.Framework;

namespace Floodd.Tests.Processes;

internal sealed class ShellRunnerTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("floodd-test-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(65)]
    [TestCase(75)]
    [TestCase(127)]
    [TestCase(255)]
    public async Task An_exit_code_comes_through(int code)
    {
        ShellResult result = await ShellRunner.RunAsync(new($"exit {code}"));
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Exited, code)));
    }

    [TestCase("kill -9 $$", 9)]
    [TestCase("kill -TERM $$", 15)]
    [TestCase("sh -c 'kill -SEGV $$'; exit $?", 11)]
    public async Task A_signal_is_told_from_an_exit_code(string text, int signal)
    {
        ShellResult result = await ShellRunner.RunAsync(new(text));
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Signaled, signal)));
    }

    [TestCase("echo \"$# $0\"", "0 /bin/sh\n")]
    [TestCase("trap 'echo left' EXIT\nexit 0", "left\n")]
    [TestCase("read word; echo \"$word\"; cat", "one\ntwo\n")]
    [TestCase("# a comment", "")]
    [TestCase("cat <<X\n$((1 + 1))\nX", "2\n")]
    [TestCase("set | grep -c '^floodd_\\|^command=\\|^group='", "0\n")]
    public async Task A_command_is_run_as_a_shell_of_its_own_would(string text, string said)
    {
        ShellResult result = await ShellRunner.RunAsync(new(text) { Input = ["one\ntwo\n"u8.ToArray()], OutputMax = 1000 });
        Assert.That(Encoding.UTF8.GetString(result.Output.Span), Is.EqualTo(said));
    }

    [TestCase("echo 'half", 2)]
    [TestCase("fi", 2)]
    [TestCase("set -e; false; exit 3", 1)]
    [TestCase("sh -c 'exit 4'", 4)]
    public async Task What_a_shell_makes_of_a_command_comes_through(string text, int code)
    {
        ShellResult result = await ShellRunner.RunAsync(new(text));
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Exited, code)));
    }

    [Test]
    public async Task The_input_arrives_whole_and_in_order()
    {
        byte[] input = new byte[3_000_001];
        new Random(1).NextBytes(input);
        ShellResult result = await ShellRunner.RunAsync(In(_folder, "cat > taken") with { Input = Pieces(input, 1, 7, 4096, 65536, 0, 200_000) });
        Assert.That((result.End, result.Code, result.BytesTaken), Is.EqualTo((ShellEnd.Exited, 0, 3_000_001L)));
        Assert.That(File.ReadAllBytes(Path.Join(_folder, "taken")).AsSpan().SequenceEqual(input), Is.True);
    }

    [Test]
    public async Task Hundreds_of_thousands_of_small_pieces_are_fed()
    {
        byte[] piece = "nine byte"u8.ToArray();
        ShellResult result = await ShellRunner.RunAsync(In(_folder, "wc -c > taken")
            with
        { Input = Enumerable.Repeat((ReadOnlyMemory<byte>)piece, 300_000) });
        Assert.That(result.BytesTaken, Is.EqualTo(2_700_000));
        Assert.That(int.Parse(File.ReadAllText(Path.Join(_folder, "taken"))), Is.EqualTo(2_700_000));
    }

    [Test]
    public async Task A_quick_reader_is_fed_ahead()
    {
        const int read = 4_000_000, usual = 64 << 10, ofHead = 64 << 10;
        ShellResult result = await ShellRunner.RunAsync(new($"head -c {read} >/dev/null; sleep 1000")
        {
            Input = Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[64 << 10], 200),
            Timeout = TimeSpan.FromSeconds(1),
        });
        Assert.That(result.End, Is.EqualTo(ShellEnd.TimedOut));
        Assert.That(result.BytesTaken, Is.GreaterThan(read + usual + ofHead).And.LessThan(200 * (64 << 10)));
    }

    [Test]
    public async Task A_command_without_input_finds_its_end_at_once()
    {
        ShellResult result = await ShellRunner.RunAsync(In(_folder, "wc -c > taken"));
        Assert.That((result.Code, int.Parse(File.ReadAllText(Path.Join(_folder, "taken")))), Is.EqualTo((0, 0)));
    }

    [TestCase("exit 0", 0)]
    [TestCase("exit 65", 65)]
    [TestCase("exec 0<&-; sleep 0.1", 0)]
    [TestCase("head -c 10", 0)]
    public async Task A_command_that_does_not_read_its_input_is_judged_by_its_exit_code(string text, int code)
    {
        ShellResult result = await ShellRunner.RunAsync(new(text) { Input = [new byte[10 << 20]] });
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Exited, code)));
        Assert.That(result.BytesTaken, Is.LessThan(10 << 20));
    }

    [Test]
    public async Task Output_goes_nowhere_and_holds_nobody_up()
    {
        ShellResult result = await ShellRunner.RunAsync(In(_folder,
            "head -c 100000000 /dev/zero; head -c 1000000 /dev/zero >&2; readlink /proc/self/fd/1 /proc/self/fd/2 > seen-by-readlink; { readlink /proc/self/fd/2 >&3; } 3> seen"));
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Exited, 0)));
        Assert.That(File.ReadAllText(Path.Join(_folder, "seen")), Is.EqualTo("/dev/null\n"));
    }

    [TestCase("/nonexistent/filer", 127)]
    [TestCase("/etc/passwd", 126)]
    public async Task A_program_that_cannot_be_run_is_the_shells_exit_code(string text, int code)
    {
        ShellResult result = await ShellRunner.RunAsync(new(text));
        Assert.That((result.End, result.Code), Is.EqualTo((ShellEnd.Exited, code)));
    }

    [Test]
    public async Task A_missing_directory_is_not_started()
    {
        ShellResult result = await ShellRunner.RunAsync(In("/nonexistent/floodd", "exit 0"));
        Assert.That(result, Is.EqualTo(new ShellResult(ShellEnd.NotStarted, 0, 0, "no directory /nonexistent/floodd")));
    }

    [Test]
    public async Task A_command_too_long_for_the_kernel_is_not_started()
    {
        ShellResult result = await ShellRunner.RunAsync(new("exit 0 #" + new string('x', 4 << 20)));
        Assert.That(result.End, Is.EqualTo(ShellEnd.NotStarted));
        Assert.That(result.Text, Is.Not.Empty);
    }

    [Test]
    public async Task The_command_arrives_word_for_word()
    {
        const string Text = "printf '%s|' \"a\\\\b\" 'c\"d' \"$0\" \"$#\" 'é' \\\n  'two  blanks' > out\n# a comment, \"unclosed";
        ShellResult result = await ShellRunner.RunAsync(In(_folder, Text));
        Assert.That(result.Code, Is.Zero);
        Assert.That(File.ReadAllText(Path.Join(_folder, "out")), Is.EqualTo("a\\b|c\"d|/bin/sh|0|é|two  blanks|"));
    }

    [Test]
    public async Task Nothing_of_the_input_is_on_a_command_line()
    {
        const string Secret = "b2f7c1-secret";
        ShellResult result = await ShellRunner.RunAsync(In(_folder, "cat /proc/[0-9]*/cmdline /proc/self/environ > seen 2>/dev/null; cat > taken; exit 0")
            with
        { Input = [Encoding.UTF8.GetBytes(Secret)] });
        Assert.That(result.Code, Is.Zero);
        Assert.That(File.ReadAllText(Path.Join(_folder, "seen")), Does.Not.Contain(Secret).And.Contain("/bin/sh"));
        Assert.That(File.ReadAllText(Path.Join(_folder, "taken")), Is.EqualTo(Secret));
    }

    [Test]
    public async Task The_environment_is_clean_and_its_values_are_harmless()
    {
        Environment.SetEnvironmentVariable("FLOODD_TEST_SECRET", "s3cret");
        try
        {
            ShellResult result = await ShellRunner.RunAsync(In(_folder, "env > seen; umask > mask; pwd > place")
                with
            {
                Environment =
                [
                    new("FLOODD_ID", "inferno/6740f2a1/42"),
                    new("FLOODD_SITES", "a=1.2.3.4:2000 b+c,d;$(reboot) `x`\n\"é\""),
                ],
            });
            Assert.That(result.Code, Is.Zero);
        }
        finally
        {
            Environment.SetEnvironmentVariable("FLOODD_TEST_SECRET", null);
        }

        string[] seen = File.ReadAllLines(Path.Join(_folder, "seen"));
        Assert.That(seen, Does.Contain("FLOODD_ID=inferno/6740f2a1/42").And.Contain("FLOODD_SITES=a=1.2.3.4:2000 b+c,d___reboot_ _x_____"));
        Assert.That(seen, Has.Some.StartsWith("PATH="));
        Assert.That(seen.Select(line => line.Split('=')[0]).Where(name => !name.StartsWith("LC_", StringComparison.Ordinal)),
            Is.SubsetOf(new[] { "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "PWD", "FLOODD_ID", "FLOODD_SITES", "FLOODD_RUN_TOKEN" }));
        Assert.That(File.ReadAllText(Path.Join(_folder, "mask")), Does.EndWith("077\n"));
        Assert.That(File.ReadAllText(Path.Join(_folder, "place")), Is.EqualTo(_folder + "\n"));
    }

    [Test]
    public void A_broken_input_is_the_callers_to_know()
    {
        static IEnumerable<ReadOnlyMemory<byte>> Broken()
        {
            yield return new byte[10];
            throw new InvalidDataException("broken");
        }

        Assert.That(async () => await ShellRunner.RunAsync(new("sleep 60") { Input = Broken() }), Throws.InstanceOf<InvalidDataException>());
    }

    private static ShellCommand In(string folder, string text) => new(text) { WorkingDirectory = folder };

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] input, params int[] sizes)
    {
        for (int at = 0, k = 0; at < input.Length; k++)
        {
            int size = Math.Min(sizes[k % sizes.Length], input.Length - at);
            yield return input.AsMemory(at, size);
            at += size;
        }
    }
}
