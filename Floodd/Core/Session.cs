// One client connection: what was read, what is being received, what it waits for. Nouns only.
using System.Net;
using Floodd.Client.Protocol;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>Why a session's requests wait.</summary>
internal enum SessionPause
{
    /// <summary>They do not.</summary>
    None,

    /// <summary>A <c>wait</c> is not over.</summary>
    Waiting,

    /// <summary>The group is to catch up before more is published.</summary>
    Pressure,

    /// <summary>The client does not read its replies.</summary>
    Unread,
}

internal sealed class Session(ConnectionId id, IPAddress remote, bool fromThisHost, int lineMax, Instant now)
{
    /// <summary>Replies that wait for the client to read, in bytes: above this nothing more is read from it.</summary>
    public const int UnreadMax = 256 * 1024;

    /// <summary>Bytes of updates handed out for a subscriber and not yet written.</summary>
    public const int SubscriberWindow = 1024 * 1024;

    public ConnectionId Id { get; } = id;

    public IPAddress Remote { get; } = remote;

    public bool FromThisHost { get; } = fromThisHost;

    public Instant OpenedAt { get; } = now;

    public Instant LastHeard { get; set; } = now;

    public Instant LastWritten { get; set; } = now;

    public CarriedBytes Carried { get; } = new();

    public RequestReader Reader { get; } = new(lineMax);

    public ReplyBuffer Out { get; } = new();

    /// <summary>Bytes handed to the shell and not yet written.</summary>
    public long InFlight { get; set; }

    public long Commands { get; set; }

    public int Errors { get; set; }

    /// <summary>The update that is being received; null between updates.</summary>
    public Upload? Upload { get; set; }

    public SessionPause Pause { get; set; }

    /// <summary>Whether the shell was told to read no more.</summary>
    public bool ReadingPaused { get; set; }

    /// <summary>The wait that holds up further requests; null if none.</summary>
    public PendingWait? Wait { get; set; }

    /// <summary>The subscriptions of this session, in the order asked for.</summary>
    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>Whether it has bytes to send at the end of this turn.</summary>
    public bool InOutputList { get; set; }

    public bool Closing { get; set; }
}

/// <summary>A <c>wait</c> in progress.</summary>
internal sealed record PendingWait(Session Session, Group Group, SegmentStream Stream, UpdateId Id, int Count);

/// <summary>An update on its way in from a client. Nothing of it is flooded before it is whole.</summary>
internal sealed class Upload(Group? group, long size, int refusal, string refusalText)
{
    private const int PieceSize = 64 * 1024;

    private readonly List<byte[]> _pieces = [];
    private int _lastUsed = PieceSize;

    /// <summary>Where it is to be flooded; null when it is only skipped.</summary>
    public Group? Group { get; } = group;

    /// <summary>What the client said, in bytes; -1 when a dot will end it.</summary>
    public long Size { get; } = size;

    /// <summary>Whether it has been flooded already, so that its end needs no more.</summary>
    public bool Flooded { get; set; }

    /// <summary>The reply code when it is skipped; 0 while it is taken.</summary>
    public int Refusal { get; private set; } = refusal;

    public string RefusalText { get; private set; } = refusalText;

    /// <summary>Bytes received.</summary>
    public long Received { get; private set; }

    /// <summary>What the store is charged for it, in bytes.</summary>
    public long Charged { get; set; }

    /// <summary>Room that the next <paramref name="count"/> bytes need beyond what is charged, in bytes: each piece costs, not each line.</summary>
    public long ChargeFor(int count) => count + (Slab.ChargePerSegment * (PiecesOf(Received + count) - PiecesOf(Received)));

    /// <summary>Takes bytes in.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Received += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_lastUsed == PieceSize)
            {
                _pieces.Add(new byte[Size >= 0 ? (int)Math.Min(PieceSize, Math.Max(bytes.Length, 4096)) : Math.Min(PieceSize, Math.Max(bytes.Length, 512))]);
                _lastUsed = 0;
            }

            byte[] last = _pieces[^1];
            if (_lastUsed == last.Length)
            {
                Array.Resize(ref last, Math.Min(PieceSize, last.Length * 2));
                _pieces[^1] = last;
            }

            int count = Math.Min(bytes.Length, last.Length - _lastUsed);
            bytes[..count].CopyTo(last.AsSpan(_lastUsed));
            _lastUsed += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>From here on it is skipped, and this is the reply when it is over.</summary>
    public void Refuse(int code, string text)
    {
        (Refusal, RefusalText) = (code, text);
        _pieces.Clear();
    }

    /// <summary>The bytes of a segment's worth each; one empty piece for an empty update.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        if (_pieces.Count == 0)
        {
            yield return ReadOnlyMemory<byte>.Empty;
        }

        for (int i = 0; i < _pieces.Count; i++)
        {
            yield return i < _pieces.Count - 1 ? _pieces[i] : _pieces[i].AsMemory(0, _lastUsed);
        }
    }

    private static long PiecesOf(long bytes) => (bytes + PieceSize - 1) / PieceSize;
}
