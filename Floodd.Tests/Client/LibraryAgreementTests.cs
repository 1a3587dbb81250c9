// What the library writes is what the document says, and what it makes of the core's answers is what they were.
using System.Globalization;
using Floodd.Client;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[Parallelizable]
internal sealed class LibraryAgreementTests
{
    private const int SeedCount = 40;
    private const int CallCount = 40;

    private static readonly byte[] Alphabet = [.. "\n\n\r\r...flood g 5 250 update \0"u8, 0xff, 0xc3];

    [Test]
    public async Task Random_calls_are_the_requests_and_answers_that_the_document_says()
    {
        foreach (ulong seed in Seeds.Many(SeedCount))
        {
            var random = new Random((int)seed);
            await using var server = new CoreServer(new Random((int)seed));
            await using FlooddClient client = await FlooddClient.ConnectAsync(new FlooddClientOptions { Endpoints = [server.Endpoint] });
            Call[] calls = [.. Enumerable.Range(0, CallCount).Select(_ => Random(random, client))];
            string[] answers = await Task.WhenAll(calls.Select(call => call.Answer)).WaitAsync(TimeSpan.FromSeconds(60));

            (byte[] sent, byte[] heard) = server.Talk(0);
            List<PlainRequest> requests = PlainGrammar.Requests(sent, _ => false);
            List<string> replies = PlainGrammar.Output(heard)[1..];
            Assert.That(requests, Has.Count.EqualTo(CallCount), $"seed {seed}");
            Assert.That(replies, Has.Count.EqualTo(CallCount), $"seed {seed}");
            for (int i = 0; i < CallCount; i++)
            {
                Assert.That(requests[i].Line, calls[i].Body is null ? Is.EqualTo(calls[i].Line) : Does.Match($"^{calls[i].Line} {calls[i].Body!.Length} key [a-zA-Z0-9._-]+$"), $"seed {seed}, call {i}");
                Assert.That(requests[i].Body, Is.EqualTo(calls[i].Body), $"seed {seed}, call {i}");
                Assert.That(Head(replies[i]), Does.StartWith(answers[i]), $"seed {seed}, call {i}");
            }

            // The same bytes in other pieces are the same conversation, keys and all.
            Assert.That(PlainGrammar.Output(CoreDaemon.Converse(SplitStream.Split(sent, random, 100)))[1..].Select(Head), Is.EqualTo(replies.Select(Head)), $"seed {seed}");
        }
    }

    [Test]
    public async Task Names_that_look_like_parts_of_the_protocol_change_nothing()
    {
        await using var server = new CoreServer(new Random(1));
        await using FlooddClient client = await FlooddClient.ConnectAsync(new FlooddClientOptions { Endpoints = [server.Endpoint] });
        foreach (string group in CoreDaemon.Groups)
        {
            byte[] update = "250 follows\n.\n"u8.ToArray();
            FloodReceipt receipt = await client.FloodAsync(group, update);
            Assert.That(receipt.Group, Is.EqualTo(group));
            Assert.That((await client.GetMembersAsync(group)).Select(member => (member.SiteName, member.HostName)), Is.EquivalentTo([("a", "250-update.gap."), ("b", "127.0.0.1"), ("follows", "follows")]));
            Assert.That((await client.GetTopologyAsync(group)).Group, Is.EqualTo(group));
            Assert.That(await client.GetTopologyGraphAsync(group), Does.Contain("graph"));
            Assert.That(await client.GetConfigurationAsync(group), Does.Contain($"(:group-name {group})"));
            Assert.That(async () => await client.ExplainAsync(group, "a", "follows"), Throws.TypeOf<FlooddException>().With.Property("Code").EqualTo(550));
            Assert.That((await client.WhereAsync(receipt.Id)).Select(member => member.SiteName), Is.EquivalentTo(["a", "b", "follows"]));
            await foreach (FloodUpdate got in client.SubscribeAsync(group, FloodPosition.Start))
            {
                Assert.That((got.Group, got.Id), Is.EqualTo((group, receipt.Id)));
                Assert.That(got.Bytes.ToArray(), Is.EqualTo(update));
                break;
            }
        }

        Assert.That((await client.GetGroupsAsync()).Select(group => group.Name), Is.EquivalentTo(CoreDaemon.Groups));
        Assert.That(async () => await client.GetMembersAsync(null), Throws.TypeOf<FlooddException>().With.Property("Code").EqualTo(501));
        Assert.That(async () => await client.GetMembersAsync("g.follows"), Throws.TypeOf<FlooddException>().With.Property("Code").EqualTo(550));
    }

    private static string Head(string said) => said.Split('\n')[0];

    /// <summary>Calls the library, and says what is to be seen of it: the line up to a flood's size, the body, the beginning of the answer.</summary>
    private static Call Random(Random random, FlooddClient client)
    {
        string? group = random.Next(8) switch { 0 => null, 1 => "none", 2 => "follows", 3 => "123", _ => "g" };
        string word = group is null ? "" : $" {group}";
        byte[] body = new byte[random.Next(30) == 0 ? 65_536 + random.Next(-3, 4) : random.Next(40) == 0 ? CoreDaemon.UpdateSizeMax + 1 : random.Next(60)];
        for (int i = 0; i < body.Length; i++)
        {
            body[i] = Alphabet[random.Next(Alphabet.Length)];
        }

        return random.Next(11) switch
        {
            8 => new Call($"exports{word}", null, SayAsync(client.GetExportsAsync(group), exports => $"220 exports of {exports.Group} follows")),
            9 => new Call($"retry all{word}", null, SayAsync(client.RetryAllExportsAsync(group), count => $"250 {count} updates of ")),
            10 => new Call($"skip b/b1/999999{word}", null, SayAsync(Skipped(client.SkipExportAsync(group, FloodId.Parse("b/b1/999999"))), _ => "250 ")),
            0 => new Call($"members{word}", null, SayAsync(client.GetMembersAsync(group), _ => "212 ")),
            1 => new Call($"topology{word}", null, SayAsync(client.GetTopologyAsync(group), _ => "213 ")),
            2 => new Call("groups", null, SayAsync(client.GetGroupsAsync(), groups => $"211 {groups.Length} groups follows")),
            3 => new Call("stats", null, SayAsync(client.GetStatisticsAsync(), _ => "215 ")),
            4 => new Call("where b/b1/999999", null, SayAsync(client.WhereAsync(FloodId.Parse("b/b1/999999")), _ => "217 ")),
            _ => new Call($"flood{word}", body, SayAsync(client.FloodAsync(group, body), receipt => string.Create(CultureInfo.InvariantCulture, $"250 {receipt.Id} flooded to {receipt.Group}, {receipt.Size} bytes"))),
        };
    }

    private static async Task<bool> Skipped(Task skip)
    {
        await skip;
        return true;
    }

    private static async Task<string> SayAsync<T>(Task<T> call, Func<T, string> say)
    {
        try
        {
            return say(await call);
        }
        catch (FlooddException e)
        {
            return $"{e.Code} {e.Text}";
        }
    }

    private sealed record Call(string Line, byte[]? Body, Task<string> Answer);
}
