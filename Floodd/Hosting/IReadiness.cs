// What the loop asks of the system: which of many sockets can go on. It never reads or writes one.
using System.Net.Sockets;

namespace Floodd.Hosting;

/// <summary>One socket that can go on.</summary>
/// <param name="Key">The key that it was added under.</param>
/// <param name="CanRead">Whether a read would not wait.</param>
/// <param name="CanWrite">Whether a write would not wait.</param>
/// <param name="IsBroken">Whether it failed or both directions are over; told even when nothing was asked for.</param>
internal readonly record struct Ready(long Key, bool CanRead, bool CanWrite, bool IsBroken);

/// <summary>Waits for many sockets at once, level-triggered. Used by one thread, <see cref="Wake"/> excepted.</summary>
internal interface IReadiness : IDisposable
{
    /// <summary>Begins to watch a socket.</summary>
    void Add(Socket socket, long key, bool read, bool write);

    /// <summary>Changes what is watched for.</summary>
    void Change(Socket socket, long key, bool read, bool write);

    /// <summary>Watches no longer; to be called before the socket is closed.</summary>
    void Remove(Socket socket);

    /// <summary>Waits until a socket is ready, the time is over or <see cref="Wake"/> was called, and appends what is ready.</summary>
    /// <param name="milliseconds">How long at most; 0 only looks, -1 has no limit.</param>
    /// <param name="ready">Appended to.</param>
    void Wait(int milliseconds, List<Ready> ready);

    /// <summary>Ends the wait that is going on, or else the next one. From any thread.</summary>
    void Wake();
}
