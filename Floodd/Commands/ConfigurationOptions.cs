// The SITE argument and the --config option, and loading what they name. Shared by every command that reads a configuration; prints nothing.
using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Floodd.Config;
using Floodd.Model;

namespace Floodd.Commands;

/// <summary>What a command line's configuration came to.</summary>
/// <param name="Configuration">The configuration; null if there are errors.</param>
/// <param name="Files">The files that it was read from.</param>
/// <param name="Errors">A line for each error; empty if there is a configuration.</param>
internal sealed record LoadedConfiguration(Configuration? Configuration, ImmutableArray<string> Files, ImmutableArray<string> Errors);

internal static class ConfigurationOptions
{
    /// <summary>The exit code when there is no good configuration (EX_CONFIG of sysexits).</summary>
    internal const int ExitCode = 78;

    /// <summary>The site to be.</summary>
    internal static readonly Argument<string?> Site = MakeSite();

    /// <summary>The files to read, in order.</summary>
    internal static readonly Option<string[]> Config = new("--config", "-c")
    {
        Description = $"A configuration file; several are read as one text, in order. Else ${ConfigFiles.Variable}, ./floodd-SITE, ./floodd-config or {ConfigFiles.SystemFile}.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Finds, reads and checks the configuration that the command line asks for.</summary>
    /// <param name="parseResult">The command line.</param>
    internal static LoadedConfiguration Load(ParseResult parseResult)
    {
        string? site = parseResult.GetValue(Site);
        ConfigFiles.Found found = ConfigFiles.Find(
            parseResult.GetValue(Config) ?? [], site, Environment.GetEnvironmentVariable(ConfigFiles.Variable), File.Exists);
        if (found.Paths.IsEmpty)
        {
            return new(null, [], [found.Missing]);
        }

        ConfigurationResult result = ConfigurationReader.Read(ConfigFiles.Load(found.Paths), site == null ? null : new SiteName(site), MachineNames.OfThisMachine());
        return new(result.Configuration, found.Paths, [.. result.Errors.Select(e => e.ToString())]);
    }

    private static Argument<string?> MakeSite()
    {
        var site = new Argument<string?>("SITE")
        {
            Description = "The site to be; else the one that (:local (:site-name ...)) names, else the one on this machine.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        site.Validators.Add(CheckName);
        return site;
    }

    private static void CheckName(ArgumentResult result)
    {
        foreach (Token token in result.Tokens.Where(t => !NameRule.IsName(t.Value)))
        {
            result.AddError($"SITE is '{token.Value}'; expected {NameRule.Expectation}");
        }
    }
}
