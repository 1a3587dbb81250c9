// Judges receipts of floods: a repeat gets the first one's, from a site that has it; nobody else gets another's.
namespace Floodd.Tests.Simulation;

/// <summary>The checker of receipts. Floods under one key have different lengths in this world, so that a receipt's SIZE tells whose it is.</summary>
internal static class KeyChecker
{
    /// <summary>A client got a receipt.</summary>
    /// <param name="world">The world.</param>
    /// <param name="site">The site that gave it.</param>
    /// <param name="flooded">What it was asked to flood.</param>
    /// <param name="text">The reply without its code.</param>
    public static void Answered(World world, SimulatedSite site, Flooded flooded, string text)
    {
        (UpdateKey key, int size) = world.ReadReceipt(text, flooded);
        if (world.Ledger.SharingKeyWith(flooded).FirstOrDefault(f => f.Length == size) is not { } first || first.Group != key.Group)
        {
            throw new ViolationException($"'250 {text}' is no receipt for {flooded}");
        }

        if (first == flooded)
        {
            if (FirstBefore(world, site, flooded) is { } known)
            {
                throw new ViolationException($"{site.Name} flooded {flooded} under the key of {known}, which it knew");
            }
        }
        else if (first.IsRefused || first.Halved || (first.Key is { } id && id != key))
        {
            throw new ViolationException($"{site.Name} answered {flooded} with the receipt of {first}, which is none");
        }
        else
        {
            flooded.RepeatOf = first;
        }

        // Whoever repeats a receipt answers for the update as whoever gave it first did, also if that one was lost on its way.
        if (!first.IsAccepted)
        {
            world.Ledger.Accept(first, key, world.Now);
        }
    }

    // One under the same key that the site had taken or exported in this life before this one was sent to it.
    private static Flooded? FirstBefore(World world, SimulatedSite site, Flooded flooded) => flooded.ClientKey is null ? null
        : world.Ledger.SharingKeyWith(flooded).FirstOrDefault(f => f != flooded
            && ((f.LifeExportedAt(site.Index) == site.Life && f.LastExportAt(site.Index) <= flooded.SentAt)
                || (f.Origin == site.Index && f.OriginLife == site.Life && f.IsAccepted && f.AcceptedAt <= flooded.SentAt)));
}
