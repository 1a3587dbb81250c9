// How far an update has come, as `where` and `wait` say it. Values only.
using System.Globalization;
using Floodd.Client.Connections;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>How far an update has come at one member.</summary>
public enum FloodDeliveryState
{
    /// <summary>Not exported yet, as far as the asked site knows.</summary>
    Pending,

    /// <summary>It is done with there: its export command took it or there is none, it repeats the key of another, or it was refused and set aside.</summary>
    Exported,

    /// <summary>The member cannot be reached.</summary>
    Unreachable,
}

/// <summary>An update at one member.</summary>
/// <param name="SiteName">The member.</param>
/// <param name="State">How far it has come there.</param>
public sealed record FloodDelivery(string SiteName, FloodDeliveryState State)
{
    internal static FloodDelivery From(ListingLine line) => new(
        line.Words.Count > 0 ? line.Words[0] : line["site-name"] ?? "",
        Enum.TryParse(line["state"], ignoreCase: true, out FloodDeliveryState state) ? state : FloodDeliveryState.Pending);
}

/// <summary>What came of waiting for an update's delivery.</summary>
/// <param name="Reached">Whether as many sites as asked for have exported it.</param>
/// <param name="ExportedCount">How many sites have.</param>
/// <param name="MemberCount">How many members the group has.</param>
public sealed record FloodDeliveryProgress(bool Reached, int ExportedCount, int MemberCount)
{
    // 250 ID exported at N of M sites | 450 ID exported at N of M sites
    internal static FloodDeliveryProgress From(Reply reply)
    {
        string[] words = reply.Text.Split(' ');
        int of = Array.IndexOf(words, "of");
        bool counted = of > 0 && of + 1 < words.Length;
        return new FloodDeliveryProgress(
            reply.Code == ReplyCode.Done, counted ? Number(words[of - 1]) : 0, counted ? Number(words[of + 1]) : 0);
    }

    private static int Number(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0;
}
