// One fault after the other against a group under load: what each cost is a line, and the end is a verdict. Chooses nothing.
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>A campaign.</summary>
/// <param name="group">Whom it hurts.</param>
/// <param name="output">Where the lines go.</param>
internal sealed class FaultCampaign(FaultGroup group, TextWriter output)
{
    /// <summary>How long all may take to be everywhere after a fault; far above what it takes, so that a machine that is busy with others is no failure.</summary>
    private static readonly TimeSpan HealPatience = TimeSpan.FromSeconds(120);

    private static readonly CompositeFormat Columns = CompositeFormat.Parse("{0,-16} {1,7} {2,9} {3,10} {4,6} {5,9} {6,10}  {7}");

    /// <summary>The 6 s after which a silent link is given up would be more; less is the machine's and the export's own, as are three times the pause without a fault.</summary>
    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(5);

    private readonly List<string> _faults = [];
    private bool _hasHead;
    private TimeSpan _calm;

    /// <summary>What was noticed that must not be.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The longest pause of the last fault, of the pairs that it left in peace.</summary>
    public Pause LastPause { get; private set; }

    /// <summary>Does one fault, waits until all is everywhere, and prints its line.</summary>
    public void Strike(Strike strike, Random draw)
    {
        int before = group.Ledger.Count;
        long start = Stopwatch.GetTimestamp();
        Struck struck = strike.Do(group, draw);
        long end = Stopwatch.GetTimestamp();
        IReadOnlyList<Flood> due = group.FloodsSince(0);
        TimeSpan? healed = group.TimeToAll(due, group.All, HealPatience);
        long whole = Stopwatch.GetTimestamp();
        if (healed is null)
        {
            _faults.Add($"{strike.Kind}: not everywhere after {HealPatience.TotalSeconds} s");
        }

        group.WaitUntilPlanned();
        TimeSpan planned = Stopwatch.GetElapsedTime(end);
        Verdict verdict = group.Judge(before, group.All);
        string pause = "-";
        if (struck.LeavesInPeace is { } peace)
        {
            int[] origins = [.. group.FloodsSince(0).Select(flood => flood.Origin)];
            LastPause = Pause.Longest(group.Watch.Exports, number => origins[number], start, whole, peace, group.Count);
            pause = LastPause.ToString();
            if (strike == Strikes.Calm)
            {
                _calm = LastPause.Length;
            }
            else if (LastPause.Length > PauseMost && LastPause.Length > 3 * _calm)
            {
                _faults.Add($"{strike.Kind}: a pause of {LastPause}");
            }
        }

        Head();
        Line(strike.Kind, Seconds(Stopwatch.GetElapsedTime(start, end)), verdict.Receipts, verdict.Deliveries, Seconds(healed), Seconds(planned), verdict.Repeated.Count, $"{pause}; {struck.What}");
    }

    /// <summary>Ends the load, waits, prints the verdict.</summary>
    /// <returns>Whether nothing is wrong.</returns>
    public bool Finish()
    {
        group.EndFloods();
        if (group.TimeToAll(group.FloodsSince(0), group.All, HealPatience) is null)
        {
            _faults.Add($"at the end: not everywhere after {HealPatience.TotalSeconds} s");
        }

        Verdict verdict = Settled();
        if (!verdict.IsClean || verdict.Deliveries == 0)
        {
            _faults.Add(verdict.ToString());
        }

        output.WriteLine(FormattableString.Invariant(
            $"receipts {verdict.Receipts}, deliveries {verdict.Deliveries}, lost {verdict.Lost.Count}, repeated {verdict.Repeated.Count}, wrong {verdict.Wrong.Count}; died with a killed origin {verdict.Died}, exported again after a kill {verdict.RepeatedAfterKill}"));
        foreach (string fault in _faults)
        {
            output.WriteLine($"FAULT {fault}");
        }

        return _faults.Count == 0;
    }

    private static string Seconds(TimeSpan? time) => time is { } known ? known.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) : "never";

    // What has no receipt may still be on its way.
    private Verdict Settled()
    {
        Verdict verdict = group.Judge(0, group.All);
        Eventually.Within(TimeSpan.FromSeconds(40), () => (verdict = group.Judge(0, group.All)).Lost.Count == 0);
        return verdict;
    }

    private void Head()
    {
        if (!_hasHead)
        {
            _hasHead = true;
            Line("fault", "seconds", "receipts", "deliveries", "all s", "planned s", "repeated", "longest pause of those left in peace; what");
        }
    }

    private void Line(params object[] cells)
    {
        output.WriteLine(string.Format(CultureInfo.InvariantCulture, Columns, cells));
        output.Flush();
    }
}
