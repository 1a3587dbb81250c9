// Tells a user's listeners what happens to the connection: in order, off the connection's own way. What they throw or how long they take harms nothing.
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>The listeners of a client, and one line of things that they are to be told.</summary>
internal sealed class ClientEvents
{
    // A listener that never returns must not hold memory without end.
    private const int WaitingMax = 1024;

    private readonly Channel<Action> _waiting =
        Channel.CreateBounded<Action>(new BoundedChannelOptions(WaitingMax) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private readonly ILogger _log;

    /// <summary>Begins to tell.</summary>
    public ClientEvents(ILogger log)
    {
        _log = log;
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(TellAsync);
        }
    }

    /// <summary>A daemon has greeted.</summary>
    public event EventHandler<FlooddConnectionOpened>? Opened;

    /// <summary>A connection is gone.</summary>
    public event EventHandler<FlooddConnectionLost>? Lost;

    /// <summary>An attempt has failed.</summary>
    public event EventHandler<FlooddAttemptFailed>? AttemptFailed;

    /// <summary>Whom the listeners listen to.</summary>
    public object? Sender { get; set; }

    /// <summary>Has it told after all that was before it, to those who listen by then.</summary>
    public void Tell(FlooddConnectionOpened what) => _waiting.Writer.TryWrite(() => TellAll(Opened, what));

    /// <summary>Has it told after all that was before it, to those who listen by then.</summary>
    public void Tell(FlooddConnectionLost what) => _waiting.Writer.TryWrite(() => TellAll(Lost, what));

    /// <summary>Has it told after all that was before it, to those who listen by then.</summary>
    public void Tell(FlooddAttemptFailed what) => _waiting.Writer.TryWrite(() => TellAll(AttemptFailed, what));

    /// <summary>Nothing more comes; what came before is still told.</summary>
    public void End() => _waiting.Writer.TryComplete();

    private async Task TellAsync()
    {
        await foreach (Action tell in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            tell();
        }
    }

    private void TellAll<T>(EventHandler<T>? listeners, T what)
    {
        foreach (EventHandler<T> listener in Delegate.EnumerateInvocationList(listeners))
        {
            try
            {
                listener(Sender, what);
            }
#pragma warning disable CA1031 // Whatever a listener throws is its own affair.
            catch (Exception e)
#pragma warning restore CA1031
            {
                ClientLog.ListenerThrew(_log, e);
            }
        }
    }
}
