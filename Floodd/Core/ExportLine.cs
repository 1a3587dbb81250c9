// What the export of one group is at: who waits, what runs, how the last run ended. State only; Exports decides.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>The export of one group.</summary>
internal sealed class ExportLine
{
    public ExportLine(Deadlines deadlines) => GatheringEnd = new Deadline(deadlines, () => Due = true);

    /// <summary>The streams that have something to hand out and are in no bundle, in turn.</summary>
    public Queue<SegmentStream> Streams { get; } = new();

    /// <summary>Updates that were set aside and are to be tried again.</summary>
    public Queue<SetAsideUpdate> Errands { get; } = new();

    /// <summary>What the refusals of late have shown.</summary>
    public Suspects Suspects { get; } = new();

    /// <summary>Whether something may have to be done at the end of the turn.</summary>
    public bool Due { get; set; }

    /// <summary>The bundle that the command is being given.</summary>
    public Bundle? Running { get; set; }

    /// <summary>The number of that run.</summary>
    public long Number { get; set; }

    /// <summary>When it began.</summary>
    public Instant Began { get; set; }

    /// <summary>Until then more updates are gathered, to go together.</summary>
    public Instant GatheringUntil { get; set; }

    /// <summary>When that is looked at again.</summary>
    public Deadline GatheringEnd { get; }

    /// <summary>The bundle that is to be given again, with the same updates.</summary>
    public Bundle? Again { get; set; }

    /// <summary>Runs in a row that failed; the pauses grow with it.</summary>
    public int Failures { get; set; }

    /// <summary>How often the update that is alone in its bundle was refused.</summary>
    public int Refusals { get; set; }

    /// <summary>No bundle of the streams is given before.</summary>
    public Instant PausedUntil { get; set; }

    /// <summary>Whether the last run was an errand: then a bundle comes first, so that neither holds up the other.</summary>
    public bool ErrandWasLast { get; set; }

    /// <summary>Runs begun, and those that failed and were followed by another.</summary>
    public long Runs { get; set; }

    public long Retries { get; set; }

    /// <summary>How the last run ended, for people; null before.</summary>
    public string? LastEnd { get; set; }

    /// <summary>Whether there is a bundle to be given, or may be.</summary>
    public bool HasMore => Again is not null || Suspects.Any || Streams.Count > 0;

    /// <summary>Whether anything is kept of runs that were, or are to be again.</summary>
    public bool HasPast => Again is not null || Suspects.Any || Suspects.CountMax < int.MaxValue || Errands.Count > 0 || Failures > 0 || Refusals > 0;

    /// <summary>Nothing is to be given to the command any more, as there is none: forgets what was to be given once more.</summary>
    /// <returns>The streams that were held for that.</returns>
    public List<SegmentStream> TakeBack()
    {
        List<SegmentStream> held = [.. (Again?.Ends ?? []).Select(e => e.Stream).Union(Suspects.Clear())];
        (Again, Failures, Refusals) = (null, 0, 0);
        while (Errands.TryDequeue(out SetAsideUpdate? errand))
        {
            errand.Retrying = false;
        }

        return held;
    }
}
