// The demo from its first line to its exit code: start, flood, compare, stay up. Leaves nothing behind, however it ends.
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Floodd.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Floodd.Commands.Demo;

/// <summary>What the command line asks for.</summary>
/// <param name="SiteCount">How many sites.</param>
/// <param name="Once">Whether to end by itself.</param>
/// <param name="Debug">Whether to write a log.</param>
internal sealed record DemoPlan(int SiteCount, bool Once, bool Debug);

/// <summary>One run of the demo.</summary>
/// <param name="plan">What is asked for.</param>
/// <param name="sites">The sites, started.</param>
/// <param name="screen">Told the story.</param>
internal sealed class DemoRun(DemoPlan plan, DemoSites sites, DemoScreen screen)
{
    // With the 5 s that ending may take, half a minute.
    private static readonly TimeSpan OnceTime = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    // Nothing is waited for any more but what a person does.
    private static readonly TimeSpan IdleStep = TimeSpan.FromMilliseconds(250);

    // So that on a terminal the counts grow for some three seconds.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs the whole demo.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(DemoPlan plan, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        // The library of the command line looks for signals only once it has been given a task, and for two of these: there is something to lose before.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using PosixSignalRegistration interrupt = EndOn(PosixSignal.SIGINT, ending);
        using PosixSignalRegistration terminate = EndOn(PosixSignal.SIGTERM, ending);
        using PosixSignalRegistration hangUp = EndOn(PosixSignal.SIGHUP, ending);
        using PosixSignalRegistration quit = EndOn(PosixSignal.SIGQUIT, ending);
        await Task.Yield();
        try
        {
            using DemoLog? log = plan.Debug ? DemoLog.Open() : null;
            using var folder = new DemoFolder();
            await using DemoSites sites = await DemoSites.StartAsync(
                plan.SiteCount, folder.Path, site => log?.For(site) ?? NullLogger.Instance).ConfigureAwait(false);
            var screen = new DemoScreen(output);
            DemoStory.Begin(screen, plan, folder, log);
            return await new DemoRun(plan, sites, screen).GoAsync(error, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return await ClientCommand.FailAsync(error, "interrupted", ExitCode.TryAgain).ConfigureAwait(false);
        }
        catch (IOException e) when (StandardOutput.HasNoReader(e))
        {
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await ClientCommand.FailAsync(error, e.Message, ExitCode.CannotCreate).ConfigureAwait(false);
        }
    }

    private static PosixSignalRegistration EndOn(PosixSignal which, CancellationTokenSource ending) => PosixSignalRegistration.Create(which, signal =>
    {
        signal.Cancel = true;
        ending.Cancel();
    });

    private async Task<int> GoAsync(TextWriter error, CancellationToken end)
    {
        ImmutableArray<string> wrong = await FloodAndCompareAsync(end).ConfigureAwait(false);
        foreach (string line in wrong)
        {
            await error.WriteLineAsync($"floodd: {line}").ConfigureAwait(false);
        }

        if (!plan.Once)
        {
            DemoStory.Invite(screen, sites);
            await StayAsync(end).ConfigureAwait(false);
        }

        return wrong.IsEmpty ? ExitCode.Done : ExitCode.Failed;
    }

    // With --once for a limited time: then what is missing is told.
    private async Task<ImmutableArray<string>> FloodAndCompareAsync(CancellationToken end)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(end);
        if (plan.Once)
        {
            limit.CancelAfter(OnceTime);
        }

        string doing = "link with each other";
        ImmutableArray<ExportedUpdate> flooded = [];
        try
        {
            await screen.WhileAsync(sites, () => LookAsync(() => sites.All.All(s => s.MembersUp == sites.All.Length), Step, limit.Token)).ConfigureAwait(false);
            doing = "take all updates";
            long began = Stopwatch.GetTimestamp();
            Task<ImmutableArray<ExportedUpdate>> flooding = DemoFlood.FloodAsync(sites, screen.IsLive && !plan.Once ? Pause : TimeSpan.Zero, limit.Token);
            await screen.WhileAsync(sites, () => LookAsync(() => flooding.IsCompleted, Step, limit.Token)).ConfigureAwait(false);
            flooded = await flooding.ConfigureAwait(false);
            await screen.WhileAsync(sites, () => LookAsync(() => Wrong(flooded).IsEmpty, Step, limit.Token)).ConfigureAwait(false);
            DemoStory.Done(screen, plan, sites, flooded, Stopwatch.GetElapsedTime(began));
            return [];
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            screen.Show(sites);
            return flooded.IsEmpty ? [string.Create(CultureInfo.InvariantCulture, $"after {OnceTime.TotalSeconds} s the sites did not {doing}")] : Wrong(flooded);
        }
        catch (FlooddException e)
        {
            screen.Show(sites);
            return [$"the sites did not {doing}: {e.Message}"];
        }
    }

    // What is there for good cannot come right any more, but the time limit says so as well.
    private ImmutableArray<string> Wrong(ImmutableArray<ExportedUpdate> flooded) =>
        [.. sites.All.SelectMany(site => Wrong(site, flooded))];

    private ImmutableArray<string> Wrong(DemoSite site, ImmutableArray<ExportedUpdate> flooded) =>
        site.Exports.Fault is { } fault ? [$"{site.Name}: {fault}"] : DemoVerdict.Of(site.Name, flooded, site.Exports.Updates, plan.Once);

    private async Task StayAsync(CancellationToken end)
    {
        int told = sites.All.Max(s => s.Exports.Updates.Count);
        try
        {
            await screen.WhileAsync(sites, async () =>
            {
                await LookAsync(() => false, IdleStep, end).ConfigureAwait(false);
                foreach (string news in sites.All.Select(s => s.Revive()).OfType<string>())
                {
                    screen.Say(news);
                }

                int count = sites.All.Min(s => s.Exports.Updates.Count);
                if (!screen.IsLive && count > told && sites.All.All(s => s.Exports.Digest == sites.All[0].Exports.Digest))
                {
                    told = count;
                    screen.Say($"Every site has exported {DemoScreen.Number(count)} updates; the last: {DemoScreen.Last(sites)}");
                }

                return true;
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            screen.Say("Ending all sites.");
        }
    }

    // Whether to go on.
    private async Task<bool> LookAsync(Func<bool> done, TimeSpan step, CancellationToken cancellation)
    {
        await Task.WhenAll(sites.All.Select(site => site.LookAsync(Step, cancellation))).ConfigureAwait(false);
        if (done())
        {
            return false;
        }

        await Task.Delay(step, cancellation).ConfigureAwait(false);
        return true;
    }
}
