// What a checker throws when the world did what it must not; carries no more than the sentence.
namespace Floodd.Tests.Simulation;

/// <summary>Something that must hold did not.</summary>
internal sealed class ViolationException : Exception
{
    public ViolationException(string sentence)
        : base(sentence)
    {
    }

    public ViolationException(string sentence, Exception cause)
        : base(sentence, cause)
    {
    }
}
