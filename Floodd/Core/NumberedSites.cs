// The numbers that stand for sites' names in the marks on a link, each end's own.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>As long as the link lives, a number stays what it is.</summary>
internal sealed class NumberedSites
{
    private readonly Dictionary<SiteName, int> _ours = [];
    private readonly List<SiteName> _theirs = [];
    private readonly HashSet<SiteName> _named = [];

    /// <summary>How many numbers the other end uses.</summary>
    public int TheirCount => _theirs.Count;

    /// <summary>What stands for a site in what we say.</summary>
    /// <param name="site">The site.</param>
    /// <param name="isNew">Whether the other end has yet to be told.</param>
    public int NumberOf(SiteName site, out bool isNew)
    {
        isNew = _ours.TryAdd(site, _ours.Count);
        return _ours[site];
    }

    /// <summary>The site that a number below <see cref="TheirCount"/> stands for in what the other end says.</summary>
    public SiteName SiteOf(int number) => _theirs[number];

    /// <summary>The other end tells which sites its next numbers stand for.</summary>
    /// <returns>What is wrong with that; null if nothing.</returns>
    public string? Learn(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        while (!reader.AtEnd && !reader.Failed && _theirs.Count < WireLimits.NamesPerLinkMax)
        {
            SiteName site = reader.Site();
            if (!reader.Failed && !_named.Add(site))
            {
                reader.Refuse();
            }
            else if (!reader.Failed)
            {
                _theirs.Add(site);
            }
        }

        return reader.AtEnd && !reader.Failed ? null : "names that make no sense, or too many";
    }
}
