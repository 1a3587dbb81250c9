// The two forms of the flood command and the subscription that brings updates back, byte for byte.
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class FloodFormsTests
{
    private const int Largest = 1 << 20;

    private SiteGroup _group = null!;
    private ClientSession _session = null!;

    [OneTimeSetUp]
    public void StartSites() => _group = SiteGroup.Start(new GroupPlan { SiteCount = 2, Connectivity = 1, GroupLines = " (:max-update-size 1m)" });

    [OneTimeTearDown]
    public void StopSites() => _group.Dispose();

    [SetUp]
    public void Connect() => _session = _group[0].Open();

    [TearDown]
    public void Disconnect() => _session.Dispose();

    [TestCase("flood g", "flood g")]
    [TestCase("flood", "flood without its group")]
    [TestCase("data g", "data g")]
    [TestCase("FLOOD g", "upper case")]
    public void Lines_up_to_a_dot_are_an_update(string request, string text)
    {
        Assert.That(_session.Ask(request).Code, Is.EqualTo(354));
        _session.SendText($"{text}\n\nsecond\n.\n");
        CheckReceiptAndExports(_session.ReadReply(), Encoding.UTF8.GetBytes($"{text}\n\nsecond\n"));
    }

    [Test]
    public void A_dot_in_front_of_a_dot_is_taken_away()
    {
        Assert.That(_session.Ask("flood g").Code, Is.EqualTo(354));
        _session.SendText("..\n..two\n...three\nfour.\n.\n");
        CheckReceiptAndExports(_session.ReadReply(), ".\n.two\n..three\nfour.\n"u8.ToArray());
    }

    [Test]
    public void Lines_that_end_in_carriage_returns_are_taken_with_line_feeds()
    {
        Assert.That(_session.Ask("flood g\r").Code, Is.EqualTo(354));
        _session.SendText("one\r\ntwo\r\n.\r\n");
        CheckReceiptAndExports(_session.ReadReply(), "one\ntwo\n"u8.ToArray());
    }

    [Test]
    public void A_dot_at_once_is_an_empty_update()
    {
        Assert.That(_session.Ask("flood g").Code, Is.EqualTo(354));
        _session.SendLine(".");
        CheckReceiptAndExports(_session.ReadReply(), []);
    }

    [TestCase("flood g", 0)]
    [TestCase("flood g", 1)]
    [TestCase("binary g", 1000)]
    [TestCase("flood", 65536)]
    [TestCase("binary", 65537)]
    [TestCase("flood g", Largest - 1)]
    [TestCase("flood g", Largest)]
    public void So_many_bytes_are_an_update(string request, int size)
    {
        byte[] update = RandomNumberGenerator.GetBytes(size);
        _session.SendLine($"{request} {size}");
        _session.Send(update);
        CheckReceiptAndExports(_session.ReadReply(), update);
    }

    [Test]
    public void A_larger_update_is_refused_and_skipped()
    {
        byte[] update = new byte[Largest + 1];
        update.AsSpan().Fill((byte)'\n');
        _session.SendFlood("g", update);
        Assert.That(_session.ReadReply().Code, Is.EqualTo(552));
        Assert.That(_session.Ask("ping").Text, Is.EqualTo("pong"));
    }

    [Test]
    public void A_larger_update_in_lines_is_refused_and_skipped()
    {
        Assert.That(_session.Ask("flood g").Code, Is.EqualTo(354));
        string line = new('x', 1023);
        for (int i = 0; i < 1025; i++)
        {
            _session.SendLine(line);
        }

        _session.SendLine(".");
        Assert.That(_session.ReadReply().Code, Is.EqualTo(552));
        Assert.That(_session.Ask("ping").Text, Is.EqualTo("pong"));
    }

    [Test]
    public void An_update_whose_client_vanishes_half_way_is_not_flooded()
    {
        using (ClientSession vanishing = _group[0].Open())
        {
            vanishing.SendText("flood g 100\nHALF-SENT");
        }

        using (ClientSession vanishing = _group[0].Open())
        {
            Assert.That(vanishing.Ask("flood g").Code, Is.EqualTo(354));
            vanishing.SendText("HALF-SENT\n");
        }

        CheckReceiptAndExports(FloodAndRead("behind them"u8), "behind them"u8.ToArray());
        Assert.That(
            _group.Sites.SelectMany(site => site.Exports.Updates()),
            Has.None.Matches<ExportedUpdate>(update => Encoding.Latin1.GetString(update.Bytes.AsSpan()).Contains("HALF-SENT", StringComparison.Ordinal)));
    }

    [Test]
    public void A_subscriber_gets_every_update_and_resumes_where_it_was()
    {
        using ClientSession subscriber = _group[1].Open();
        Reply start = subscriber.Ask("subscribe g");
        Assert.That(start.ToString(), Does.StartWith("250 subscribed to g at "));
        string position = start.Text["subscribed to g at ".Length..];

        byte[][] updates = [RandomNumberGenerator.GetBytes(100), [], RandomNumberGenerator.GetBytes(200_000)];
        string[] ids = [.. updates.Select(update => _session.Flood("g", update))];
        CheckUpdates(subscriber, ids, updates);

        using ClientSession resumed = _group[1].Open();
        Assert.That(resumed.Ask($"subscribe g from {position}").Code, Is.EqualTo(250));
        CheckUpdates(resumed, ids, updates);
    }

    private static void CheckUpdates(ClientSession subscriber, string[] ids, byte[][] updates)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            Assert.That(subscriber.ReadLine(), Is.EqualTo($"update g {ids[i]} {updates[i].Length}"));
            Assert.That(subscriber.ReadBytes(updates[i].Length), Is.EqualTo(updates[i]));
            Assert.That(subscriber.ReadLine(), Is.Empty);
        }
    }

    private Reply FloodAndRead(ReadOnlySpan<byte> update)
    {
        _session.SendFlood("g", update);
        return _session.ReadReply();
    }

    private void CheckReceiptAndExports(Reply receipt, byte[] update)
    {
        Assert.That(receipt.ToString(), Does.Match($"^250 s1/[0-9a-f]+/[0-9]+ flooded to g, {update.Length} bytes$"));
        foreach (TestSite site in _group.Sites)
        {
            Eventually.Holds(() => site.Exports.Ids().Contains(receipt.Id), $"{receipt.Id} at {site.Name}", _group.Logs);
            ExportedUpdate exported = site.Exports.Updates().Single(each => each.Id == receipt.Id);
            Assert.That(exported.Group, Is.EqualTo("g"));
            Assert.That(exported.Bytes.AsSpan().SequenceEqual(update), Is.True, $"{site.Name} exported other bytes");
        }
    }
}
