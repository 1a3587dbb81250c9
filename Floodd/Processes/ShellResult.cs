// How a shell command ended, as a value. It judges nothing: what an exit code means is the caller's matter.
namespace Floodd.Processes;

/// <summary>The kinds of end of a shell command.</summary>
public enum ShellEnd
{
    /// <summary>It exited; the code says with what, 0 to 255.</summary>
    Exited,

    /// <summary>A signal ended it; the code is the signal's number.</summary>
    Signaled,

    /// <summary>It made no progress for the time allowed, and was ended with all that it had started.</summary>
    TimedOut,

    /// <summary>It could not be started.</summary>
    NotStarted,
}

/// <summary>The end of a run.</summary>
/// <param name="End">The kind of end.</param>
/// <param name="Code">The exit code or the signal's number; 0 otherwise.</param>
/// <param name="BytesTaken">How much of the input was taken; a child that does not read all of it is no error by itself.</param>
/// <param name="Text">The end in words.</param>
public sealed record ShellResult(ShellEnd End, int Code, long BytesTaken, string Text)
{
    /// <summary>What it wrote to its standard output, if that was asked for.</summary>
    public ReadOnlyMemory<byte> Output { get; init; }

    private const int FirstSignal = 128;
    private const int LastSignal = 64;

    /// <summary>What a shell's exit status says: above 128 it stands for the signal that ended the last command.</summary>
    internal static ShellResult FromStatus(int status, long bytesTaken) =>
        status is > FirstSignal and <= FirstSignal + LastSignal
            ? new(ShellEnd.Signaled, status - FirstSignal, bytesTaken, $"ended by signal {status - FirstSignal}")
            : new(ShellEnd.Exited, status, bytesTaken, $"exited with {status}");
}
