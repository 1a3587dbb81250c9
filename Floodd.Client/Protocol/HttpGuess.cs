// Tells an HTTP request on the client port from a mistyped command: a web page must not be able to make a browser flood. Decides nothing else.
using System.Text;

namespace Floodd.Client.Protocol;

/// <summary>The defense against cross-protocol requests (Redis does the same).</summary>
internal static class HttpGuess
{
    /// <summary>Whether a line that is no command is a request line of HTTP, or its <c>Host:</c> line.</summary>
    /// <param name="word">The line's first word.</param>
    /// <param name="rest">What stands behind it.</param>
    public static bool IsHttp(ReadOnlySpan<byte> word, ReadOnlySpan<byte> rest) =>
        IsMethod(word)
        || rest.IndexOf(" HTTP/"u8) >= 0
        || (word.Length >= 5 && Ascii.EqualsIgnoreCase(word[..5], "host:"u8));

    private static bool IsMethod(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("GET"u8) || word.SequenceEqual("POST"u8) || word.SequenceEqual("PUT"u8)
        || word.SequenceEqual("HEAD"u8) || word.SequenceEqual("DELETE"u8) || word.SequenceEqual("OPTIONS"u8)
        || word.SequenceEqual("PATCH"u8) || word.SequenceEqual("CONNECT"u8) || word.SequenceEqual("TRACE"u8)
        || word.SequenceEqual("PRI"u8);
}
