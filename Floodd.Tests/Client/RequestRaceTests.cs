// Races of one request: given up in the very moment in which it is written. No socket, no clock.
using System.Text;
using Floodd.Client;
using Floodd.Client.Connections;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[Parallelizable]
internal sealed class RequestRaceTests
{
    [Test]
    public void A_flood_that_is_given_up_while_it_is_begun_is_written_whole_or_not_at_all()
    {
        // Half of one would swallow the requests behind it as its bytes.
        const int Rounds = 3000;
        byte[] body = new byte[100];
        Request[] requests = [.. Enumerable.Range(0, Rounds).Select(_ => new Request("flood g 100", body, repeatable: true, madeAt: 0))];
        int begun = -1;
        var canceler = new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref begun) == i);
                requests[i].Cancel(new CancellationToken(canceled: true));
            }
        });
        canceler.Start();
        int halves = 0;
        byte[] to = new byte[200];
        for (int i = 0; i < Rounds; i++)
        {
            Volatile.Write(ref begun, i);
            while (!requests[i].Answered.IsCompleted)
            {
                halves += requests[i].TryBegin() && requests[i].CopyNext(to, out _) != body.Length ? 1 : 0;
            }
        }

        canceler.Join();
        Assert.That(halves, Is.Zero);
    }

    [Test]
    public void A_flood_of_nothing_is_a_flood_too()
    {
        Assert.That(new Request("flood g 0", default, repeatable: true, madeAt: 0).IsFlood, Is.True);
        Assert.That(new Request("ping", default, repeatable: true, madeAt: 0).IsFlood, Is.False);
        Assert.That(Encoding.ASCII.GetString(new Request("ping", default, true, 0).Line), Is.EqualTo("ping\n"));
    }
}
