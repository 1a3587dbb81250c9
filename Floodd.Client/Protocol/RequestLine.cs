// Takes one command line apart. Never looks anything up: whether a group or an id exists is for others to say.
using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Floodd.Client.Protocol;

/// <summary>A command line's parts, as slices of it.</summary>
internal ref struct RequestLine
{
    /// <summary>The most digits of a SIZE.</summary>
    public const int SizeDigitsMax = 10;

    /// <summary>The most members that can be waited for: a count has a digit less than a size.</summary>
    public const int CountMax = 999_999_999;

    /// <summary>How long <c>wait</c> waits when it is not said, in seconds.</summary>
    public const double WaitSecondsDefault = 60;

    /// <summary>The longest that <c>wait</c> waits, in seconds.</summary>
    public const double WaitSecondsMax = 3600;

    private static readonly SearchValues<byte> SecondsBytes = SearchValues.Create("0123456789."u8);

    /// <summary>The command.</summary>
    public Verb Verb { get; private set; }

    /// <summary>What is wrong; with <see cref="RequestFault.Arguments"/> the verb is known, and of a flood whose KEY is wrong the size; nothing else is to be trusted.</summary>
    public RequestFault Fault { get; private set; }

    /// <summary>The first word as it was sent.</summary>
    public ReadOnlySpan<byte> Word { get; private set; }

    /// <summary>The group; empty when none was given.</summary>
    public ReadOnlySpan<byte> Group { get; private set; }

    /// <summary>The command that help is asked for, the ID of where and wait, of retry and skip (or all), the first member of why, the POSITION of subscribe; empty when none was given.</summary>
    public ReadOnlySpan<byte> Argument { get; private set; }

    /// <summary>The second member of why; empty otherwise.</summary>
    public ReadOnlySpan<byte> Second { get; private set; }

    /// <summary>How many bytes follow a flood command: 0 to 9999999999, or -1 for lines up to a single dot.</summary>
    public long Size { get; private set; }

    /// <summary>What the client calls its flood, to repeat it without harm; empty when none was given.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Whether the topology is wanted as a graph.</summary>
    public bool Dot { get; private set; }

    /// <summary>How many sites to wait for; -1 for all.</summary>
    public int Count { get; private set; }

    /// <summary>How long to wait; NaN when not said.</summary>
    public double Seconds { get; private set; }

    /// <summary>A line without a word: it gets no reply, so that a LF behind a sized update does no harm.</summary>
    public readonly bool IsEmpty => Word.IsEmpty;

    /// <summary>Whether a browser or another HTTP client sent the line: 554 and close, before it can send more.</summary>
    public bool LooksLikeHttp { get; private set; }

    /// <summary>Takes a line apart; it has no LF any more.</summary>
    public static RequestLine Parse(ReadOnlySpan<byte> line)
    {
        var request = new RequestLine { Size = -1, Count = -1, Seconds = double.NaN };
        ReadOnlySpan<byte> rest = line;
        ReadOnlySpan<byte> word = NextWord(ref rest);
        request.Word = word;
        request.Verb = CommandTable.Find(word);
        if (request.Verb == Verb.Unknown)
        {
            request.Fault = word.IsEmpty ? RequestFault.None : RequestFault.Unknown;
            request.LooksLikeHttp = HttpGuess.IsHttp(word, rest);
            return request;
        }

        ReadOnlySpan<byte> first = NextWord(ref rest);
        ReadOnlySpan<byte> second = NextWord(ref rest);
        ReadOnlySpan<byte> third = NextWord(ref rest);
        ReadOnlySpan<byte> fourth = NextWord(ref rest);
        bool taken = third.IsEmpty || request.Verb != Verb.Flood ? fourth.IsEmpty && request.Take(first, second, third)
            : request.TakeKeyed(first, second, third, fourth);
        if (!NextWord(ref rest).IsEmpty)
        {
            (request.Fault, request.Size) = (RequestFault.Arguments, -1);
        }
        else if (!taken)
        {
            request.Fault = RequestFault.Arguments;
        }

        return request;
    }

    private bool Take(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        switch (Verb)
        {
            // flood [group] [SIZE [key KEY]]
            case Verb.Flood:
                return TakeFlood(first, second);

            // subscribe [group] [from POSITION]
            case Verb.Subscribe:
                return TakeSubscribe(first, second, third);

            // topology [group] [dot]
            case Verb.Topology:
                Dot = IsWord(second.IsEmpty ? first : second, "dot"u8);
                Group = second.IsEmpty && Dot ? default : first;
                return third.IsEmpty && (second.IsEmpty || Dot);

            // why [group] A B
            case Verb.Why:
                Group = third.IsEmpty ? default : first;
                Argument = third.IsEmpty ? first : second;
                Second = third.IsEmpty ? second : third;
                return !second.IsEmpty;

            // wait ID [all|N] [SECONDS]
            case Verb.Wait:
                Argument = first;
                return !first.IsEmpty && TakeCount(second) && TakeSeconds(third);

            // retry ID|all [group] | skip ID|all [group]
            case Verb.Retry or Verb.Skip:
                Argument = first;
                Group = second;
                return !first.IsEmpty && third.IsEmpty;

            // where ID
            case Verb.Where:
                Argument = first;
                return !first.IsEmpty && second.IsEmpty;

            // help [command]
            case Verb.Help:
                Argument = first;
                return second.IsEmpty;

            // groups | stats | ping | shutdown | quit
            case Verb.Groups or Verb.Stats or Verb.Ping or Verb.Shutdown or Verb.Quit:
                return first.IsEmpty;

            // members [group] and all others
            default:
                Group = first;
                return second.IsEmpty;
        }
    }

    private bool TakeFlood(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (!second.IsEmpty)
        {
            Group = first;
            return TakeSize(second);
        }

        // One argument of digits only is a SIZE, never a group; a sign starts no name, so it was meant as one.
        if (!first.IsEmpty && (first[0] is (byte)'-' or (byte)'+' || !first.ContainsAnyExceptInRange((byte)'0', (byte)'9')))
        {
            return TakeSize(first);
        }

        Group = first;
        return true;
    }

    // SIZE "key" KEY | group SIZE "key" KEY
    private bool TakeKeyed(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth)
    {
        bool named = !fourth.IsEmpty;
        Group = named ? first : default;
        Key = named ? fourth : third;
        return IsWord(named ? third : second, "key"u8) && TakeSize(named ? second : first) && UpdateIdText.IsName(Key);
    }

    // SIZE = 1*10DIGIT
    private bool TakeSize(ReadOnlySpan<byte> word)
    {
        if (word.Length > SizeDigitsMax)
        {
            return false;
        }

        long size = 0;
        foreach (byte b in word)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9)
            {
                return false;
            }

            size = (size * 10) + digit;
        }

        Size = size;
        return true;
    }

    private bool TakeSubscribe(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        if (second.IsEmpty)
        {
            Group = first;
            return true;
        }

        bool named = !third.IsEmpty;
        Group = named ? first : default;
        Argument = named ? third : second;
        return IsWord(named ? second : first, "from"u8);
    }

    // all | 1*9DIGIT
    private bool TakeCount(ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty || IsWord(word, "all"u8))
        {
            return true;
        }

        bool taken = TakeSize(word) && word.Length < SizeDigitsMax;
        Count = (int)(taken ? Size : -1);
        Size = -1;
        return taken;
    }

    // 1*12(DIGIT | ".")
    private bool TakeSeconds(ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty)
        {
            return true;
        }

        bool plain = word.Length <= 12 && word.IndexOfAnyExcept(SecondsBytes) < 0;
        if (!plain || !Utf8Parser.TryParse(word, out double seconds, out int used) || used != word.Length)
        {
            return false;
        }

        Seconds = seconds;
        return true;
    }

    private static bool IsWord(ReadOnlySpan<byte> word, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(word, lowerCase);

    private static ReadOnlySpan<byte> NextWord(scoped ref ReadOnlySpan<byte> rest)
    {
        int start = 0;
        while (start < rest.Length && rest[start] is ((byte)' ' or (byte)'\t'))
        {
            start++;
        }

        int end = start;
        while (end < rest.Length && rest[end] is not ((byte)' ' or (byte)'\t'))
        {
            end++;
        }

        ReadOnlySpan<byte> word = rest[start..end];
        rest = rest[end..];
        return word;
    }
}
