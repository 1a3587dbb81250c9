// Tells the sessions that subscribe from the client's own connection, and counts them. Says only what the test's script says, and pong to the client's own pings.
using System.Collections.Concurrent;

namespace Floodd.Tests.Client;

/// <summary>What a fake daemon's subscriptions are sent: the script gets each line of one, and its number from 1.</summary>
internal sealed class FakeFeeds(Func<FakeSession, int, string, Task> script)
{
    private readonly ConcurrentDictionary<FakeSession, int> numbers = new();
    private int count;

    /// <summary>The lines of all subscriptions.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>How many subscriptions were begun.</summary>
    public int Count => Volatile.Read(ref count);

    public async Task AnswerAsync(FakeSession session, string line, byte[] body)
    {
        // Heard before it is counted: who waits for the count finds the line.
        bool begins = line.StartsWith("subscribe", StringComparison.Ordinal);
        if (begins || numbers.ContainsKey(session))
        {
            Lines.Enqueue(line);
        }

        if (begins)
        {
            numbers[session] = Interlocked.Increment(ref count);
        }

        if (numbers.TryGetValue(session, out int number))
        {
            await script(session, number, line);
        }
        else if (line == "ping")
        {
            await session.SayAsync("250 pong\n");
        }
    }
}
