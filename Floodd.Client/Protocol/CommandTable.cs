// The one table of the client port's commands: names, forms, sentences. Help, error texts and the document are made from it or compared with it.
using System.Collections.Immutable;
using System.Text;

namespace Floodd.Client.Protocol;

/// <summary>One command.</summary>
/// <param name="Verb">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="OtherNames">Names that mean the same, from the manual.</param>
/// <param name="Form">How it is written.</param>
/// <param name="Sentence">What it does.</param>
internal sealed record Command(Verb Verb, string Name, ImmutableArray<string> OtherNames, string Form, string Sentence)
{
    /// <summary>The line of <c>help</c>: the form, then what it does.</summary>
    public string HelpLine { get; } = OtherNames.IsEmpty
        ? $"{Form}  {Sentence}"
        : $"{Form}  {Sentence} Also: {string.Join(", ", OtherNames)}.";
}

/// <summary>All commands.</summary>
internal static class CommandTable
{
    // Farther than this, a guess would be noise.
    private const int DistanceMax = 3;

    // No name is longer than this, with room for typos; longer words are not compared.
    private const int WordMax = 24;

    /// <summary>The commands in the order of help.</summary>
    public static ImmutableArray<Command> Commands { get; } =
    [
        new(Verb.Help, "help", [], "help [command]", "Lists the commands."),
        new(Verb.Groups, "groups", [], "groups", "Lists the groups that this site is a member of."),
        new(Verb.Members, "members", ["group"], "members [group]", "Lists the members of a group and their states."),
        new(Verb.Topology, "topology", [], "topology [group] [dot]", "Shows the topology in force, as lines or as a Graphviz graph."),
        new(Verb.Why, "why", [], "why [group] A B", "Explains why the topology links two members, or does not."),
        new(Verb.Estimates, "estimates", [], "estimates [group]", "Shows what is believed of round trips and bandwidth between members."),
        new(Verb.Stats, "stats", ["statistics"], "stats", "Shows the counters of this site."),
        new(Verb.Flood, "flood", ["data", "binary"], "flood [group] [SIZE [key KEY]]", "Floods one update: SIZE bytes, or lines up to a single dot; under a KEY once, however often."),
        new(Verb.Subscribe, "subscribe", [], "subscribe [group] [from POSITION]", "Sends updates as they arrive, from POSITION (start, now, or ids last seen)."),
        new(Verb.Where, "where", [], "where ID", "Shows which members have exported an update."),
        new(Verb.Wait, "wait", [], "wait ID [all|N] [SECONDS]", "Waits until all or N members have exported an update."),
        new(Verb.Exports, "exports", [], "exports [group]", "Shows how the export goes, and the updates that its command refused."),
        new(Verb.Retry, "retry", [], "retry ID|all [group]", "Exports refused updates again."),
        new(Verb.Skip, "skip", [], "skip ID|all [group]", "Drops refused updates for good."),
        new(Verb.Nearest, "nearest", [], "nearest [group]", "Lists the members by estimated distance from you."),
        new(Verb.Ping, "ping", [], "ping", "Answers."),
        new(Verb.Replan, "replan", [], "replan [group]", "Has the master compute the topology now."),
        new(Verb.Configuration, "configuration", [], "configuration [group]", "Prints a configuration that a new site can start from."),
        new(Verb.Shutdown, "shutdown", ["terminate"], "shutdown", "Ends the daemon."),
        new(Verb.Quit, "quit", [], "quit", "Ends the session."),
    ];

    private static readonly ImmutableArray<(byte[] Name, Verb Verb)> Names =
    [
        .. from command in Commands
           from name in command.OtherNames.Prepend(command.Name)
           select (Encoding.ASCII.GetBytes(name), command.Verb),
    ];

    /// <summary>The command of a name in any case, or <see cref="Verb.Unknown"/>.</summary>
    public static Verb Find(ReadOnlySpan<byte> word)
    {
        if (Ascii.EqualsIgnoreCase(word, "flood"u8))
        {
            return Verb.Flood;
        }

        foreach ((byte[] name, Verb verb) in Names.AsSpan())
        {
            if (name.Length == word.Length && Ascii.EqualsIgnoreCase(word, name))
            {
                return verb;
            }
        }

        return Verb.Unknown;
    }

    /// <summary>The table's line of a verb.</summary>
    public static Command Of(Verb verb)
    {
        foreach (Command command in Commands)
        {
            if (command.Verb == verb)
            {
                return command;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(verb), verb, "no such command");
    }

    /// <summary>The known name most like a mistyped one, or null when none is like it.</summary>
    public static string? Nearest(ReadOnlySpan<byte> word)
    {
        string? best = null;
        int least = DistanceMax + 1;
        if (word.Length is 0 or > WordMax)
        {
            return null;
        }

        foreach ((byte[] name, _) in Names)
        {
            int distance = EditDistance.Of(word, name);
            if (distance < least && distance < name.Length)
            {
                least = distance;
                best = Encoding.ASCII.GetString(name);
            }
        }

        return best;
    }

    /// <summary>The text of a 500 reply, with the nearest known name.</summary>
    public static string UnknownText(ReadOnlySpan<byte> word) => Nearest(word) is { } name
        ? $"unknown command {Printable.Text(word)}; did you mean {name}?"
        : $"unknown command {Printable.Text(word)}; try help";

    /// <summary>The text of a 501 reply, with the right form.</summary>
    public static string ArgumentsText(Verb verb) => $"wrong arguments; the form is: {Of(verb).Form}";
}
