// The first minute with floodd, `floodd demo`: a whole group of sites in this process, without a configuration. Only the command line is read here.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Floodd.Commands.Demo;

namespace Floodd.Commands;

internal static class DemoCommand
{
    internal static Command Create()
    {
        var sites = new Option<int>("--sites")
        {
            Description = $"How many sites, {DemoSites.CountMin} to {DemoSites.CountMax}.",
            HelpName = "N",
            DefaultValueFactory = _ => 5,
        };
        sites.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                    || count is < DemoSites.CountMin or > DemoSites.CountMax)
                {
                    result.AddError($"--sites is '{token.Value}'; expected {DemoSites.CountMin} to {DemoSites.CountMax}");
                }
            }
        });
        var once = new Option<bool>("--once") { Description = "End when every site has exported everything; 1 if that does not come true within half a minute." };
        var debug = new Option<bool>("--debug", "-d") { Description = $"Write the daemons' logs to ./{DemoLog.FileName}." };
        var demo = new Command("demo", "Runs sites on free ports of this machine, floods, and shows what each exported.") { sites, once, debug };
        demo.SetAction(async (result, cancellation) =>
        {
            TextWriter output = result.InvocationConfiguration.Output;
            await using TextWriter? noticing = output == Console.Out && Console.IsOutputRedirected ? new StreamWriter(StandardOutput.Open()) { AutoFlush = true } : null;
            return await DemoRun.RunAsync(
                new DemoPlan(result.GetValue(sites), result.GetValue(once), result.GetValue(debug)),
                noticing ?? output,
                result.InvocationConfiguration.Error,
                cancellation).ConfigureAwait(false);
        });
        return demo;
    }
}
