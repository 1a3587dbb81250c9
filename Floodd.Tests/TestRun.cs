// What is so for a whole run of the tests, and not for campaigns and benchmarks.
using NUnit.Framework;

namespace Floodd.Tests;

[SetUpFixture]
internal sealed class TestRun
{
    /// <summary>Says to a daemon that starts how it is compiled.</summary>
    public const string Compiling = "DOTNET_TieredCompilation";

    /// <summary>
    /// The daemons that tests start live for seconds and are hundreds: the runtime is to compile them quickly rather than well, which takes
    /// a third of the processor's time at each start. What is measured is measured as the daemon is (Floodd.csproj).
    /// </summary>
    [OneTimeSetUp]
    public void CompileQuickly() => Environment.SetEnvironmentVariable(Compiling, "1");
}
