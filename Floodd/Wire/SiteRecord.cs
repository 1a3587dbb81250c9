// What one site says of itself to all: where it is, which groups it is in, whom it is linked to. Link state, as in OSPF (RFC 2328).
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>
/// record = definition incarnation:n version:n groups:n (group:text replans:n){groups} links:n site:text{links}
/// sites  = record*            (to the end of the frame)
/// </code>
/// Of two records of one site the one with the higher version wins. A site that hears an older life's record of itself goes on
/// from that version (RFC 2328, 13.4).
/// </summary>
/// <param name="Definition">Where it is.</param>
/// <param name="Incarnation">Its life.</param>
/// <param name="Version">Raised with each change.</param>
/// <param name="Groups">The groups it is in, and how often its clients have asked for a new topology of each.</param>
/// <param name="Links">The sites it has a link to that is up, in name order.</param>
/// <param name="Kept">What its updates are numbered under, if that is an earlier life; else 0. Told in a frame of its own (<see cref="KeptNumbering"/>).</param>
public sealed record SiteRecord(
    SiteDefinition Definition, ulong Incarnation, ulong Version, ImmutableArray<KeyValuePair<GroupName, long>> Groups, ImmutableArray<SiteName> Links, ulong Kept = 0)
{
    private const int GroupsMax = 4096;
    private const int LinksMax = 4096;

    /// <summary>The site.</summary>
    public SiteName Name => Definition.Name;

    /// <summary>Whether it may still number updates under an incarnation.</summary>
    public bool GoesOnWith(ulong incarnation) => incarnation == Incarnation || (Kept != 0 && incarnation == Kept);

    /// <summary>Whether the site is in <paramref name="group"/>.</summary>
    public bool IsIn(GroupName group)
    {
        foreach ((GroupName name, _) in Groups)
        {
            if (name == group)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether another record of the site, of whatever version, says nothing else.</summary>
    public bool SaysTheSame(SiteRecord other) =>
        Incarnation == other.Incarnation && Kept == other.Kept && Definition == other.Definition
        && Groups.AsSpan().SequenceEqual(other.Groups.AsSpan()) && Links.AsSpan().SequenceEqual(other.Links.AsSpan());

    /// <summary>Writes the frames that tell of some sites; nothing if there are none.</summary>
    public static void WriteAll(FieldWriter writer, IEnumerable<SiteRecord> records)
    {
        KeptNumbering.WriteAll(writer, records);
        var frames = new FrameSeries(writer, FrameKind.Sites);
        foreach (SiteRecord record in records)
        {
            if (frames.NeedsFrame())
            {
                writer.BeginFrame();
            }

            record.Write(writer);
        }

        frames.End();
    }

    /// <summary>Writes this record's fields; any number of records make a Sites frame.</summary>
    public void Write(FieldWriter writer)
    {
        writer.Definition(Definition);
        writer.Number(Incarnation);
        writer.Number(Version);
        writer.Number((long)Groups.Length);
        foreach ((GroupName group, long replans) in Groups)
        {
            writer.Text(group.Value);
            writer.Number(replans);
        }

        writer.Number((long)Links.Length);
        foreach (SiteName site in Links)
        {
            writer.Text(site.Value);
        }
    }

    /// <summary>Reads the records of a Sites frame; null if one is malformed.</summary>
    /// <param name="payload">The frame's payload.</param>
    /// <param name="isOld">Whether a site's record of a version is of no use: it is passed over, and nothing made of it. Null if none is.</param>
    public static List<SiteRecord>? ReadAll(ReadOnlySpan<byte> payload, Func<SiteName, ulong, bool>? isOld = null)
    {
        var reader = new FieldReader(payload);
        var records = new List<SiteRecord>();
        while (!reader.AtEnd)
        {
            if (isOld is not null && PassOver(ref reader, isOld))
            {
                continue;
            }

            int before = reader.Remaining;
            SiteDefinition definition = reader.Definition();
            ulong incarnation = reader.Number();
            ulong version = (ulong)reader.Number(WireLimits.NumberMax);
            long groupCount = reader.Number(GroupsMax);
            var groups = ImmutableArray.CreateBuilder<KeyValuePair<GroupName, long>>((int)Math.Min(groupCount, reader.Remaining));
            for (long n = groupCount; n > 0 && !reader.Failed; n--)
            {
                groups.Add(new(reader.Group(), reader.Number(int.MaxValue)));
            }

            long linkCount = reader.Number(LinksMax);
            var links = ImmutableArray.CreateBuilder<SiteName>((int)Math.Min(linkCount, reader.Remaining));
            for (long n = linkCount; n > 0 && !reader.Failed; n--)
            {
                links.Add(reader.Site());
            }

            // A larger one would not fit into a frame behind others.
            if (reader.Failed || before - reader.Remaining > WireLimits.FrameMax - WireLimits.FrameAim)
            {
                return null;
            }

            records.Add(new SiteRecord(definition, incarnation, version, groups.DrainToImmutable(), links.DrainToImmutable()));
        }

        return reader.Failed ? null : records;
    }

    // Each record comes once over every link: mostly it is known.
    private static bool PassOver(ref FieldReader reader, Func<SiteName, ulong, bool> isOld)
    {
        FieldReader ahead = reader;
        SiteName name = ahead.PassDefinition();
        ahead.Number();
        ulong version = (ulong)ahead.Number(WireLimits.NumberMax);
        if (ahead.Failed || !isOld(name, version))
        {
            return false;
        }

        for (long n = ahead.Number(GroupsMax); n > 0 && !ahead.Failed; n--)
        {
            ahead.Bytes(NameRule.MaxLength);
            ahead.Number();
        }

        for (long n = ahead.Number(LinksMax); n > 0 && !ahead.Failed; n--)
        {
            ahead.Bytes(NameRule.MaxLength);
        }

        reader = ahead;
        return true;
    }
}
