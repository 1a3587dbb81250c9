// What the tests' assembly does when it is run as a program: campaigns that are too long for tests. `dotnet test` never comes here.
using System.Runtime.InteropServices;
using Floodd.Tests.Benchmarks;
using Floodd.Tests.Benchmarks.Load;
using Floodd.Tests.Campaign;
using Floodd.Tests.EndToEnd.Faults;
using Floodd.Tests.EndToEnd.Memory;
using Floodd.Tests.Fuzzing;
using Floodd.Tests.Mutants;

// Whatever was begun is ended when a campaign is interrupted; the runtime by itself would end it at once.
PosixSignalRegistration[] interrupts =
    [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, _ => Environment.Exit(130)))];

int code = args switch
{
    ["campaign", .. var rest] => CampaignCommand.Campaign(rest),
    ["replay", .. var rest] => CampaignCommand.Replay(rest),
    ["mutants", .. var rest] => MutantsCommand.Run(rest),
    [MutantSearch.Word, .. var rest] => MutantSearch.Run(rest),
    ["fuzz", .. var rest] => FuzzCommand.Run(rest),
    ["speed", .. var rest] => SpeedCommand.Run(rest),
    ["faults", .. var rest] => FaultsCommand.Run(rest),
    ["survive", .. var rest] => SurviveCommand.Run(rest),
    ["core", .. var rest] => CoreCommand.Run(rest),
    ["size", .. var rest] => SizeCommand.Run(rest),
    ["load", .. var rest] => LoadCommand.Run(rest),
    ["memory", .. var rest] => MemoryCommand.Run(rest),
    _ => Usage(),
};
GC.KeepAlive(interrupts);
return code;

static int Usage()
{
    Console.Error.WriteLine("tests are run by 'dotnet test'; campaigns here: campaign, replay, mutants, fuzz, speed, faults, survive, core, size, load, memory");
    return 64;
}
