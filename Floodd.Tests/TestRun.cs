// What is so for a whole run of the tests, and not for campaigns and benchmarks.
using NUnit.Framework;

namespace Floodd.Tests;

[SetUpFixture]
internal sealed class TestRun
{
    /// <summary>
    /// The daemons that tests start live for seconds and are hundreds: the runtime is to compile them quickly rather than well, which takes
    /// a third of the processor's time at each start. What is measured is measured as the daemon is (Floodd.csproj).
    /// </summary>
    [OneTimeSetUp]
    public void CompileQuickly() => Environment.SetEnvironmentVariable("DOTNET_TieredCompilation", "1");
}
