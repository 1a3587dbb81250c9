// The numbers that replies start with. They never change their meaning; the texts behind them may.
namespace Floodd.Client.Protocol;

/// <summary>Reply codes: 1xx and 2xx done, 3xx go on, 4xx try again, 5xx refused.</summary>
internal static class ReplyCode
{
    /// <summary>The commands follow.</summary>
    public const int Help = 100;

    /// <summary>The greeting.</summary>
    public const int Ready = 200;

    /// <summary>The answer to quit; the connection closes.</summary>
    public const int Goodbye = 205;

    /// <summary>The groups follow.</summary>
    public const int Groups = 211;

    /// <summary>The members follow.</summary>
    public const int Members = 212;

    /// <summary>The topology follows.</summary>
    public const int Topology = 213;

    /// <summary>The estimates follow.</summary>
    public const int Estimates = 214;

    /// <summary>The statistics follow.</summary>
    public const int Stats = 215;

    /// <summary>The members, nearest first, follow.</summary>
    public const int Nearest = 216;

    /// <summary>The delivery of an update follows.</summary>
    public const int Delivery = 217;

    /// <summary>A configuration follows.</summary>
    public const int Configuration = 218;

    /// <summary>Why two members are linked or not follows.</summary>
    public const int Why = 219;

    /// <summary>How the export goes, and what it refused, follows.</summary>
    public const int Exports = 220;

    /// <summary>Done: a receipt, a pong, a subscription, a wait that ended well.</summary>
    public const int Done = 250;

    /// <summary>Send the update's lines now.</summary>
    public const int GoOn = 354;

    /// <summary>Too busy, ending, or idle for too long; the connection closes.</summary>
    public const int Busy = 421;

    /// <summary>A wait's time was over before enough sites had exported; or an update that is to be skipped is being exported.</summary>
    public const int NotYet = 450;

    /// <summary>The store is full; try again.</summary>
    public const int StoreFull = 452;

    /// <summary>No such command.</summary>
    public const int UnknownCommand = 500;

    /// <summary>Wrong arguments, or a group must be named.</summary>
    public const int WrongArguments = 501;

    /// <summary>Not allowed from there.</summary>
    public const int NotAllowed = 502;

    /// <summary>No such group, site or update.</summary>
    public const int NoSuch = 550;

    /// <summary>The update is larger than the group's max-update-size; it was skipped.</summary>
    public const int TooLarge = 552;

    /// <summary>The input cannot be read on; the connection closes.</summary>
    public const int Unreadable = 554;
}
