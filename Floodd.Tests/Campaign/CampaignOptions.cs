// What the campaign's command line asks for. Knows the words, runs nothing.
using System.Globalization;

namespace Floodd.Tests.Campaign;

/// <summary>The options of <c>campaign</c> and <c>replay</c>.</summary>
internal sealed record CampaignOptions
{
    public const string Usage = """
        usage: dotnet run -c Release --project Floodd.Tests -- campaign [--runs N] [--first SEED] [--minutes M] [--threads T]
                                                                        [--sites N] [--only FAULT,...] [--double PERCENT] [--verbose] [--json FILE]
               dotnet run -c Release --project Floodd.Tests -- replay SEED [--sites N] [--only FAULT,...] [--shrink]
        """;

    public long Runs { get; init; } = 10_000;

    public ulong First { get; init; } = 1;

    /// <summary>When to stop at the latest; null for never.</summary>
    public TimeSpan? Limit { get; init; }

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>How many sites each world has; 0 draws it.</summary>
    public int Sites { get; init; }

    /// <summary>The kinds of fault to draw from; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The part of runs that is run twice.</summary>
    public double Double { get; init; } = 0.01;

    public bool Verbose { get; init; }

    public bool Shrink { get; init; }

    public string? Json { get; init; }

    /// <summary>The words that replay a seed, with what changes its script.</summary>
    public string Replay(ulong seed) => string.Create(CultureInfo.InvariantCulture,
        $"dotnet run -c Release --project Floodd.Tests -- replay {seed}{(Sites > 0 ? $" --sites {Sites}" : "")}{(Only.Count > 0 ? $" --only {string.Join(',', Only)}" : "")}");

    /// <summary>Draws a seed's script.</summary>
    public Script ScriptOf(ulong seed) => ScriptDraw.Of(seed, Only, Sites);

    /// <summary>Reads words behind the command; null, with a sentence, if they make no sense.</summary>
    public static CampaignOptions? Read(IReadOnlyList<string> words, out string wrong)
    {
        wrong = "";
        var options = new CampaignOptions();
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            string value = i + 1 < words.Count ? words[i + 1] : "";
            double number = 0;
            if (word is "--runs" or "--first" or "--minutes" or "--threads" or "--sites" or "--double"
                && (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number) || number < 0))
            {
                wrong = $"{word} takes a number, not '{value}'";
                return null;
            }

            i += word is "--verbose" or "--shrink" ? 0 : 1;
            switch (word)
            {
                case "--runs": options = options with { Runs = (long)number }; break;
                case "--first": options = options with { First = ulong.Parse(value, CultureInfo.InvariantCulture) }; break;
                case "--minutes": options = options with { Limit = TimeSpan.FromMinutes(number), Runs = long.MaxValue }; break;
                case "--threads": options = options with { Threads = Math.Max(1, (int)number) }; break;
                case "--sites": options = options with { Sites = number is >= 3 and <= 200 ? (int)number : 3 }; break;
                case "--double": options = options with { Double = number / 100 }; break;
                case "--verbose": options = options with { Verbose = true }; break;
                case "--shrink": options = options with { Shrink = true }; break;
                case "--json": options = options with { Json = value }; break;
                case "--only":
                    options = options with { Only = value.Split(',') };
                    if (options.Only.FirstOrDefault(o => !ActKinds.ByName.ContainsKey(o)) is { } unknown)
                    {
                        wrong = $"there is no fault '{unknown}'; there are {string.Join(' ', ActKinds.Faults.Select(f => f.Name))}";
                        return null;
                    }

                    break;
                default:
                    wrong = $"'{word}' is no option";
                    return null;
            }
        }

        return options;
    }
}
