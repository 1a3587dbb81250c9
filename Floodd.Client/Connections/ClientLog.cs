// What the connection side of the library logs, with event ids that never change. Never logs a byte of an update.
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>Log lines.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1, LogLevel.Information, "connected to site {Site} at {Endpoint}, floodd {Version}")]
    public static partial void Connected(ILogger log, FlooddEndpoint endpoint, string site, string version);

    [LoggerMessage(2, LogLevel.Warning, "connection to {Endpoint} lost: {Reason}")]
    public static partial void Lost(ILogger log, FlooddEndpoint endpoint, string reason);

    [LoggerMessage(3, LogLevel.Information, "cannot connect to {Endpoint}: {Reason}")]
    public static partial void AttemptFailed(ILogger log, FlooddEndpoint endpoint, string reason);

    [LoggerMessage(4, LogLevel.Warning, "no daemon can be reached; next attempt in {Wait}")]
    public static partial void NobodyThere(ILogger log, TimeSpan wait);

    [LoggerMessage(5, LogLevel.Error, "given up for good: {Reason}")]
    public static partial void Failed(ILogger log, string reason);

    [LoggerMessage(6, LogLevel.Debug, "the client was closed")]
    public static partial void Closed(ILogger log);

    [LoggerMessage(7, LogLevel.Debug, "{Endpoint} has said nothing for {Silence}; asking whether it still greets")]
    public static partial void Silent(ILogger log, FlooddEndpoint endpoint, TimeSpan silence);

    [LoggerMessage(8, LogLevel.Error, "what was told of a connection's change threw")]
    public static partial void ListenerThrew(ILogger log, Exception reason);

    [LoggerMessage(9, LogLevel.Information, "flood from a stream interrupted at {Endpoint}, tried again: {Reason}")]
    public static partial void StreamInterrupted(ILogger log, FlooddEndpoint endpoint, string reason);

    [LoggerMessage(10, LogLevel.Debug, "{Count} requests are sent again, the others failed")]
    public static partial void SentAgain(ILogger log, int count);

    [LoggerMessage(12, LogLevel.Information, "waiting for the delivery of {Id} interrupted, asked again: {Reason}")]
    public static partial void WaitInterrupted(ILogger log, FloodId id, string reason);

    [LoggerMessage(11, LogLevel.Critical, "a defect of the library")]
    public static partial void Defect(ILogger log, Exception reason);
}
