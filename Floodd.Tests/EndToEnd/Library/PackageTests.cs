// The package of the library as its users get it: built twice from two places, looked into, and used by a program that has nothing else of ours.
using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Floodd.Tests.Tidy;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Library;

[NonParallelizable]
internal sealed partial class PackageTests
{
    private TestFolder folder = null!;

    [OneTimeSetUp]
    public void Pack()
    {
        folder = new TestFolder();
        foreach (string place in (string[])["here", "elsewhere/and/deeper"])
        {
            foreach (SourceFile file in Sources.All.Where(file => file.Folder.Length == 0 || file.Path.StartsWith("Floodd.Client/", StringComparison.Ordinal)))
            {
                folder.Write($"{place}/{file.Path}", file.Text);
            }

            Dotnet(folder.File(place), "pack", "Floodd.Client", "-o", folder.File(place, "packages"));
        }
    }

    [OneTimeTearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void The_same_source_gives_the_same_package_wherever_it_lies()
    {
        string[] names = [.. Directory.GetFiles(Packages("here")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.That(names.Select(name => Path.GetExtension(name)), Is.EqualTo(new[] { ".nupkg", ".snupkg" }));
        foreach (string name in names)
        {
            Assert.That(
                File.ReadAllBytes(Path.Combine(Packages("here"), name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Packages("elsewhere/and/deeper"), name))),
                Is.True,
                name);
        }
    }

    [Test]
    public void It_has_a_readme_documentation_symbols_and_one_dependency()
    {
        using ZipArchive package = ZipFile.OpenRead(Directory.GetFiles(Packages("here"), "*.nupkg").Single());
        Assert.That(package.Entries.Select(entry => entry.FullName), Is.SupersetOf(new[]
        {
            "README.md", "lib/net10.0/Floodd.Client.dll", "lib/net10.0/Floodd.Client.xml",
        }));
        using Stream text = package.GetEntry("Floodd.Client.nuspec")!.Open();
        XDocument nuspec = XDocument.Load(text);
        Assert.That(
            nuspec.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value),
            Is.EqualTo(new[] { "Microsoft.Extensions.Logging.Abstractions" }));
        Assert.That(nuspec.Descendants().Single(element => element.Name.LocalName == "readme").Value, Is.EqualTo("README.md"));
        using ZipArchive symbols = ZipFile.OpenRead(Directory.GetFiles(Packages("here"), "*.snupkg").Single());
        Assert.That(symbols.Entries.Select(entry => entry.FullName), Has.Member("lib/net10.0/Floodd.Client.pdb"));
    }

    [Test]
    public void A_program_with_the_package_alone_floods_and_subscribes_in_ten_lines()
    {
        string program = ProgramInReadme(File.ReadAllText(Path.Combine(Sources.Root, "Floodd.Client", "README.md")));
        Assert.That(program.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.LessThanOrEqualTo(10));
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 2, Connectivity = 1, Groups = ["trio"] });
        program = program.Replace("127.0.0.1:2100", $"127.0.0.1:{group[0].ClientPort}", StringComparison.Ordinal);
        folder.Write("program/Program.cs", program);
        folder.Write("program/program.csproj", Project);
        folder.Write("program/nuget.config", $"""<configuration><packageSources><add key="here" value="{Packages("here")}" /></packageSources></configuration>""");
        Dotnet(folder.File("program"), "build", "-warnaserror");

        ProcessStartInfo start = Executable.StartOther(folder.File("program", "bin", "Debug", "net10.0", "program"), folder.Path);
        using Process process = Process.Start(start)!;
        try
        {
            Task<string?> line = process.StandardOutput.ReadLineAsync();
            Eventually.Holds(() => line.IsCompleted, "the program to print the update that it flooded", () => group.Logs());
            Assert.That(line.Result, Does.Match("^s1/[0-9a-f]+/1: Hello, world$"));
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    /// <summary>The first program in a document.</summary>
    private static string ProgramInReadme(string text) => Program().Match(text) is { Success: true } match
        ? match.Groups["code"].Value
        : throw new AssertionException("the README of the library shows no program");

    private string Packages(string place) => folder.File(place, "packages");

    // What the library needs comes from the packages that the tests themselves were built with; nothing is asked for over the network.
    private static string Project => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <RestorePackagesPath>packages</RestorePackagesPath>
            <RestoreFallbackFolders>{GlobalPackages}</RestoreFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Floodd.Client" Version="*" />
          </ItemGroup>
        </Project>
        """;

    private static string GlobalPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static void Dotnet(string directory, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = Executable.StartOther(Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet", directory, [.. arguments, "-m:1", "--nologo", "--tl:off"]);

        // No build server that would outlive the test, and nothing that the run of the tests told its own build.
        foreach ((string name, string value) in Quiet)
        {
            start.Environment[name] = value;
        }

        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        Ending ending = Executable.Run(start, patience: TimeSpan.FromMinutes(5));
        Assert.That(ending.ExitCode, Is.Zero, ending.Output + ending.Errors);
    }

    private static readonly (string Name, string Value)[] Quiet =
    [
        ("MSBUILDDISABLENODEREUSE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"), ("UseSharedCompilation", "false"), ("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
    ];

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}
