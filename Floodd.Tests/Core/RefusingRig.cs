// A site whose export command takes or refuses what a test says, driven by hand. Synchronous; it never looks into a bundle.
using System.Globalization;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Core;

/// <summary>A rig, and which of its export runs have ended. Updates are texts in angle brackets.</summary>
internal sealed class RefusingRig(Func<LocalDefinition, LocalDefinition>? local = null, Func<GroupDefinition, GroupDefinition>? group = null, ulong incarnation = 0xb1)
{
    /// <summary>The site.</summary>
    public Rig Site { get; } = new(local, group, incarnation);

    /// <summary>How many runs have ended.</summary>
    public int Ended { get; private set; }

    /// <summary>The updates that were taken, in order.</summary>
    public List<string> Taken { get; } = [];

    public Counters Counters => Site.Core.State.Counters;

    public SetAsideUpdates Aside => Site.Core.State.Aside;

    /// <summary>Whether a run goes on, or will come.</summary>
    public bool HasMore => Ended < Site.Exports.Count || Site.Core.Exports.LineOf(Site.Group).HasMore;

    /// <summary>Floods so many updates that go together, as they wait behind another's run, which ends.</summary>
    /// <returns>Their client.</returns>
    public ClientEnd Flood(int count)
    {
        ClientEnd client = Site.Client();
        client.Ask("flood 4\nbusy");
        client.Ask(string.Concat(Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"flood {$"<{i}>".Length}\n<{i}>"))));
        Site.EndRun(Site.Exports[^1]);
        Ended = Site.Exports.Count - 1;
        return client;
    }

    /// <summary>Ends all runs, those that hold the bad text with 1.</summary>
    public void RunAll(string bad, Func<bool>? until = null)
    {
        while (until?.Invoke() != true && HasMore)
        {
            RunOne(text => text.Contains(bad, StringComparison.Ordinal));
        }
    }

    /// <summary>Ends the next run, with 1 if one of its updates is bad.</summary>
    public void RunOne(Predicate<string> isBad)
    {
        List<string> texts = [.. Next().Split('>', StringSplitOptions.RemoveEmptyEntries).Select(t => t + ">")];
        bool refused = texts.Exists(isBad);
        Taken.AddRange(refused ? [] : texts);
        End(refused ? 1 : 0);
    }

    /// <summary>The input of the run that goes on, or of the next one, which is waited for.</summary>
    public string Next()
    {
        for (int tenths = 0; Ended == Site.Exports.Count && tenths < 6000; tenths++)
        {
            Site.Pass(0.1);
        }

        return Rig.InputOf(Site.Exports[Ended]);
    }

    /// <summary>The run that goes on ends.</summary>
    public void End(int code, RunEnd kind = RunEnd.Exited) => Site.EndRun(Site.Exports[Ended++], kind, code);

    /// <summary>What the run that goes on was told under a name; null for nothing.</summary>
    public string? Value(string name) => Site.Exports[Ended].Environment.ToDictionary().GetValueOrDefault(name);

    /// <summary>All runs that go on end.</summary>
    public void EndAll(int code)
    {
        while (Ended < Site.Exports.Count)
        {
            End(code);
        }
    }

    /// <summary>Demands that the counters add up.</summary>
    public void CheckConservation()
    {
        Dictionary<string, long> told = Site.Client().Ask("stats\n").Split('\n').Select(l => l.Trim('(', ')').Split(' ')).Where(w => w.Length == 2 && w[0].StartsWith(':'))
            .ToDictionary(w => w[0][1..], w => long.Parse(w[1], CultureInfo.InvariantCulture));
        long aside = told["set-aside-kept"] + told["set-aside-skipped"] + told["set-aside-given-up"];
        Assert.That(told["updates-whole"], Is.EqualTo(told["updates-exported"] + told["updates-waiting-for-export"] + aside));
        Assert.That(told["updates-set-aside"], Is.EqualTo(aside + told["set-aside-exported"]));
    }
}
