// Three sites that exist in memory only link, flood, measure and plan, so that the runtime has compiled what that takes before real ones come. It touches nothing.
using System.Text;
using Floodd.Core;

namespace Floodd.Hosting;

/// <summary>
/// A minute in the life of three sites, in virtual time. What the runtime compiles when it is first needed takes some tenths of a second in
/// all; without this the first updates, and those under way when the first plan comes, would wait for it.
/// </summary>
internal sealed class Rehearsal : InMemoryGroup
{
    private const int Sites = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Small ones together in one run, and some that take several segments.
    private static readonly int[] Sizes = [0, 128, 128, 128, 4096, 100_000];

    private long _given;

    private Rehearsal()
        : base(Sites)
    {
    }

    /// <summary>Plays it.</summary>
    /// <returns>How many bytes the subscribers were given, and how many plans were made.</returns>
    public static (long Given, int Plans) Run()
    {
        var rehearsal = new Rehearsal();
        rehearsal.Begin();
        byte[] said = [.. Sizes.SelectMany(size => Encoding.ASCII.GetBytes($"flood {Group} {size}\n{new string('x', size)}"))];
        for (int site = 0; site < Sites; site++)
        {
            rehearsal.Pass(Pause);
            rehearsal.Say(site, said);
        }

        rehearsal.Pass(Minute);
        return (rehearsal._given, rehearsal.Plans);
    }

    /// <inheritdoc/>
    protected override void Watch(int site, Effect effect) => _given += effect is Effect.Send send && send.Id == Subscriber ? send.Bytes.Length : 0;
}
