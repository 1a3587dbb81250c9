// What a RequestReader finds next in a client's bytes. Says what kind of piece it is, never what it means.
namespace Floodd.Client.Protocol;

/// <summary>The kinds of piece that a session's input is made of.</summary>
internal enum RequestToken
{
    /// <summary>Nothing whole is there: come back with the same unread bytes and more behind them.</summary>
    NeedMore,

    /// <summary>A command line, without its LF and one CR before it.</summary>
    Command,

    /// <summary>The next piece of an update.</summary>
    Body,

    /// <summary>The update is whole; lines follow again.</summary>
    End,

    /// <summary>A command line longer than allowed: the rest cannot be read on (554, close).</summary>
    TooLong,
}
