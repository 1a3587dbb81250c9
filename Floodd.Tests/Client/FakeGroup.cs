// A group's updates as a daemon would send them to whoever subscribes, from wherever. Sends nothing itself.
using System.Globalization;
using System.Text;
using Floodd.Client;

namespace Floodd.Tests.Client;

/// <summary>The updates that a fake daemon holds, in the order in which it sends them.</summary>
internal sealed class FakeGroup(IReadOnlyList<(FloodId Id, string Text)> updates)
{
    /// <summary>So many updates of so many streams, taken in turn; each says its own id.</summary>
    public static FakeGroup Of(int updateCount, int streamCount = 1)
    {
        FloodId Id(int i) => new("s" + (i % streamCount), 0x1f, (2 * (i / streamCount)) + 1);
        return new FakeGroup([.. Enumerable.Range(0, updateCount).Select(i => (Id(i), $"update\n{Id(i)}"))]);
    }

    public IReadOnlyList<FloodId> Ids { get; } = [.. updates.Select(update => update.Id)];

    /// <summary>What follows a <c>subscribe</c> line: the reply, then all updates that its position has not seen.</summary>
    public string After(string line)
    {
        FloodPosition position = FloodPosition.Parse(line.Split(' ')[^1]);
        var text = new StringBuilder($"250 subscribed to g at {position}\n");
        foreach ((FloodId id, string said) in updates.Where(update => !position.Includes(update.Id)))
        {
            text.Append(CultureInfo.InvariantCulture, $"update g {id} {said.Length}\n{said}\n");
        }

        return text.ToString();
    }
}
