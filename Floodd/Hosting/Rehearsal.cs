// Five sites that exist in memory only link, flood, measure, plan and export, so that the runtime has compiled what that takes before real ones come. Of the real world it uses no more than a shell that does nothing, if there is an export command.
using System.Text;
using Floodd.Config;
using Floodd.Core;

namespace Floodd.Hosting;

/// <summary>
/// Three minutes in the life of five sites, in virtual time. What the runtime compiles when it is first needed takes some tenths of a second in
/// all; without this the first updates, those under way when the first plan comes, and the first that are exported would wait for it.
/// </summary>
internal sealed class Rehearsal : InMemoryGroup
{
    private const int Sites = 5;

    // Ways so slow that bursts which last long enough are small.
    private static readonly TimeSpan ByteTime = TimeSpan.FromMicroseconds(4);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Small ones together in one run; one that takes several segments is enough.
    private static readonly byte[] Small = Said(0, 128, 128, 128, 4096);
    private static readonly byte[] Large = Said(70_000);

    private static readonly LocalDefinition Exporting = new() { Export = new ExportDefinition { Command = "cat" } };

    private long _given;
    private int _exports;
    private bool _hasExported;

    private Rehearsal(bool exporting)
        : base(Sites, exporting ? Exporting : null)
    {
    }

    /// <summary>Plays it.</summary>
    /// <param name="exporting">Whether one of them exports too: that starts a real process, which does nothing.</param>
    /// <returns>How many bytes the subscribers were given, whether the export that was a process ended well (1 or 0), and how many plans were made.</returns>
    public static (long Given, int Exports, int Plans) Run(bool exporting)
    {
        var rehearsal = new Rehearsal(exporting);
        rehearsal.Begin();
        rehearsal.Flood();
        rehearsal.Part(Sites - 1);
        rehearsal.Flood();
        rehearsal.Join();
        rehearsal.Pass(Minute);
        return (rehearsal._given, rehearsal._exports, rehearsal.Plans);
    }

    /// <inheritdoc/>
    protected override int ReadMax => 4096;

    /// <inheritdoc/>
    protected override TimeSpan TimeOf(Event e) => e is Event.Received received ? received.Bytes.Length * ByteTime : base.TimeOf(e);

    /// <inheritdoc/>
    protected override void Watch(int site, Effect effect)
    {
        if (effect is Effect.Send send && send.Id == Subscriber)
        {
            _given += send.Bytes.Length;
        }
        else if (effect is Effect.StartExport start)
        {
            Export(site, start.Run);
        }
    }

    private static byte[] Said(params int[] sizes) =>
        [.. sizes.SelectMany(size => Encoding.ASCII.GetBytes($"flood {Group} {size}\n{new string('x', size)}"))];

    private void Flood()
    {
        Say(0, Large);
        for (int site = 0; site < Sites; site++)
        {
            Pass(Pause);
            Say(site, Small);
        }

        Pass(Minute);
    }

    // Virtual time stands still while it runs. One process is enough, and what is not started cannot outlive a daemon that ends at once.
    private void Export(int site, ExportRun run)
    {
        if (_hasExported)
        {
            Tell(site, new Event.RunEnded(run.Group, run.Number, new RunOutcome(RunEnd.Exited, 0, "exited 0")));
            return;
        }

        _hasExported = true;
        TaskCompletionSource<Event> ended = new();
        using ExportRunner runner = new(ended.SetResult);
        runner.Start(run);
        Event end = ended.Task.GetAwaiter().GetResult();
        _exports += end is Event.RunEnded { Outcome: { Kind: RunEnd.Exited, Code: 0 } } ? 1 : 0;
        Tell(site, end);
    }
}
