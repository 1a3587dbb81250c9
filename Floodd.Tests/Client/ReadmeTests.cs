// The README of the library is true: its programs compile, as they stand here too, and its options are those that there are.
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Floodd.Client;
using Floodd.Client.Hosting;
using Floodd.Tests.Tidy;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed partial class ReadmeTests
{
    private static string Readme => File.ReadAllText(Path.Combine(Sources.Root, "Floodd.Client", "README.md"));

    [Test]
    public void Every_program_but_the_first_stands_here_as_well()
    {
        string here = Squeezed(File.ReadAllText(ThisFile()));
        string[] programs = [.. Program().Matches(Readme).Skip(1).Select(match => Squeezed(match.Groups["code"].Value))];
        Assert.That(programs, Is.Not.Empty);
        Assert.That(programs.Where(program => !here.Contains(program, StringComparison.Ordinal)), Is.Empty, "not compiled");
    }

    [Test]
    public void The_options_are_those_that_there_are()
    {
        var defaults = new FlooddClientOptions();
        Assert.That(
            Option().Matches(Readme).Select(match => (match.Groups["name"].Value, match.Groups["default"].Value)),
            Is.EqualTo(OptionText.All.Select(option => (option.Name, option.Write(defaults)))));
    }

    // What follows is never run: that it compiles is the point.
    private static async Task FloodingAsync(FlooddClient client, byte[] bytes)
    {
        FloodReceipt receipt = await client.FloodAsync("trio", bytes);
        FloodReceipt large = await client.FloodAsync("trio", File.OpenRead("image.tar"));
        FloodDeliveryProgress progress = await client.WaitForDeliveryAsync(receipt.Id, count: 2, timeout: TimeSpan.FromSeconds(10));
        GC.KeepAlive((large, progress, new FloodOptions { Key = "invoice-4711" }));
    }

    private static async Task SubscribingAsync(FlooddClient client, string stored, Action<ReadOnlyMemory<byte>> Take)
    {
        await foreach (FloodUpdate update in client.SubscribeAsync("trio", FloodPosition.Parse(stored)))
        {
            Take(update.Bytes);
            stored = update.Position.ToString();
        }
    }

    private static async Task ConnectingAsync()
    {
        await using FlooddClient client = await FlooddClient.ConnectAsync("floodd://alpha:2000,beta:2000?randomize=yes&require-initial-connect=no");
        client.ConnectionLost += (_, lost) => Console.Error.WriteLine($"{lost.Endpoint}: {lost.Reason.Message}");
    }

    private static void Hosting(IServiceCollection services)
    {
        services.AddFlooddClient("floodd://alpha:2000,beta:2000");
        services.AddFloodReceiver<Take>(new FloodReceiverOptions { Group = "trio", Positions = new FloodPositionFile("/var/lib/take/position") });
        services.AddHealthChecks().AddCheck<FlooddHealthCheck>("floodd");
    }

    private static string Squeezed(string text) => Blanks().Replace(text, " ").Trim();

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();

    [GeneratedRegex(@"^\| `(?<name>[a-z-]+)` \| (?<default>\S+) \|", RegexOptions.Multiline)]
    private static partial Regex Option();

    private sealed class Take : IFloodReceiver
    {
        public Task ReceiveAsync(FloodUpdate update, CancellationToken cancellation) => Task.CompletedTask;
    }
}
