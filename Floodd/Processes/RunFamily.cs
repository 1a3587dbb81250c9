// All processes of one run: its session, its control groups, whoever carries its token. Their end is sure, or as sure as the machine allows.
namespace Floodd.Processes;

/// <summary>What has to be ended when a run is over.</summary>
internal sealed class RunFamily
{
    // Ended processes need a moment to be gone; a run that forks faster than it is ended is given up after a second.
    private const int Rounds = 100;
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(10);

    private readonly RunControlGroup _groups;
    private readonly FamilySweep _sweep = new();
    private int _firstId;

    /// <summary>The family of a run that is about to start.</summary>
    public RunFamily(Containment containment) => _groups = RunControlGroup.Create(containment);

    /// <summary>The control groups to enter.</summary>
    public IReadOnlyList<string> Directories => _groups.Directories;

    /// <summary>The token to carry.</summary>
    public string Token => _sweep.Token;

    /// <summary>The run's first process is there.</summary>
    public void Started(int firstId) => _firstId = firstId;

    /// <summary>Ends whoever can be found, by every means.</summary>
    /// <returns>Whether to look again.</returns>
    public bool Kill()
    {
        Signals.KillGroup(_firstId);
        _groups.Kill();
        return _sweep.Kill(_firstId);
    }

    /// <summary>Ends what the run left behind: no process outlives its owner.</summary>
    public async Task EndAsync()
    {
        if (_firstId == 0)
        {
            _groups.TryRemove();
            return;
        }

        // As long as a process of the group lives, the kernel gives its number to nobody else.
        Signals.KillGroup(_firstId);
        for (int round = 0; round < Rounds && !_groups.TryRemove(); round++)
        {
            if (!Kill() && _groups.Directories.Count == 0)
            {
                return;
            }

            await Task.Delay(BetweenRounds).ConfigureAwait(false);
        }
    }
}
