// Everything that a daemon refuses, and every way of not reaching one, as one exception. Never thrown for a caller's own mistakes.
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>A daemon refused a request, or could not be asked.</summary>
public sealed class FlooddException : Exception
{
    /// <summary>A refusal, or with code 0 a lost or impossible connection.</summary>
    public FlooddException(int code, string text, Exception? innerException = null)
        : base(code == 0 ? text : $"{code} {text}", innerException)
    {
        Code = code;
        Text = text;
    }

    /// <summary>The reply's code, 400 to 599; 0 if there was no reply because no connection could be made or it was lost.</summary>
    public int Code { get; }

    /// <summary>The reply's text, or what happened to the connection.</summary>
    public string Text { get; }

    /// <summary>Whether no daemon could be asked.</summary>
    public bool IsUnreachable => Code == 0;

    /// <summary>Whether the same request may succeed later. An update whose receipt was lost (code 0) may have been flooded already.</summary>
    public bool IsTransient => Code is 0 or (>= 400 and < 500);

    internal static FlooddException Of(Reply reply) => new(reply.Code, Printable.Text(reply.Text));

    internal static FlooddException Lost(string text, Exception? cause = null) => new(0, text, cause);

    internal static FlooddException Misunderstood(string text) => new(ReplyCode.Unreadable, $"cannot understand '{Printable.Text(text)}'");
}
