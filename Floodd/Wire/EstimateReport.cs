// What one site has measured to others, on its way to all: only what changed, each piece once. Judges nothing of it.
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>One measurement that a site tells of.</summary>
/// <param name="To">The site that it was made to.</param>
/// <param name="RttMicroseconds">The round trip.</param>
/// <param name="SpreadMicroseconds">How much round trips differ.</param>
/// <param name="BytesPerSecond">The bandwidth towards it; 0 when not known.</param>
/// <param name="Age">How long ago the round trip was measured.</param>
public readonly record struct EstimateEntry(SiteName To, long RttMicroseconds, long SpreadMicroseconds, long BytesPerSecond, TimeSpan Age);

/// <summary>
/// <code>
/// report = origin:text incarnation:n version:n since:n entry*        (to the end of the frame)
/// entry  = site:text rtt:us spread:us bandwidth:n age:ms
/// held   = (origin:text incarnation:n version:n)*                    (to the end of the frame)
/// </code>
/// A report with <c>since</c> tells all that changed after that version, up to <c>version</c>.
/// </summary>
/// <param name="Origin">The site that measured.</param>
/// <param name="Incarnation">Its life.</param>
/// <param name="Version">Raised with each report of that life, from 1.</param>
/// <param name="Since">The version before; equal to <paramref name="Version"/> when more of the same version follows.</param>
/// <param name="Entries">What it measured.</param>
public sealed record EstimateReport(SiteName Origin, ulong Incarnation, long Version, long Since, ImmutableArray<EstimateEntry> Entries)
{
    /// <summary>The most entries in one frame: they fit whatever the names.</summary>
    public const int EntriesMax = 1500;

    /// <summary>Writes the whole frame, or several.</summary>
    public void Write(FieldWriter writer)
    {
        int next = 0;
        do
        {
            int end = Math.Min(Entries.Length, next + EntriesMax);
            writer.BeginFrame();
            writer.Text(Origin.Value);
            writer.Number(Incarnation);
            writer.Number(Version);
            writer.Number(end < Entries.Length ? Version : Since);
            for (; next < end; next++)
            {
                EstimateEntry entry = Entries[next];
                writer.Text(entry.To.Value);
                writer.Number(entry.RttMicroseconds);
                writer.Number(entry.SpreadMicroseconds);
                writer.Number(entry.BytesPerSecond);
                writer.Time(entry.Age);
            }

            writer.EndFrame(FrameKind.Report);
        }
        while (next < Entries.Length);
    }

    /// <summary>Reads what says whether a report is news, and nothing else; null if it is malformed.</summary>
    public static (SiteName Origin, ulong Incarnation, long Version)? ReadHead(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        (SiteName origin, ulong incarnation, long version) = (reader.Site(), reader.Number(), reader.Number(WireLimits.NumberMax));
        return reader.Failed ? null : (origin, incarnation, version);
    }

    /// <summary>Reads the payload; null if it is malformed.</summary>
    public static EstimateReport? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        SiteName origin = reader.Site();
        ulong incarnation = reader.Number();
        long version = reader.Number(WireLimits.NumberMax);
        long since = reader.Number(version);
        var entries = ImmutableArray.CreateBuilder<EstimateEntry>(1);
        while (!reader.AtEnd)
        {
            entries.Add(new EstimateEntry(
                reader.Site(), reader.Number(WireLimits.NumberMax), reader.Number(WireLimits.NumberMax), reader.Number(WireLimits.NumberMax), reader.Time()));
        }

        return reader.Failed ? null : new EstimateReport(origin, incarnation, version, since, entries.DrainToImmutable());
    }

    /// <summary>Writes one entry of a ReportsHeld frame.</summary>
    public static void WriteHeld(FieldWriter writer, SiteName origin, ulong incarnation, long version)
    {
        writer.Text(origin.Value);
        writer.Number(incarnation);
        writer.Number(version);
    }

    /// <summary>Reads the payload of a ReportsHeld frame; null if it is malformed.</summary>
    public static Dictionary<SiteName, (ulong Incarnation, long Version)>? ReadHeld(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        var held = new Dictionary<SiteName, (ulong, long)>();
        while (!reader.AtEnd)
        {
            held[reader.Site()] = (reader.Number(), reader.Number(WireLimits.NumberMax));
        }

        return reader.Failed ? null : held;
    }
}
