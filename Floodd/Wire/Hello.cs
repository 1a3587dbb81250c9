// The greeting of the data port: the first frame in both directions.
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>hello = magic:text version:n oldest:n capabilities:n site:text incarnation:n</code>
/// </summary>
/// <param name="Version">The newest version that the sender speaks.</param>
/// <param name="OldestVersion">The oldest.</param>
/// <param name="Capabilities">One bit each for what is optional; unknown bits are ignored.</param>
/// <param name="Site">The sender.</param>
/// <param name="Incarnation">Its life.</param>
public sealed record Hello(ulong Version, ulong OldestVersion, ulong Capabilities, SiteName Site, ulong Incarnation)
{
    /// <summary>The bit of <see cref="Capabilities"/> that says: this connection only measures, it never becomes a link.</summary>
    public const ulong ProbeOnly = 1;

    private const string Magic = "floodd";

    /// <summary>Whether both sides have a version in common.</summary>
    public bool IsUnderstood => Version >= WireLimits.OldestVersion && OldestVersion <= WireLimits.Version;

    /// <summary>Whether the connection only measures.</summary>
    public bool IsProbe => (Capabilities & ProbeOnly) != 0;

    /// <summary>Writes the whole frame.</summary>
    public void Write(FieldWriter writer)
    {
        writer.BeginFrame();
        writer.Text(Magic);
        writer.Number(Version);
        writer.Number(OldestVersion);
        writer.Number(Capabilities);
        writer.Text(Site.Value);
        writer.Number(Incarnation);
        writer.EndFrame(FrameKind.Hello);
    }

    /// <summary>Reads the payload; null if it is malformed.</summary>
    public static Hello? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        string magic = reader.Text(16);
        var hello = new Hello(reader.Number(), reader.Number(), reader.Number(), reader.Site(), reader.Number());
        return reader.Failed || magic != Magic ? null : hello;
    }
}
