// A copy of the product with every mutant compiled in behind a switch, and of the test program that runs against it. Lives in a folder of its own.
using System.Diagnostics;
using System.Text;
using Floodd.Tests.Tidy;

namespace Floodd.Tests.Mutants;

/// <summary>The mutated product; gone on dispose.</summary>
internal sealed class MutatedCopy : IDisposable
{
    /// <summary>The environment variable that names the mutant which is switched on; none without it.</summary>
    public const string Variable = "FLOODD_PLANTED";

    private static readonly string[] Shared = ["Directory.Build.props", "Directory.Packages.props", "global.json"];
    private static readonly string[] Projects = ["Floodd", "Floodd.Client"];

    private readonly string _folder = Directory.CreateTempSubdirectory("floodd-mutants-").FullName;

    // Also when the command is interrupted.
    private MutatedCopy() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();

    /// <summary>The test program beside the mutated product.</summary>
    public string Program => Path.Combine(_folder, "run", "Floodd.Tests.dll");

    /// <summary>The expression that is true while a mutant is switched on.</summary>
    public static string FlagOf(Mutant mutant) => $"global::Floodd.Planted.{mutant.Identifier}";

    /// <summary>Copies, plants and builds.</summary>
    /// <exception cref="InvalidOperationException">It does not build; says why.</exception>
    public static MutatedCopy Build(IReadOnlyList<Mutant> mutants)
    {
        var copy = new MutatedCopy();
        try
        {
            copy.WriteSource(mutants);
            copy.Compile();
            copy.PutBesideTests();
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private void WriteSource(IReadOnlyList<Mutant> mutants)
    {
        Array.ForEach(Shared, name => File.Copy(Path.Combine(Sources.Root, name), Path.Combine(_folder, name)));
        foreach (SourceFile file in Sources.All.Where(file => Array.Exists(Projects, project => file.Path.StartsWith(project + "/", StringComparison.Ordinal))))
        {
            string path = Path.Combine(_folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Bank.Plant(mutants, file.Path, file.Text));
        }

        // In the library, which the daemon names too. Read once, so that the compiler at run time takes the branches out that are off.
        var switches = new StringBuilder("namespace Floodd;\n\npublic static class Planted\n{\n");
        switches.Append("    private static readonly string Name = System.Environment.GetEnvironmentVariable(\"").Append(Variable).Append("\") ?? \"\";\n");
        foreach (Mutant mutant in mutants)
        {
            switches.Append("    public static readonly bool ").Append(mutant.Identifier).Append(" = Name == \"").Append(mutant.Name).Append("\";\n");
        }

        File.WriteAllText(Path.Combine(_folder, "Floodd.Client", "Planted.cs"), switches.Append("}\n").ToString());
    }

    private void Compile()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["build", Path.Combine(_folder, "Floodd", "Floodd.csproj"), "-c", "Release", "-v", "q", "--nologo", "-clp:ErrorsOnly", "-m:1", "-nodeReuse:false",
             "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:UseSharedCompilation=false"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
        };
        using Process build = Process.Start(start)!;
        string said = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode != 0)
        {
            throw new InvalidOperationException($"the mutated copy does not build:\n{said}");
        }
    }

    private void PutBesideTests()
    {
        string run = Directory.CreateDirectory(Path.Combine(_folder, "run")).FullName;
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(run, Path.GetFileName(file)));
        }

        foreach (string project in Projects)
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(_folder, project, "bin", "Release", "net10.0"), "*.dll").Where(f => Projects.Contains(Path.GetFileNameWithoutExtension(f), StringComparer.OrdinalIgnoreCase)))
            {
                File.Copy(file, Path.Combine(run, Path.GetFileName(file)), overwrite: true);
            }
        }
    }
}
