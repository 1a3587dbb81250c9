// What the core may have left of the last reads of sessions that it paused: the more, the less is read at once. It reads nothing.
namespace Floodd.Hosting;

/// <summary>Bounds what paused sessions hold. Belongs to the loop's thread.</summary>
internal sealed class UnreadInput
{
    private const int WholeMax = 2 << 20;
    private const int Least = 4 << 10;
    private long _whole;

    /// <summary>How much may be read from a session at once, in bytes: all of them together then leave 2 MiB and 4 KiB for each.</summary>
    public int ReadMax => (int)Math.Clamp((WholeMax - _whole) / 4, Least, Connections.ReadBytes);

    /// <summary>The core was told so many bytes: it has some of them left if it stopped reading then.</summary>
    public void Told(Connection c, int count)
    {
        if (c.IsPaused && !c.IsLink && c.Stage != Stage.Gone)
        {
            _whole += count - c.LeftUnread;
            c.LeftUnread = count;
        }
    }

    /// <summary>The core reads on or stops only now: it has gone through what was left, or that is told next; or the connection is gone.</summary>
    public void Resumed(Connection c)
    {
        _whole -= c.LeftUnread;
        c.LeftUnread = 0;
    }
}
