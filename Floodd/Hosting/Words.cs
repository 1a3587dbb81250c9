// What the system says went wrong, in words for a log. Never a stack trace, never the system's language.
using System.Net.Sockets;

namespace Floodd.Hosting;

/// <summary>Short reasons for people.</summary>
internal static class Words
{
    /// <summary>A socket's error.</summary>
    public static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionReset => "reset by the other end",
        SocketError.Shutdown or SocketError.ConnectionAborted => "closed by the other end",
        SocketError.TimedOut => "no answer in time",
        SocketError.ConnectionRefused => "refused",
        SocketError.HostUnreachable or SocketError.HostDown => "host unreachable",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network unreachable",
        SocketError.AddressAlreadyInUse => "address in use",
        SocketError.AddressNotAvailable => "no such address on this machine",
        SocketError.AccessDenied => "not permitted",
        SocketError.TooManyOpenSockets => "out of descriptors",
        SocketError.HostNotFound or SocketError.NoData => "no such host",
        SocketError.TryAgain => "the name service does not answer",
        _ => error.ToString(),
    };
}
