// What a ReplyReader finds next in a daemon's bytes. Says what kind of piece it is, never what it means.
namespace Floodd.Client.Protocol;

/// <summary>The kinds of piece that a daemon's output is made of.</summary>
internal enum ReplyToken
{
    /// <summary>Nothing whole is there: come back with the same unread bytes and more behind them.</summary>
    NeedMore,

    /// <summary>A reply line, <c>NNN text</c>; a listing follows if it ends in <c> follows</c>.</summary>
    Reply,

    /// <summary>A line of a listing, without its extra dot.</summary>
    ListingLine,

    /// <summary>The listing is whole.</summary>
    ListingEnd,

    /// <summary>A line <c>update GROUP ID SIZE</c>; its pieces follow.</summary>
    Update,

    /// <summary>The next piece of an update.</summary>
    UpdateBody,

    /// <summary>The update is whole.</summary>
    UpdateEnd,

    /// <summary>A line <c>gap GROUP ORIGIN/INCARNATION/FIRST LAST</c>.</summary>
    Gap,

    /// <summary>Something that no daemon says: the connection cannot be read on.</summary>
    Wrong,
}
