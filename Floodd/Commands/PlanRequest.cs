// What the command line of `floodd plan` asks for. Reads no file.
namespace Floodd.Commands;

/// <summary>The arguments and options.</summary>
/// <param name="File">The measurements; - for standard input.</param>
/// <param name="Sites">The file of sites, if there is one.</param>
/// <param name="Previous">The links in force, if there are any.</param>
/// <param name="Connectivity">k.</param>
/// <param name="MaxDegree">D.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Effort">How many times the default.</param>
/// <param name="Dot">Whether to write a Graphviz graph.</param>
internal sealed record PlanRequest(string File, string? Sites, string? Previous, int Connectivity, int MaxDegree, ulong Seed, double Effort, bool Dot)
{
    // Work is counted in whole numbers: beyond this it would only be days.
    private const double MostEffort = 10_000;

    /// <summary>Looks at the numbers.</summary>
    /// <exception cref="FormatException">One cannot be.</exception>
    public void Check()
    {
        if (Connectivity < 1)
        {
            throw new FormatException($"-k is {Connectivity}; expected 1 or more");
        }

        if (Connectivity > MaxDegree)
        {
            throw new FormatException($"-k is {Connectivity} and --max-degree {MaxDegree}: a site with fewer links than k is parted by losing its neighbors");
        }

        if (!(Effort > 0 && Effort <= MostEffort))
        {
            throw new FormatException(FormattableString.Invariant($"--effort is {Effort}; expected a number above 0, at most {MostEffort}"));
        }

        if (new[] { File, Sites, Previous }.Count(f => f == "-") > 1)
        {
            throw new FormatException("only one file can be standard input");
        }
    }
}
