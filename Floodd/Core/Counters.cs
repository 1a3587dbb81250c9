// What the site counts of itself. Names are stable: programs read them (CLIENT-PROTOCOL.md, Statistics).
namespace Floodd.Core;

internal sealed class Counters
{
    public long UpdatesAccepted, BytesAccepted, UpdatesRefused, UpdatesRepeated;
    public long SegmentsReceived, SegmentBytesReceived, SegmentsDuplicate, SegmentBytesDuplicate, SegmentsSent, SegmentBytesSent, SegmentsRefused, StreamsSpared, SilencesEnded, MarkFramesReceived, MarkSumsDiffering;
    public long UpdatesExported, BytesExported, ExportedBefore, ExportRuns, ExportRetries, ExportTimeouts, UpdatesSetAside, SetAsideExported, SetAsideSkipped, SetAsideGivenUp;
    public long GivenUpDelivered, GivenUpDown, GivenUpUp, GivenUpAged, GivenUpIncomplete, SegmentsLost, Gaps, ResyncRuns;
    public long SessionsOpened, SessionsRefused, Commands, CommandErrors, UpdatesVanished, HttpAttempts;
    public long SessionsSlowed, SessionsSlow, UpdatesSlow, JoinsPutOff, SitesNotLearned, StreamsRefused;
    public long LinksOpened, LinksRefused, LinksBroken, Dials, DialsFailed, NamesInUse, TopologiesTaken, TopologiesRefused;
    public long Probes, BurstBytesSent, ReportsSent, Plans, GeneratorFailures, TopologyLinksAdded;
}
