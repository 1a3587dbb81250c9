// Connection strings and the ranges of options. No socket.
using Floodd.Client;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed class ClientOptionsTests
{
    [TestCase("h:5", "floodd://h:5")]
    [TestCase(" h , [::1]:7 ", "floodd://h:2000,[::1]:7")]
    [TestCase("floodd://h:5", "floodd://h:5")]
    [TestCase("FLOODD://h:5/", "floodd://h:5")]
    [TestCase("h?", "floodd://h:2000")]
    [TestCase("h?randomize", "floodd://h:2000?randomize=yes")]
    [TestCase("h?Randomize=true&retry-floods=off", "floodd://h:2000?randomize=yes&retry-floods=no")]
    [TestCase("h?require-initial-connect=no", "floodd://h:2000?require-initial-connect=no")]
    [TestCase("h?connect-timeout=5", "floodd://h:2000", Description = "the default is not written")]
    [TestCase("h?connect-timeout=1.5&keep-alive=2m&back-off-first=250ms", "floodd://h:2000?connect-timeout=1.5&back-off-first=0.25&keep-alive=120")]
    [TestCase("h?reconnect-timeout=none", "floodd://h:2000?reconnect-timeout=none")]
    [TestCase("h?reconnect-timeout=0&nearest-lifetime=1d&back-off-max=1h", "floodd://h:2000?reconnect-timeout=0&back-off-max=3600&nearest-lifetime=86400")]
    [TestCase("h?requests-max=7&request-bytes-max=2g&update-size-max=1K&nearest-candidates=100", "floodd://h:2000?requests-max=7&request-bytes-max=2147483648&update-size-max=1024&nearest-candidates=100")]
    public void A_connection_string_is_read_and_written(string text, string written)
    {
        FlooddClientOptions options = FlooddClientOptions.Parse(text);
        Assert.That(options.ToString(), Is.EqualTo(written));
        Assert.That(FlooddClientOptions.Parse(written).ToString(), Is.EqualTo(written));
    }

    [Test]
    public void What_is_read_is_what_was_said()
    {
        FlooddClientOptions options = FlooddClientOptions.Parse("floodd://a:1,b:2?reconnect-timeout=none&keep-alive=90s&requests-max=9&retry-floods=0");
        Assert.That(options.Endpoints, Is.EqualTo(new[] { new FlooddEndpoint("a", 1), new FlooddEndpoint("b", 2) }));
        Assert.That(options.ReconnectTimeout, Is.EqualTo(Timeout.InfiniteTimeSpan));
        Assert.That(options.KeepAlive, Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That((options.RequestsMax, options.RetryFloods), Is.EqualTo((9, false)));
    }

    [Test]
    public void Every_option_that_can_be_said_in_a_line_is_in_the_table()
    {
        string[] others = [nameof(FlooddClientOptions.Endpoints), nameof(FlooddClientOptions.LoggerFactory), nameof(FlooddClientOptions.TimeProvider)];
        Assert.That(
            OptionText.All.Select(option => option.Name),
            Is.EquivalentTo(typeof(FlooddClientOptions).GetProperties().Select(p => p.Name).Except(others).Select(OptionText.NameOf)));
    }

    [TestCase("h?keepalive=5", "unknown option 'keepalive'; did you mean keep-alive?")]
    [TestCase("h?recconect-timeout=5", "did you mean reconnect-timeout?")]
    [TestCase("h?x=5", "unknown option 'x'; expected one of randomize ")]
    [TestCase("h?keep-alive=soon", "option keep-alive cannot be 'soon'; expected seconds")]
    [TestCase("h?keep-alive=5x", "option keep-alive cannot be '5x'")]
    [TestCase("h?keep-alive=-5", "option keep-alive cannot be '-5'")]
    [TestCase("h?keep-alive=99999999999999999999d", "option keep-alive cannot be")]
    [TestCase("h?keep-alive", "option keep-alive cannot be ''")]
    [TestCase("h?keep-alive=0", "option keep-alive is out of range: 00:00:00")]
    [TestCase("h?connect-timeout=none", "option connect-timeout is out of range")]
    [TestCase("h?requests-max=9g", "option requests-max cannot be '9g'")]
    [TestCase("h?requests-max=0", "option requests-max is out of range: 0")]
    [TestCase("h?request-bytes-max=99999999999g", "option request-bytes-max cannot be")]
    [TestCase("h?randomize=maybe", "option randomize cannot be 'maybe'; expected yes or no")]
    [TestCase("h?randomize=yes&randomize=no", "option randomize is given twice")]
    [TestCase("", "is no address")]
    [TestCase("floodd://?randomize=yes", "is no address")]
    [TestCase("h:x", "'h:x' is no address")]
    public void What_is_wrong_is_named(string text, string said) =>
        Assert.That(() => FlooddClientOptions.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains(said));

    [Test]
    public void An_option_out_of_range_is_named_when_connecting()
    {
        (string Name, FlooddClientOptions Options)[] wrong =
        [
            ("Endpoints", new() { Endpoints = [] }),
            ("Endpoints", new() { Endpoints = default }),
            ("Endpoints", new() { Endpoints = [default] }),
            ("ConnectTimeout", new() { ConnectTimeout = TimeSpan.Zero }),
            ("ReconnectTimeout", new() { ReconnectTimeout = TimeSpan.FromSeconds(-1) }),
            ("BackOffFirst", new() { BackOffFirst = TimeSpan.Zero }),
            ("BackOffMax", new() { BackOffMax = TimeSpan.FromMilliseconds(99) }),
            ("KeepAlive", new() { KeepAlive = TimeSpan.FromDays(100) }),
            ("RequestsMax", new() { RequestsMax = 0 }),
            ("RequestBytesMax", new() { RequestBytesMax = 0 }),
            ("UpdateSizeMax", new() { UpdateSizeMax = int.MaxValue }),
            ("NearestLifetime", new() { NearestLifetime = TimeSpan.FromTicks(-1) }),
            ("NearestCandidates", new() { NearestCandidates = 101 }),
            ("LoggerFactory", new() { LoggerFactory = null! }),
            ("TimeProvider", new() { TimeProvider = null! }),
        ];
        foreach ((string name, FlooddClientOptions options) in wrong)
        {
            ArgumentException e = Assert.CatchAsync<ArgumentException>(() => FlooddClient.ConnectAsync(options))!;
            Assert.That(e.ParamName, Is.EqualTo(name));
        }
    }

    [Test]
    public void The_clock_and_the_log_are_not_written() =>
        Assert.That(new FlooddClientOptions { LoggerFactory = new NullLoggerFactory(), TimeProvider = new ManualTime() }.ToString(), Is.EqualTo("floodd://127.0.0.1:2000"));
}
