// What the tests' assembly does when it is run as a program: campaigns that are too long for tests. `dotnet test` never comes here.
using Floodd.Tests.EndToEnd.Faults;

return args switch
{
    ["faults", .. var rest] => FaultsCommand.Run(rest),
    ["survive", .. var rest] => SurviveCommand.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(FaultsCommand.Form);
    Console.Error.WriteLine(SurviveCommand.Form);
    return 64;
}
