// What must hold always is checked always: a broken invariant stops the daemon rather than let it do wrong.
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Floodd.Model;

/// <summary>A statement about the program itself turned out false: a defect, not bad input.</summary>
/// <param name="statement">What should have held.</param>
public sealed class InvariantException(string statement) : Exception($"broken invariant: {statement}");

/// <summary>Checks that stay on in release builds.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantException"/> unless <paramref name="holds"/>.</summary>
    public static void Check([DoesNotReturnIf(false)] bool holds, [CallerArgumentExpression(nameof(holds))] string statement = "")
    {
        if (!holds)
        {
            Fail(statement);
        }
    }

    [DoesNotReturn]
    private static void Fail(string statement) => throw new InvariantException(statement);
}
