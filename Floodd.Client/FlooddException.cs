// Everything that a daemon refuses, and every way of not reaching one, as one exception. Never thrown for a caller's own mistakes.
using Floodd.Client.Connections;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>A daemon refused a request, or could not be asked.</summary>
public sealed class FlooddException : Exception
{
    /// <summary>A refusal, or with code 0 a lost or impossible connection.</summary>
    /// <param name="code">400 to 599, or 0; see <see cref="FlooddReplyCode"/>.</param>
    /// <param name="text">What the daemon says, or what happened to the connection.</param>
    /// <param name="innerException">The cause; null if there is none.</param>
    public FlooddException(int code, string text, Exception? innerException = null)
        : base(code == FlooddReplyCode.Unreachable ? text : $"{code} {text}", innerException)
    {
        Code = code;
        Text = text;
    }

    /// <summary>The reply's code, 400 to 599, see <see cref="FlooddReplyCode"/>; 0 if there was no reply because no connection could be made or it was lost.</summary>
    public int Code { get; }

    /// <summary>The reply's text, or what happened to the connection.</summary>
    public string Text { get; }

    /// <summary>Whether no daemon could be asked, or none answered.</summary>
    public bool IsUnreachable => Code == FlooddReplyCode.Unreachable;

    /// <summary>Whether the same request may succeed later. Mind <see cref="MayHaveBeenDone"/>.</summary>
    public bool IsTransient => Code is FlooddReplyCode.Unreachable or (>= 400 and < 500);

    /// <summary>
    /// Whether the request may have been carried out all the same: a daemon had it whole and its reply never came. To flood the update again without
    /// a second copy, use <see cref="FloodKey"/>.
    /// </summary>
    public bool MayHaveBeenDone { get; init; }

    /// <summary>The key that the update was flooded under, for <see cref="FloodOptions.Key"/>; null if it had none, or no update was to be flooded.</summary>
    public string? FloodKey { get; init; }

    internal static FlooddException Of(Reply reply) => new(reply.Code, Printable.Text(reply.Text));

    internal static FlooddException Lost(string text, Exception? cause = null) => new(FlooddReplyCode.Unreachable, text, cause);

    internal static FlooddException Misunderstood(string text) => new(FlooddReplyCode.Unreadable, $"cannot understand '{Printable.Text(text)}'");

    /// <summary>The same for one caller: nobody shares an exception, as each is thrown with a stack of its own.</summary>
    internal FlooddException For(bool mayHaveBeenDone, string? key) =>
        new(Code, mayHaveBeenDone ? $"{Text}; whether the request was carried out is not known" : Text, StackTrace is null ? InnerException : this)
        {
            MayHaveBeenDone = mayHaveBeenDone,
            FloodKey = key,
        };
}
