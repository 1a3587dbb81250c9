// The campaigns that are longer than a test run, by their first word. `dotnet test` does not come by here.
using Floodd.Tests.Fuzzing;

namespace Floodd.Tests;

internal static class Program
{
    private const int Usage = 64;

    public static int Main(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "fuzz":
                return FuzzCommand.Run(args[1..]);
            default:
                Console.Error.WriteLine("expected: fuzz [--target T] [--inputs N] [--minutes M] [--seed S] [--from INDEX] [--input HEX]");
                return Usage;
        }
    }
}
