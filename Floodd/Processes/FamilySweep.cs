// Finds a run's processes by the token in their environment, wherever they moved, and ends them. It never ends one without the token.
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Floodd.Processes;

/// <summary>One run's processes as /proc shows them.</summary>
internal sealed class FamilySweep
{
    /// <summary>The variable whose value no other run has.</summary>
    public const string TokenName = "FLOODD_RUN_TOKEN";

    private const int EnvironmentMax = 256 << 10;

    // After so long, process ids may have come round once more, and the shortcut below proves nothing.
    private static readonly TimeSpan ShortcutLife = TimeSpan.FromSeconds(5);

    private readonly byte[] _mark;
    private readonly long _started = Environment.TickCount64;

    /// <summary>A sweep for one run.</summary>
    public FamilySweep()
    {
        Token = Guid.NewGuid().ToString("N");
        _mark = Encoding.ASCII.GetBytes($"{TokenName}={Token}\0");
    }

    /// <summary>The token to put into the run's environment.</summary>
    public string Token { get; }

    /// <summary>Ends every process that carries the token.</summary>
    /// <param name="firstId">The run's first process; all others were made after it.</param>
    /// <returns>Whether to look again: some were found, which may have forked, or could not be told yet.</returns>
    public bool Kill(int firstId)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        bool everybody = Environment.TickCount64 - _started > ShortcutLife.TotalMilliseconds;
        int lastId = LastIdGiven();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(EnvironmentMax);
        bool again = false;
        foreach (string directory in Processes(ref again))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && id != Environment.ProcessId
                && (everybody || IsBetween(firstId, id, lastId)))
            {
                switch (Carries(directory, buffer))
                {
                    case true:
                        Signals.Kill(id);
                        again = true;
                        break;
                    case null:
                        again = true;
                        break;
                    default:
                        break;
                }
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return again;
    }

    // Where no descriptor is left, nobody can be found: what runs on is looked for again, and the run's own end is none the worse for it.
    private static string[] Processes(ref bool again)
    {
        try
        {
            return Directory.GetDirectories("/proc");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            again = true;
            return [];
        }
    }

    // Ids are given in rising order and come round at the end. Most processes of the machine are older than the run.
    private static bool IsBetween(int first, int id, int last) => first <= last ? id >= first && id <= last : id >= first || id <= last;

    // proc(5), /proc/loadavg: 0.50 0.29 0.16 1/91 5771, the last being the id most recently given.
    private static int LastIdGiven()
    {
        try
        {
            return int.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[^1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return int.MaxValue;
        }
    }

    // Null for a process between its old program and its new one, whose environment is not there yet. It has a program,
    // unlike the dead and the kernel's own, which have no environment either.
    private bool? Carries(string directory, byte[] buffer)
    {
        try
        {
            using FileStream environment = new(directory + "/environ", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            int length = environment.ReadAtLeast(buffer.AsSpan(0, EnvironmentMax), EnvironmentMax, throwOnEndOfStream: false);
            return length > 0 ? buffer.AsSpan(0, length).IndexOf(_mark) >= 0
                : File.ResolveLinkTarget(directory + "/exe", false) is null ? false : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's.
            return false;
        }
    }
}
