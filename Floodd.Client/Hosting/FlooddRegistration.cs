// What a program with a container adds to it: the client, and receivers that its host runs. Creates nothing by itself.
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Floodd.Client.Hosting;

/// <summary>floodd in a container.</summary>
public static class FlooddRegistration
{
    /// <summary>
    /// Adds one <see cref="FlooddClient"/> for all, which is made when it is first asked for, connects in the background, and is disposed with the container.
    /// </summary>
    /// <param name="services">The container to be.</param>
    /// <param name="connectionString"><c>host:port,host2:port</c>, or with options as <see cref="FlooddClientOptions.Parse"/> reads it.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="FormatException"><paramref name="connectionString"/> is no such string.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddFlooddClient(this IServiceCollection services, string connectionString)
    {
        FlooddClientOptions options = FlooddClientOptions.Parse(connectionString);
        return services.AddFlooddClient(_ => options);
    }

    /// <summary>Adds one <see cref="FlooddClient"/> for all.</summary>
    /// <param name="services">The container to be.</param>
    /// <param name="options">
    /// Where and how to connect. <see cref="FlooddClientOptions.RequireInitialConnect"/> is taken as false, as a container does not wait; without a
    /// <see cref="FlooddClientOptions.LoggerFactory"/> the client logs to the container's. One that is out of its range is an <see cref="ArgumentException"/>
    /// when the client is first asked for.
    /// </param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddFlooddClient(this IServiceCollection services, Func<IServiceProvider, FlooddClientOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return services.AddSingleton(provider => Create(provider, options(provider)));
    }

    /// <summary>Adds a receiver that the host runs as long as it runs itself; see <see cref="FloodReceiving"/> for what is promised.</summary>
    /// <typeparam name="TReceiver">The program's own type. One for all, unless it was registered before: as scoped, each update gets one of its own.</typeparam>
    /// <param name="services">The container to be; a client must be in it.</param>
    /// <param name="options">Which group, and how.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentException">An option is out of its range; it is named. Or an argument is null.</exception>
    public static IServiceCollection AddFloodReceiver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TReceiver>(
        this IServiceCollection services, FloodReceiverOptions options)
        where TReceiver : class, IFloodReceiver
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return services.AddFloodReceiver<TReceiver>(_ => options);
    }

    /// <summary>Adds a receiver that the host runs as long as it runs itself.</summary>
    /// <typeparam name="TReceiver">
    /// The program's own type. Registered for two groups, one receiver takes the updates of both, and may be called for both at once.
    /// </typeparam>
    /// <param name="services">The container to be; a client must be in it.</param>
    /// <param name="options">Which group, and how. One that is out of its range is what the receiving fails with, when it begins.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddFloodReceiver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TReceiver>(
        this IServiceCollection services, Func<IServiceProvider, FloodReceiverOptions> options)
        where TReceiver : class, IFloodReceiver
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton<TReceiver>();
        return services.AddSingleton<IHostedService>(provider => new ReceivingHost(new FloodReceiving(
            provider.GetRequiredService<FlooddClient>(),
            new ScopedReceiver<TReceiver>(provider.GetRequiredService<IServiceScopeFactory>()),
            options(provider),
            provider.GetService<ILogger<FloodReceiving>>())));
    }

    private static FlooddClient Create(IServiceProvider provider, FlooddClientOptions options)
    {
        ILoggerFactory log = ReferenceEquals(options.LoggerFactory, NullLoggerFactory.Instance)
            ? provider.GetService<ILoggerFactory>() ?? options.LoggerFactory
            : options.LoggerFactory;

        // Does not wait when no connection is required, so that nobody is blocked here.
        return FlooddClient.ConnectAsync(options with { RequireInitialConnect = false, LoggerFactory = log }).GetAwaiter().GetResult();
    }
}
