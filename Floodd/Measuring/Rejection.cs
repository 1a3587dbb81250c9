// Why a claim is not believed. Names only: the numbers are with the judge.
namespace Floodd.Measuring;

/// <summary>Why a claim is not believed.</summary>
public enum Rejection
{
    /// <summary>One of its numbers is none, or infinite.</summary>
    NotANumber,

    /// <summary>One of its numbers is negative, or the round trip takes no time at all.</summary>
    Negative,

    /// <summary>A round trip, spread or bandwidth beyond what there is on earth.</summary>
    Absurd,

    /// <summary>Measured too long ago.</summary>
    Stale,

    /// <summary>The round trip is shorter than light needs in fiber between the places that both sites state.</summary>
    FasterThanLight,

    /// <summary>A site's way to itself.</summary>
    AboutItself,

    /// <summary>From or about a site that is no member.</summary>
    UnknownSite,
}
