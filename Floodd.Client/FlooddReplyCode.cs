// The codes that a caller may want to tell apart, for all to see. Never changes their meaning.
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>Values of <see cref="FlooddException.Code"/>. Others may come with later daemons: 4xx means try again, 5xx means refused.</summary>
public static class FlooddReplyCode
{
    /// <summary>No reply: no connection could be made, or it was lost.</summary>
    public const int Unreachable = 0;

    /// <summary>The daemon has too many sessions, ends, or has ended this one: idle, too slow, too many errors. It took nothing.</summary>
    public const int Busy = ReplyCode.Busy;

    /// <summary>A wait's time was over before enough sites had exported; or an update that is to be skipped is being exported.</summary>
    public const int NotYet = ReplyCode.NotYet;

    /// <summary>The store or the disk is full, or there are too many subscriptions; try again.</summary>
    public const int StoreFull = ReplyCode.StoreFull;

    /// <summary>The daemon does not know the command: it is older than this library.</summary>
    public const int UnknownCommand = ReplyCode.UnknownCommand;

    /// <summary>Wrong arguments; or the group must be named, or the site is in none.</summary>
    public const int WrongArguments = ReplyCode.WrongArguments;

    /// <summary>Not allowed from this client's address.</summary>
    public const int NotAllowed = ReplyCode.NotAllowed;

    /// <summary>No such group, site or update.</summary>
    public const int NoSuch = ReplyCode.NoSuch;

    /// <summary>The update is larger than the group's max-update-size, <see cref="FlooddClientOptions.UpdateSizeMax"/>, or 9,999,999,999 bytes.</summary>
    public const int TooLarge = ReplyCode.TooLarge;

    /// <summary>One end cannot read what the other said: no floodd is there, or one end has a defect.</summary>
    public const int Unreadable = ReplyCode.Unreadable;
}
