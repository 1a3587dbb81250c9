// A piece of news on its way through this site, and who has it already. Decides nothing.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>Something that each neighbor is to hear once.</summary>
/// <param name="origin">Whose news it is.</param>
/// <param name="news">What.</param>
/// <param name="from">The link that it came on; null if it is our own.</param>
/// <param name="since">When it came.</param>
internal sealed class Passing<T>(SiteName origin, T news, Link? from, Instant since)
{
    private LinkSet _knownBy = LinkSet.Of(from);

    public SiteName Origin { get; } = origin;

    public T News { get; } = news;

    public Instant Since { get; } = since;

    /// <summary>Whether the link's other end has said the same, or was told.</summary>
    public bool IsKnownAt(Link link) => _knownBy.Has(link);

    /// <summary>The same came in on another link, or goes out on it.</summary>
    public void KnownAt(Link link) => _knownBy = _knownBy.With(link);
}
