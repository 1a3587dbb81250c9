// Requests as any client may send them, good and refused ones, with what a daemon has to answer. Everything follows from a seed.
using System.Globalization;
using System.Text;

namespace Floodd.Tests.Client;

/// <summary>A request.</summary>
/// <param name="Bytes">As it goes over the wire.</param>
/// <param name="Request">As the document reads it; null if it gets no reply.</param>
/// <param name="Codes">The codes of the replies to it.</param>
/// <param name="Flooded">The group and bytes that it floods, if it does.</param>
internal sealed record Asked(byte[] Bytes, PlainRequest? Request, int[] Codes, (string Group, byte[] Bytes)? Flooded = null);

/// <summary>Draws requests.</summary>
/// <param name="random">What they follow from.</param>
/// <param name="rarity">How many times rarer updates of 64 KiB and more are: they take most of the time.</param>
internal sealed class RandomRequests(Random random, int rarity = 1)
{
    private static readonly byte[] Alphabet = [.. "\n\n\r\r...flood g 5 250 update \0"u8, 0xff, 0xc3];

    private static readonly (string Line, int Code)[] Plain =
    [
        ("ping", 250), ("PING", 250), ("\t ping  ", 250), ("help", 100), ("help flood", 100), ("help nothing", 500), ("groups", 211),
        ("members g", 212), ("group follows", 212), ("members none", 550), ("members", 501), ("members g g", 501), ("topology g", 213), ("topology follows dot", 213),
        ("estimates g", 214), ("estimates follows", 214), ("stats", 215), ("nearest 123", 216), ("configuration g", 218), ("configuration follows", 218), ("replan g", 250),
        ("where b/b1/1000000", 550), ("where", 501), ("wait b/b1/1000000 1 0", 550), ("wait x", 501), ("why g a b", 550), ("why follows a follows", 550),
        ("why g follows a", 550), ("exports g", 220), ("Exports follows", 220), ("exports", 501), ("exports none", 550), ("retry all g", 250), ("retry b/b1/7 g", 550), ("retry x g", 501), ("retry all", 501),
        ("skip all follows", 250), ("skip b/b1/7 123", 550), ("skip", 501), ("skip all none", 550), ("skip all g g", 501), ("subscribe none", 550), ("subscribe g from ,", 501), ("florp", 500), ("follows", 500), ("flood g -5", 501), ("flood g 5 key a b", 501), ("flood g 99999999999", 501),
    ];

    private readonly Dictionary<string, byte[]> keyed = [];
    private int keys;

    /// <summary>The next one.</summary>
    public Asked Next() => random.Next(12) switch
    {
        < 4 => Sized(),
        4 => Dotted(),
        5 => Refused(),
        6 => new Asked(random.Next(2) == 0 ? "\n"u8.ToArray() : " \t\r\n"u8.ToArray(), null, []),
        _ => Line(Plain[random.Next(Plain.Length)]),
    };

    /// <summary>A request of one line.</summary>
    public static Asked Line((string Line, int Code) plain, string end = "\n") =>
        new(Encoding.UTF8.GetBytes(plain.Line + end), new PlainRequest(plain.Line, null), [plain.Code]);

    private static Asked Flood(string line, byte[] body, int code, (string, byte[])? flooded = null) =>
        new([.. Encoding.UTF8.GetBytes(line + "\n"), .. body], new PlainRequest(line, body), [code], flooded);

    private Asked Sized()
    {
        string group = CoreDaemon.Groups[random.Next(CoreDaemon.Groups.Length)];
        byte[] body = Bytes();
        string line = string.Create(CultureInfo.InvariantCulture, $"{(random.Next(3) == 0 ? "Binary" : "flood")} {group} {body.Length}");
        if (random.Next(3) == 0)
        {
            string key = random.Next(3) == 0 && keys > 0 ? $"{group}.{random.Next(keys)}" : $"{group}.{keys++}";
            line += $" key {key}";
            return Flood(line, body, 250, keyed.TryAdd(key, body) ? (group, body) : null);
        }

        return Flood(line, body, 250, (group, body));
    }

    private Asked Dotted()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => new string("....ab\r"[random.Next(6)], random.Next(4)) + "\n")))];
        return random.Next(4) == 0
            ? Line(("flood none", 550))
            : new Asked([.. "flood g\n"u8, .. PlainGrammar.AsDotted(body, random.Next(2) == 0)], new PlainRequest("flood g", body), [354, 250], ("g", body));
    }

    private Asked Refused()
    {
        byte[] body = Bytes();
        return random.Next(random.Next(rarity) == 0 ? 5 : 4) switch
        {
            0 => Flood($"flood none {body.Length}", body, 550),
            1 => Flood($"flood {body.Length}", body, 501),
            2 => Flood($"flood g {body.Length} key no/key", body, 501),
            3 => Flood($"flood none {body.Length} key good", body, 550),
            _ => Flood($"flood g {CoreDaemon.UpdateSizeMax + 1}", new byte[CoreDaemon.UpdateSizeMax + 1], 552),
        };
    }

    private byte[] Bytes()
    {
        byte[] bytes = new byte[random.Next(40 * rarity) == 0 ? 65_536 + random.Next(-3, 4) : random.Next(60)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = Alphabet[random.Next(Alphabet.Length)];
        }

        return bytes;
    }
}
