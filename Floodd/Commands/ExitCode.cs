// The exit codes that INTERFACES promises to scripts: those of sysexits.h, and 1 of the demo. Who is killed by a signal, or does not end within 15 s of one, has 128 and its number.
namespace Floodd.Commands;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The demo's sites did not export what was flooded.</summary>
    public const int Failed = 1;

    /// <summary>The command line cannot be understood.</summary>
    public const int Usage = 64;

    /// <summary>A daemon or site cannot be reached.</summary>
    public const int Unavailable = 69;

    /// <summary>A defect of the program.</summary>
    public const int Internal = 70;

    /// <summary>A file or socket cannot be made.</summary>
    public const int CannotCreate = 73;

    /// <summary>A file or socket cannot be read or written.</summary>
    public const int InputOutput = 74;

    /// <summary>Not now: try again.</summary>
    public const int TryAgain = 75;

    /// <summary>The configuration is wrong.</summary>
    public const int Configuration = 78;
}
