// How far members have exported the streams of a group: what answers `where` and tells stores what nobody needs any more.
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>
/// delivery = group:text last:flag entry*                 (to the end of the frame)
/// entry    = stream marks:n (site:text exported:n behind:n start:flag){marks}
/// </code>
/// <c>exported</c>: all updates up to that segment have been exported at the site. <c>behind</c>: so many of them are not
/// yet released, which means that a subscriber there may still wait for them. <c>start</c>: the site did not say so itself, it was
/// given this point to start from when it was admitted. <c>last</c> ends the exchange when a link comes up. Marks only grow, so
/// the highest heard is the truth.
/// </summary>
/// <param name="Site">The member.</param>
/// <param name="Exported">A segment's number, or 0.</param>
/// <param name="Released">At most <paramref name="Exported"/>.</param>
/// <param name="Start">Whether it was given, not reported.</param>
public readonly record struct DeliveryMark(SiteName Site, long Exported, long Released, bool Start)
{
    /// <summary>Begins a frame; entries follow.</summary>
    public static void Begin(FieldWriter writer, GroupName group, bool last)
    {
        writer.BeginFrame();
        writer.Text(group.Value);
        writer.Flag(last);
    }

    /// <summary>Writes this mark.</summary>
    public void Write(FieldWriter writer)
    {
        writer.Text(Site.Value);
        writer.Number(Exported);
        writer.Number(Exported - Released);
        writer.Flag(Start);
    }

    /// <summary>Reads one mark; the reader tells whether that failed.</summary>
    public static DeliveryMark Read(ref FieldReader reader)
    {
        SiteName site = reader.Site();
        long exported = reader.Number(WireLimits.NumberMax);
        long behind = reader.Number(exported);
        return new DeliveryMark(site, exported, exported - behind, reader.Flag());
    }
}
