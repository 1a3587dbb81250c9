// How a group's export goes at a site, and what its command refused, as `exports` lists it. Values.
using System.Collections.Immutable;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>The export of one group at the site that was asked.</summary>
/// <param name="Group">The group.</param>
/// <param name="State">What it is doing.</param>
/// <param name="WaitingCount">Updates that the export command has not taken yet.</param>
/// <param name="WaitingBytes">Their bytes.</param>
/// <param name="RunCount">Runs of the command that were begun since the daemon began.</param>
/// <param name="RetryCount">Those of them that failed and were followed by another.</param>
/// <param name="AgainIn">How long until the command is tried again; null if it does not wait for that.</param>
/// <param name="AtMostCount">The most updates in the next run, while what the command refuses is searched for or it has just been found; null for as many as fit.</param>
/// <param name="LastEnd">How the last run ended, for people; null if there was none.</param>
/// <param name="SetAside">The updates that the command refused and that are kept, oldest first.</param>
public sealed record FloodExports(
    string Group,
    FloodExportState State,
    long WaitingCount,
    long WaitingBytes,
    long RunCount,
    long RetryCount,
    TimeSpan? AgainIn,
    int? AtMostCount,
    string? LastEnd,
    ImmutableArray<FloodRefusedUpdate> SetAside)
{
    // (:export (:group-name g) (:state waiting) (:waiting n) (:waiting-bytes n) (:runs n) (:retries n) ... (:again-in s) (:at-most n) (:last-end "text"))
    internal static FloodExports From(List<ListingLine> lines)
    {
        ListingLine head = lines.Find(line => line.Name == "export") ?? throw FlooddException.Misunderstood("exports");
        return new FloodExports(
            head["group-name"] ?? "",
            head["state"] switch
            {
                "running" => FloodExportState.Running,
                "waiting" => FloodExportState.Waiting,
                "idle" => FloodExportState.Idle,
                "none" => FloodExportState.None,
                _ => FloodExportState.Unknown,
            },
            (long)(head.Number("waiting") ?? 0),
            (long)(head.Number("waiting-bytes") ?? 0),
            (long)(head.Number("runs") ?? 0),
            (long)(head.Number("retries") ?? 0),
            head.Number("again-in") is >= 0 and < 1e9 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            head["at-most"] is null ? null : head.Whole("at-most"),
            head["last-end"],
            [.. lines.Where(line => line.Name == "set-aside").Select(FloodRefusedUpdate.From).OfType<FloodRefusedUpdate>()]);
    }
}

/// <summary>What a group's export is doing.</summary>
public enum FloodExportState
{
    /// <summary>A state of a later version.</summary>
    Unknown,

    /// <summary>There is no export command: updates are counted as delivered.</summary>
    None,

    /// <summary>Nothing waits.</summary>
    Idle,

    /// <summary>Updates wait: until the command is tried again, or for a resync.</summary>
    Waiting,

    /// <summary>The command runs.</summary>
    Running,
}

/// <summary>An update that the export command of a site refused, and that is kept there.</summary>
/// <param name="Id">The update.</param>
/// <param name="Group">Its group.</param>
/// <param name="Size">Its length, in bytes.</param>
/// <param name="TryCount">How many runs of its own it has had.</param>
/// <param name="Age">How long ago it was set aside, in whole seconds.</param>
/// <param name="Reason">How the last of the runs ended, for people.</param>
/// <param name="IsRetrying">Whether it is to be exported again, or is being.</param>
public sealed record FloodRefusedUpdate(FloodId Id, string Group, long Size, long TryCount, TimeSpan Age, string Reason, bool IsRetrying)
{
    // (:set-aside ID (:group-name g) (:state kept) (:size n) (:tries n) (:age s) (:reason "text"))
    internal static FloodRefusedUpdate? From(ListingLine line) => line.Words.Count > 0 && FloodId.TryParse(line.Words[0], out FloodId id)
        ? new FloodRefusedUpdate(
            id,
            line["group-name"] ?? "",
            (long)(line.Number("size") ?? 0),
            (long)(line.Number("tries") ?? 0),
            line.Number("age") is >= 0 and < 1e9 and var seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero,
            line["reason"] ?? "",
            line["state"] == "retrying")
        : null;
}
