// A piece of news on its way through this site, and who has it already. Decides nothing.
namespace Floodd.Core;

/// <summary>Something that each neighbor is to hear once.</summary>
/// <param name="news">What.</param>
/// <param name="from">The link that it came on; null if it is our own.</param>
internal sealed class Passing<T>(T news, Link? from)
{
    private LinkSet _knownBy = LinkSet.Of(from);

    public T News { get; } = news;

    /// <summary>Whether the link's other end has said the same.</summary>
    public bool IsKnownAt(Link link) => _knownBy.Has(link);

    /// <summary>The same came in on another link.</summary>
    public void HeardFrom(Link link) => _knownBy = _knownBy.With(link);
}
