// What was flooded and accepted, against which exports are compared. Never guesses: only a receipt makes an entry.
using System.Collections.Concurrent;
using System.Diagnostics;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

/// <summary>Accepted updates by id; may be written by one thread and read by another.</summary>
internal sealed class Ledger
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, byte[]> _accepted = [];

    public int Count => _accepted.Count;

    public IReadOnlyCollection<string> Ids => [.. _accepted.Keys];

    /// <summary>Notes an accepted update.</summary>
    public void Accept(string id, byte[] bytes) =>
        Assert.That(_accepted.TryAdd(id, bytes), Is.True, $"the id {id} was given to two updates");

    /// <summary>Floods an update, trying again as long as the store is full, and notes it.</summary>
    /// <returns>Its id.</returns>
    public string Flood(ClientSession session, string group, byte[] update)
    {
        var since = Stopwatch.StartNew();
        Reply reply;
        do
        {
            Assert.That(since.Elapsed, Is.LessThan(Patience), "the store is full all the time");
            session.SendFlood(group, update);
            reply = session.ReadReply();
        }
        while (reply.Code == 452);
        Accept(reply.Id, update);
        return reply.Id;
    }

    /// <summary>Waits until a site has exported everything that is in here now.</summary>
    public void WaitUntilExportedAt(TestSite site, TimeSpan? patience = null) =>
        Eventually.Holds(
            () => site.Exports.Ids().IsSupersetOf(_accepted.Keys),
            $"{site.Name} to export {Count} updates",
            () => $"{Missing(site).Count} are missing, first {string.Join(' ', Missing(site).Take(5))}\n{site.Daemon.Log}",
            patience);

    /// <summary>Waits until another site knows that a site has exported everything that is in here now: then it survives the site's death.</summary>
    public void WaitUntilReportedBy(TestSite site, TestSite asked) =>
        Eventually.Holds(() => site.ReportedTo(asked, Ids).Count == Count, $"{site.Name} to report {Count} exports to {asked.Name}", () => site.Daemon.Log);

    /// <summary>Demands that all a site exported was flooded, byte for byte, and nothing twice.</summary>
    public void CheckExportsOf(TestSite site)
    {
        CheckBytesOf(site);
        Assert.That(site.Exports.Repeated(), Is.Empty, $"exported twice at {site.Name}");
    }

    /// <summary>Demands that all a site exported was flooded, byte for byte.</summary>
    public void CheckBytesOf(TestSite site)
    {
        foreach (ExportedUpdate update in site.Exports.Updates())
        {
            Assert.That(_accepted, Does.ContainKey(update.Id), $"{site.Name} exported what was never accepted");
            Assert.That(update.Bytes.AsSpan().SequenceEqual(_accepted[update.Id]), Is.True, $"{site.Name} exported other bytes for {update.Id}");
        }
    }

    private List<string> Missing(TestSite site) => [.. _accepted.Keys.Except(site.Exports.Ids()).Order()];
}
