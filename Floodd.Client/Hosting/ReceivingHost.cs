// Runs a receiving for as long as the program's host runs. Decides nothing itself.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Floodd.Client.Hosting;

/// <summary>A receiving as a host runs it: what it fails with stops the host, unless the host is told otherwise.</summary>
internal sealed class ReceivingHost(FloodReceiving receiving) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => receiving.RunAsync(stoppingToken);
}

/// <summary>A receiver that is asked of the container for each update, in a scope of its own: one that is registered for scopes may use what is registered for them.</summary>
internal sealed class ScopedReceiver<TReceiver>(IServiceScopeFactory scopes) : IFloodReceiver
    where TReceiver : class, IFloodReceiver
{
    /// <inheritdoc/>
    public async Task ReceiveAsync(FloodUpdate update, CancellationToken cancellation)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await scope.ServiceProvider.GetRequiredService<TReceiver>().ReceiveAsync(update, cancellation).ConfigureAwait(false);
        }
    }
}
