// An edge of a plan: two sites by their numbers. Owns their order; knows no names.
namespace Floodd.Planning;

/// <summary>An undirected edge between two sites.</summary>
/// <param name="A">The smaller number.</param>
/// <param name="B">The larger number.</param>
public readonly record struct PlanEdge(int A, int B) : IComparable<PlanEdge>
{
    /// <summary>The edge between two sites, whichever is named first.</summary>
    /// <exception cref="ArgumentException">Both are the same.</exception>
    public static PlanEdge Between(int a, int b) =>
        a == b ? throw new ArgumentException($"site {a} cannot be linked to itself") : new(Math.Min(a, b), Math.Max(a, b));

    /// <summary>By the smaller number, then by the larger.</summary>
    public int CompareTo(PlanEdge other) => A != other.A ? A.CompareTo(other.A) : B.CompareTo(other.B);

    /// <inheritdoc/>
    public override string ToString() => $"{A}-{B}";
}
