// A command for the shell as a value: all that a run needs to know. It starts nothing.
namespace Floodd.Processes;

/// <summary>A command for <c>/bin/sh -c</c>, where it runs and what it is fed.</summary>
/// <param name="Text">The command, word for word; nothing is ever substituted into it.</param>
public sealed record ShellCommand(string Text)
{
    /// <summary>Where it runs; a directory that is not there means that the command is not started.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>What its environment holds beside the few variables that every command gets. Values pass <see cref="CleanEnvironment.Clean"/>.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Its standard input, in pieces of any size, each of which stands until the next is asked for; enumerated once. A write for each, so who has many small ones gathers them.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Input { get; init; } = [];

    /// <summary>How much of its standard output is kept, in bytes; a command that says more is ended. 0: what it says goes to <c>/dev/null</c>.</summary>
    public int OutputMax { get; init; }

    /// <summary>
    /// How long it may take no byte and not end; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for ever.
    /// A byte is taken when the pipe has it; the pipe holds 64 KiB.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);
}
