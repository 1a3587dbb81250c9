// Prints the updates of a group: subscriber HOST:PORT GROUP FILE. FILE remembers what was printed, so that it goes on there when started again.
using System.Text;
using Floodd.Client;

(string daemon, string group, string file) = args is [var a, var b, var c] ? (a, b, c) : throw new ArgumentException("usage: subscriber HOST:PORT GROUP FILE");
FloodPosition from = File.Exists(file) ? FloodPosition.Parse(File.ReadAllText(file)) : FloodPosition.Start;
await using FlooddClient client = await FlooddClient.ConnectAsync(daemon);
await foreach (FloodUpdate update in client.SubscribeAsync(group, from, gap => Console.Error.WriteLine($"no longer to be had: {gap.First} to {gap.Last}")))
{
    // First the work, then the note of it: killed in between, it does the work once more. The other way round it would be lost.
    Console.WriteLine($"{update.Id} {Encoding.UTF8.GetString(update.Bytes.Span)}");
    File.WriteAllText(file + ".part", update.Position.ToString());
    File.Move(file + ".part", file, overwrite: true);
}
