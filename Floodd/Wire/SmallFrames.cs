// The frames of a field or two.
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>Why a link is closed by the side that says Goodbye.</summary>
public enum GoodbyeReason
{
    /// <summary>The daemon ends.</summary>
    Stopping = 1,

    /// <summary>Neither side wants the link any more, or there is another between the same sites.</summary>
    Unwanted = 2,

    /// <summary>The other side may not link here.</summary>
    Refused = 3,

    /// <summary>Another living site uses that name.</summary>
    NameInUse = 4,

    /// <summary>The other side broke the protocol.</summary>
    Broken = 5,

    /// <summary>No version in common.</summary>
    Version = 6,
}

/// <summary>Writers and readers of Ping, Pong, Want, Stream, Spare and Goodbye.</summary>
public static class SmallFrames
{
    private const int TextMax = 512;

    /// <summary><code>ping = stamp:n    pong = stamp:n</code></summary>
    public static void WriteStamp(FieldWriter writer, FrameKind kind, long stamp)
    {
        writer.BeginFrame();
        writer.Number(stamp);
        writer.EndFrame(kind);
    }

    /// <summary>The stamp of a Ping or Pong; null if it is malformed.</summary>
    public static long? ReadStamp(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        long stamp = reader.Number(long.MaxValue);
        return reader.Failed ? null : stamp;
    }

    /// <summary><code>want = group:text wanted:flag</code></summary>
    public static void WriteWant(FieldWriter writer, GroupName group, bool wanted)
    {
        writer.BeginFrame();
        writer.Text(group.Value);
        writer.Flag(wanted);
        writer.EndFrame(FrameKind.Want);
    }

    /// <summary>The fields of a Want; null if it is malformed.</summary>
    public static (GroupName Group, bool Wanted)? ReadWant(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        (GroupName, bool) want = (reader.Group(), reader.Flag());
        return reader.Failed ? null : want;
    }

    /// <summary><code>stream = alias:n group:text stream</code></summary>
    public static void WriteStream(FieldWriter writer, uint alias, GroupName group, StreamId stream)
    {
        writer.BeginFrame();
        writer.Number((long)alias);
        writer.Text(group.Value);
        writer.Stream(stream);
        writer.EndFrame(FrameKind.Stream);
    }

    /// <summary>The fields of a Stream frame; null if it is malformed.</summary>
    public static (uint Alias, GroupName Group, StreamId Stream)? ReadStream(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        (uint, GroupName, StreamId) named = ((uint)reader.Number(WireLimits.StreamsPerLinkMax), reader.Group(), reader.Stream());
        return reader.Failed ? null : named;
    }

    /// <summary><code>spare = alias:n spared:flag through:n</code></summary>
    public static void WriteSpare(FieldWriter writer, uint alias, bool spared, long through)
    {
        writer.BeginFrame();
        writer.Number((long)alias);
        writer.Flag(spared);
        writer.Number(through);
        writer.EndFrame(FrameKind.Spare);
    }

    /// <summary>The fields of a Spare frame; null if it is malformed.</summary>
    public static (uint Alias, bool Spared, long Through)? ReadSpare(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        (uint, bool, long) spare = ((uint)reader.Number(WireLimits.StreamsPerLinkMax), reader.Flag(), reader.Number(WireLimits.NumberMax));
        return reader.Failed ? null : spare;
    }

    /// <summary><code>goodbye = reason:n text:text</code></summary>
    public static void WriteGoodbye(FieldWriter writer, GoodbyeReason reason, string text)
    {
        writer.BeginFrame();
        writer.Number((long)reason);
        writer.Text(text.Length <= TextMax / 4 ? text : text[..(TextMax / 4)]);
        writer.EndFrame(FrameKind.Goodbye);
    }

    /// <summary>The fields of a Goodbye; null if it is malformed.</summary>
    public static (GoodbyeReason Reason, string Text)? ReadGoodbye(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        (GoodbyeReason, string) goodbye = ((GoodbyeReason)reader.Number(64), reader.Text(TextMax));
        return reader.Failed ? null : goodbye;
    }
}
