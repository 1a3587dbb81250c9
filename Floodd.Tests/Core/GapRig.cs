// Site b, which lacks part of its neighbor a's stream: what neighbors say of it, and whom b asks.
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

/// <summary>A site with gaps.</summary>
internal sealed class GapRig
{
    public GapRig(Func<LocalDefinition, LocalDefinition>? local = null)
    {
        Rig = new Rig(local);
        A = Rig.Link(Rig.A);
    }

    public Rig Rig { get; }

    /// <summary>The link to the origin.</summary>
    public LinkEnd A { get; }

    /// <summary>Probes were dialed, which nobody has answered so far.</summary>
    public void FailDials()
    {
        Rig.Dials.ForEach(d => Rig.Do(new Event.DialFailed(d, "refused")));
        Rig.Dials.Clear();
    }

    /// <summary>Somebody has told that it exported so much of the origin's stream.</summary>
    public void Exported(long number) => A.Send(w => A.Marks(w, last: false, A.Stream, new NamedMark(Rig.C, number, number, false)));

    public IEnumerable<string> Gaps() => Rig.Notes.Where(n => n.Kind == NoteKind.Gap).Select(n => n.Text[(n.Text.LastIndexOf('/') + 1)..n.Text.LastIndexOf(" in ", StringComparison.Ordinal)]);

    public void Pass(int seconds, LinkEnd link)
    {
        for (int second = 0; second < seconds; second++)
        {
            Rig.Pass(1);
            link.AnswerPings();
        }
    }

    /// <summary>How many digests asked each neighbor.</summary>
    public int[] AsksWithin(int seconds, params LinkEnd[] links)
    {
        int[] asks = new int[links.Length];
        for (int second = 0; second < seconds; second++)
        {
            Rig.Pass(1);
            for (int i = 0; i < links.Length; i++)
            {
                asks[i] += links[i].AnswerPings().Count(f => f.Kind == FrameKind.Digest && IsAsking(f.Payload));
            }
        }

        return asks;
    }

    /// <summary>The same until the first of them is asked.</summary>
    public int[] UntilAsked(params LinkEnd[] links)
    {
        int[] asks = new int[links.Length];
        for (int second = 0; second < 120 && asks[0] == 0; second++)
        {
            asks = [.. asks.Zip(AsksWithin(1, links), (before, now) => before + now)];
        }

        Assert.That(asks[0], Is.Positive, "it was not asked");
        return asks;
    }

    private static bool IsAsking(byte[] payload)
    {
        var reader = new FieldReader(payload);
        reader.Group();
        _ = (reader.Flag(), reader.Flag());
        return reader.Flag();
    }

    /// <summary>A neighbor says what it has of the origin's stream.</summary>
    public void Tell(LinkEnd link, long floor, bool asks, params (long First, long Last)[] has) => Tell(link, floor, asks, inOrder: false, has);

    /// <summary>The same, and whether it wants the stream in order only.</summary>
    public void Tell(LinkEnd link, long floor, bool asks, bool inOrder, params (long First, long Last)[] has) => link.Send(w =>
    {
        var received = new SegmentSet();
        Array.ForEach(has, r => received.Add(r.First, r.Last));
        Digest.Begin(w, Rig.Mirror, closed: false, last: false, asks);
        Digest.Entry(w, new(A.Stream, inOrder, floor, received));
        w.EndFrame(FrameKind.Digest);
    });

    public static void AskForAll(LinkEnd link) => link.Send(w =>
    {
        Digest.Begin(w, Rig.Mirror, closed: false, last: false, asks: true);
        w.EndFrame(FrameKind.Digest);
    });

    /// <summary>What a neighbor was told last of the origin's stream: the floor, and what was received.</summary>
    public (long Floor, string Received) Told(LinkEnd link) => Entry(link) is { } told ? (told.Floor, told.Received.ToString()) : (0, "");

    /// <summary>All that it was told last of that stream; null if nothing.</summary>
    public DigestEntry? Entry(LinkEnd link)
    {
        DigestEntry? told = null;
        foreach ((_, byte[] payload) in link.Take().Where(f => f.Kind == FrameKind.Digest))
        {
            var reader = new FieldReader(payload);
            reader.Group();
            _ = (reader.Flag(), reader.Flag(), reader.Flag());
            while (Digest.ReadEntry(ref reader, out DigestEntry entry))
            {
                told = entry.Stream == A.Stream ? entry : told;
            }
        }

        return told;
    }
}
