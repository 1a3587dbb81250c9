// What the master's configuration says of a group, on its way to the members.
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>
/// group = group:text version:n master:text sites:n site:text{sites} allow:n text{allow} deny:n text{deny}
///         ping:ms bandwidth:ms estimates:ms join:ms update:ms connectivity:n maxDegree:n maxUpdateSize:n
/// </code>
/// The topology generator is not among the fields: commands are never learned from the network.
/// </summary>
/// <param name="Definition">The group.</param>
/// <param name="Version">Raised by the master's site with each change; 0 when it is only the sender's own configuration.</param>
public sealed record GroupRecord(GroupDefinition Definition, ulong Version)
{
    private const int ListMax = 8192;
    private const int PatternMax = 255;
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(10);

    /// <summary>Writes the whole frame.</summary>
    public void Write(FieldWriter writer)
    {
        GroupDefinition group = Definition;
        writer.BeginFrame();
        writer.Text(group.Name.Value);
        writer.Number(Version);
        writer.Text(group.MasterSite?.Value ?? "");
        WriteList(writer, group.Sites.Select(s => s.Value).ToImmutableArray());
        WriteList(writer, group.AllowSites);
        WriteList(writer, group.DenySites);
        writer.Time(Least(group.PingPeriod));
        writer.Time(Least(group.BandwidthPeriod));
        writer.Time(Least(group.EstimatesPeriod));
        writer.Time(Least(group.JoinPeriod));
        writer.Time(Least(group.UpdatePeriod));
        writer.Number((long)group.Connectivity);
        writer.Number((long)group.MaxDegree);
        writer.Number(group.MaxUpdateSize);
        writer.EndFrame(FrameKind.Group);
    }

    /// <summary>Reads the payload; null if it is malformed.</summary>
    public static GroupRecord? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        GroupName name = reader.Group();
        ulong version = (ulong)reader.Number(WireLimits.NumberMax);
        string master = reader.Text(NameRule.MaxLength);
        var definition = new GroupDefinition(name)
        {
            MasterSite = NameRule.IsName(master) ? new SiteName(master) : null,
            Sites = ReadList(ref reader).Where(s => NameRule.IsName(s)).Select(s => new SiteName(s)).ToImmutableArray(),
            AllowSites = ReadList(ref reader),
            DenySites = ReadList(ref reader),
            PingPeriod = Least(reader.Time()),
            BandwidthPeriod = Least(reader.Time()),
            EstimatesPeriod = Least(reader.Time()),
            JoinPeriod = Least(reader.Time()),
            UpdatePeriod = Least(reader.Time()),
            Connectivity = (int)reader.Number(64),
            MaxDegree = (int)reader.Number(4096),
            MaxUpdateSize = reader.Number(GroupDefinition.UpdateMax),
        };
        return reader.Failed || definition.Connectivity < 1 || definition.MaxDegree < definition.Connectivity ? null : new GroupRecord(definition, version);
    }

    // A period of nothing would make a busy loop of whoever believes it. Not refused: a configuration may say a millisecond, and
    // the links to its site must not break for that. Written so as well: else the members would tell the master another word than its own.
    private static TimeSpan Least(TimeSpan period) => period < PeriodMin ? PeriodMin : period;

    private static void WriteList(FieldWriter writer, ImmutableArray<string> list)
    {
        writer.Number((long)list.Length);
        foreach (string text in list)
        {
            writer.Text(text);
        }
    }

    private static ImmutableArray<string> ReadList(ref FieldReader reader)
    {
        var list = ImmutableArray.CreateBuilder<string>();
        for (long n = reader.Number(ListMax); n > 0 && !reader.Failed; n--)
        {
            list.Add(reader.Text(PatternMax));
        }

        return list.ToImmutable();
    }
}
