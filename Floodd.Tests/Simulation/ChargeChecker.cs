// Checks that a store is charged for what it holds and for nothing else. Looks into the core, as no client is told; changes nothing.
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of charges: what is never charged breaks the bound on memory, what is never released fills the store for ever.</summary>
internal static class ChargeChecker
{
    /// <summary>Throws if the charge is not that of the segments held, of the updates set aside and of those that clients are sending.</summary>
    public static void Check(SiteName site, SiteCore core)
    {
        long held = core.State.AllStreams.Sum(s => s.ChargeAbove(0));
        long aside = core.State.Aside.All.Sum(u => u.Records.Charge);
        long coming = core.Desk.Sessions.Sum(s => s.Upload?.Charged ?? 0);
        if (core.ChargedBytes != held + aside + coming)
        {
            throw new ViolationException($"{site} is charged {core.ChargedBytes} bytes and holds {held}, {aside} that are set aside, and {coming} of updates that are coming in");
        }
    }
}
