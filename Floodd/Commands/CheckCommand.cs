// The command `floodd check`: reads the configuration and prints what it means or what is wrong with it. Starts nothing, opens no port.
using System.CommandLine;
using Floodd.Config;

namespace Floodd.Commands;

internal static class CheckCommand
{
    internal static Command Create()
    {
        var reference = new Option<bool>("--reference") { Description = "Print every parameter with its default instead, as config/reference.conf has it." };
        var check = new Command("check", "Read the configuration; print what it means, or every error.") { ConfigurationOptions.Site, ConfigurationOptions.Config, reference };
        check.SetAction(result => result.GetValue(reference) ? PrintReference(result) : Check(result));
        return check;
    }

    private static int PrintReference(ParseResult result)
    {
        result.InvocationConfiguration.Output.Write(ReferenceText.Write());
        return 0;
    }

    private static int Check(ParseResult result)
    {
        LoadedConfiguration loaded = ConfigurationOptions.Load(result);
        if (loaded.Configuration is not { } configuration)
        {
            foreach (string error in loaded.Errors)
            {
                result.InvocationConfiguration.Error.WriteLine(error);
            }

            return ConfigurationOptions.ExitCode;
        }

        result.InvocationConfiguration.Output.Write($"; Read from {string.Join(", ", loaded.Files)}\n{ConfigurationExplanation.Write(configuration)}");
        return 0;
    }
}
