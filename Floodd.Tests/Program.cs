// What the test project does when it is run as a program: long searches that `dotnet test` has no time for. Each word is one of them.
using Floodd.Tests.Mutants;

string[] rest = args.Length > 0 ? args[1..] : [];
switch (args.FirstOrDefault())
{
    case "mutants":
        return MutantsCommand.Run(rest);
    case MutantSearch.Word:
        return MutantSearch.Run(rest);
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project Floodd.Tests -- mutants [--only NAME,...] [--seeds-factor F] [--threads T] [--starts S]");
        return 64;
}
