// What programs can name of the library changes only with intent: it is compared with a list that is kept beside this file.
using System.Runtime.CompilerServices;
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed class PublicSurfaceTests
{
    private const string Accept = "FLOODD_ACCEPT_SURFACE";

    [Test]
    public void The_public_surface_is_the_approved_one()
    {
        string path = Path.ChangeExtension(ThisFile(), ".txt");
        string surface = PublicSurface.Of(typeof(FlooddClient).Assembly);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(path, surface);
        }

        string[] approved = File.ReadAllText(path).Split('\n');
        string[] now = surface.Split('\n');
        Assert.That(
            now,
            Is.EqualTo(approved),
            $"new: {string.Join(" | ", now.Except(approved))}; gone: {string.Join(" | ", approved.Except(now))}. If that is meant, run this test with {Accept}=1 and commit {Path.GetFileName(path)}.");
    }

    [Test]
    public void Nothing_outside_of_the_framework_and_the_abstractions_is_referenced() => Assert.That(
        typeof(FlooddClient).Assembly.GetReferencedAssemblies().Select(name => name.Name).Where(name => !name!.StartsWith("System.", StringComparison.Ordinal)),
        Is.All.StartsWith("Microsoft.Extensions.").And.All.EndsWith(".Abstractions"));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
