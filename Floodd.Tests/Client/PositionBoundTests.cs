// A position of a group whose sites restart again and again: short enough for a line, and of what is left out nothing can come. A fake daemon, or none.
using System.Globalization;
using System.Text;
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(60_000)]
internal sealed class PositionBoundTests
{
    private const int LifeCount = 10_000;
    private const int LineMax = 16 * 4096;

    [Test]
    public void Ten_thousand_restarts_leave_a_position_that_fits_into_a_line()
    {
        // One site lives on from before all others' lives, under a long name.
        var old = new FloodId(new string('o', 64), Life(0) - 5, 77);
        FloodPosition position = FloodPosition.Start.After(old);
        var text = new StringBuilder(position.ToString());
        for (int i = 0; i < LifeCount; i++)
        {
            FloodId id = new("site" + (i % 5), Life(i), 1 + i);
            position = position.After(id);
            text.Append(CultureInfo.InvariantCulture, $",{id}");
        }

        foreach (FloodPosition bounded in new[] { position, FloodPosition.Parse(text.ToString()) })
        {
            Assert.That(bounded.ToString().Length, Is.LessThan(LineMax - 200));
            Assert.That(bounded.Includes(old), Is.True, "whoever has one life keeps it, however old");
            for (int i = LifeCount - 850; i < LifeCount; i++)
            {
                Assert.That(bounded.Includes(new FloodId("site" + (i % 5), Life(i), 1 + i)), Is.True, "the latest lives are kept");
            }

            Assert.That(FloodPosition.Parse(bounded.ToString()), Is.EqualTo(bounded));
        }
    }

    [Test]
    public void The_last_life_of_each_of_many_sites_is_kept()
    {
        FloodId[] ids = [.. Enumerable.Range(0, 1500).SelectMany(i => new[] { new FloodId($"s{i}", Life(i), 3), new FloodId($"s{i}", Life(i) + 1, 4) })];
        FloodPosition position = FloodPosition.Parse(string.Join(',', ids));
        Assert.That(ids.Where((_, i) => i % 2 == 1).All(position.Includes), Is.True);
        Assert.That(ids.Count(position.Includes), Is.EqualTo(1500));
    }

    [Test]
    public async Task A_subscription_outlives_ten_thousand_restarts_of_a_site(CancellationToken cancellation)
    {
        var all = new StringBuilder("250 subscribed to g at start\n");
        for (int i = 0; i < LifeCount; i++)
        {
            all.Append(CultureInfo.InvariantCulture, $"update g {new FloodId("site", Life(i), 1)} 0\n\n");
        }

        var feeds = new FakeFeeds(async (session, number, _) =>
        {
            await session.SayAsync(number == 1 ? all.ToString() : $"250 subscribed to g at start\nupdate g {new FloodId("site", Life(LifeCount), 1)} 0\n\n");
            session.Finish();
        });
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        FloodPosition? last = null;
        await foreach (FloodUpdate update in client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation).Take(LifeCount + 1))
        {
            last = update.Position;
        }

        string again = feeds.Lines.Last();
        Assert.That(again.Length, Is.LessThan(LineMax));
        Assert.That(again, Does.StartWith("subscribe g from site/").And.EndWith($"{new FloodId("site", Life(LifeCount - 1), 1)}"));
        Assert.That(last!.Includes(new FloodId("site", Life(LifeCount), 1)), Is.True);
    }

    // As a daemon makes them: seconds since 1970, and 16 bits of chance.
    private static ulong Life(int i) => ((1_790_000_000UL + (60 * (ulong)i)) << 16) | (uint)(i * 7919 % 65536);
}
