// The far end of a connection of the site under test: what it was sent, and whether it still stands. Says nothing by itself.
using System.Text;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Tests.Core;

/// <summary>A connection seen from afar.</summary>
internal sealed class Ending(Rig rig, ConnectionId id)
{
    public ConnectionId Id { get; } = id;

    public bool IsClosed { get; set; }

    public bool IsPaused { get; set; }

    /// <summary>Bytes sent and not yet taken by the system.</summary>
    public int Unwritten { get; set; }

    /// <summary>Bytes sent and not yet looked at.</summary>
    public List<byte> Heard { get; } = [];

    public void Took(ReadOnlySpan<byte> bytes)
    {
        Unwritten += bytes.Length;
        Heard.AddRange(bytes);
    }

    public void Say(ReadOnlySpan<byte> bytes) => rig.Do(new Event.Received(Id, bytes.ToArray()));

    public void Vanish()
    {
        IsClosed = true;
        rig.Do(new Event.Closed(Id, "reset"));
    }
}

/// <summary>A client.</summary>
internal sealed class ClientEnd(Ending end)
{
    public Ending End { get; } = end;

    public bool IsClosed => End.IsClosed;

    public void Say(string text) => End.Say(Encoding.UTF8.GetBytes(text));

    /// <summary>All that was heard since the last time.</summary>
    public string Take()
    {
        string text = Encoding.UTF8.GetString(End.Heard.ToArray());
        End.Heard.Clear();
        return text;
    }

    /// <summary>Says something and gives what was heard since before.</summary>
    public string Ask(string text)
    {
        Take();
        Say(text);
        return Take();
    }
}

/// <summary>Another site's end of a link, its frames written by hand.</summary>
internal sealed class LinkEnd(Ending end, SiteName site)
{
    private readonly FieldWriter _writer = new();
    private readonly NumberedSites _names = new();

    public Ending End { get; } = end;

    public bool IsClosed => End.IsClosed;

    /// <summary>Its own stream, number 1 on this link.</summary>
    public StreamId Stream { get; private set; }

    public void Send(Action<FieldWriter> write)
    {
        _writer.Clear();
        write(_writer);
        End.Say(_writer.Written.Span);
    }

    public void Greet(ulong incarnation = 1, SiteName? name = null) => Send(new Hello(WireLimits.Version, WireLimits.OldestVersion, 0, name ?? site, incarnation).Write);

    /// <summary>Tells of itself, wants updates to flow, has nothing, and names its stream 1.</summary>
    public void Join(ulong incarnation = 1)
    {
        Stream = new StreamId(site, incarnation);
        Send(w =>
        {
            w.BeginFrame();
            new SiteRecord(new SiteDefinition(site), incarnation, incarnation, [new(Rig.Mirror, 0)], [Rig.B]).Write(w);
            w.EndFrame(FrameKind.Sites);
            SmallFrames.WriteWant(w, Rig.Mirror, true);
        });
        Send(w =>
        {
            Marks(w, last: true);
            Digest.Begin(w, Rig.Mirror, closed: false, last: true, asks: false);
            w.EndFrame(FrameKind.Digest);
            SmallFrames.WriteStream(w, 1, Rig.Mirror, Stream);
        });
    }

    /// <summary>Tells marks of one stream.</summary>
    public void Marks(FieldWriter w, bool last, StreamId stream = default, params NamedMark[] marks)
    {
        (int Number, bool IsNew, NamedMark Mark)[] numbered = [.. marks.Select(m => (_names.NumberOf(m.Site, out bool isNew), isNew, m))];
        DeliveryFrames.WriteNames(w, numbered.Where(m => m.IsNew).Select(m => m.Mark.Site));
        DeliveryFrames.Begin(w, Rig.Mirror, last);
        if (marks.Length > 0)
        {
            w.Stream(stream);
            var runs = new MarkRunWriter(w);
            foreach ((int number, _, NamedMark mark) in numbered)
            {
                runs.Add(number, mark.Mark);
            }

            runs.End();
        }

        w.EndFrame(FrameKind.Delivery);
    }

    /// <summary>Tells that a site has exported all of a stream up to a segment.</summary>
    public void Exported(StreamId stream, long through) => Send(w => Marks(w, last: false, stream, new NamedMark(site, through, through, false)));

    /// <summary>Sends segments of its stream.</summary>
    public void Run(long first, params Piece[] pieces) => End.Say(Piece.Run(Rig.Mirror, Stream, 1, first, pieces));

    /// <summary>The frames heard since the last time.</summary>
    public List<(FrameKind Kind, byte[] Payload)> Take()
    {
        var frames = new List<(FrameKind, byte[])>();
        ReadOnlySpan<byte> input = End.Heard.ToArray();
        while (Frame.Read(input, out FrameKind kind, out ReadOnlySpan<byte> payload, out int consumed, out _) == FrameStatus.Whole)
        {
            frames.Add((kind, payload.ToArray()));
            if (kind == FrameKind.Names)
            {
                _names.Learn(payload);
            }

            input = input[consumed..];
        }

        End.Heard.Clear();
        return frames;
    }

    /// <summary>The marks in frames that were heard, with their streams.</summary>
    public IEnumerable<(StreamId Stream, NamedMark Mark)> MarksIn(IEnumerable<(FrameKind Kind, byte[] Payload)> heard) =>
        heard.Where(f => f.Kind == FrameKind.Delivery).SelectMany(f => MarksIn(f.Payload));

    /// <summary>Why it was told to go; null if it was not.</summary>
    public GoodbyeReason? Goodbye() => Take().Where(f => f.Kind == FrameKind.Goodbye).Select(f => SmallFrames.ReadGoodbye(f.Payload)?.Reason).LastOrDefault();

    /// <summary>Answers every ping that was heard.</summary>
    /// <returns>All frames heard since the last time.</returns>
    public List<(FrameKind Kind, byte[] Payload)> AnswerPings()
    {
        List<(FrameKind, byte[])> heard = Take();
        foreach ((FrameKind kind, byte[] payload) in heard)
        {
            if (kind == FrameKind.Ping && !IsClosed)
            {
                Send(w => SmallFrames.WriteStamp(w, FrameKind.Pong, SmallFrames.ReadStamp(payload)!.Value));
            }
        }

        return heard;
    }

    private List<(StreamId Stream, NamedMark Mark)> MarksIn(byte[] payload)
    {
        var marks = new List<(StreamId, NamedMark)>();
        var reader = new FieldReader(payload);
        reader.Group();
        reader.Flag();
        while (!reader.AtEnd)
        {
            StreamId stream = reader.Stream();
            var runs = new MarkRunReader(_names.TheirCount);
            while (runs.Read(ref reader))
            {
                (long exported, long released, bool start) = runs.Mark;
                marks.AddRange(Enumerable.Range(runs.First, runs.Length).Select(n => (stream, new NamedMark(_names.SiteOf(n), exported, released, start))));
            }
        }

        return marks;
    }
}
