// The entry point: hands the command line to Commands and returns its exit code.
using Floodd.Commands;

namespace Floodd;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => RootCommands.RunAsync(arguments, Console.Out, Console.Error);
}
