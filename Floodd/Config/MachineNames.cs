// What the machine that the daemon runs on is called. Asks the system only, never a name server.
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace Floodd.Config;

/// <summary>A machine's names and addresses.</summary>
/// <param name="Names">Its host names, with or without domain.</param>
/// <param name="Addresses">Its addresses.</param>
public sealed record MachineNames(ImmutableArray<string> Names, ImmutableArray<IPAddress> Addresses)
{
    /// <summary>This machine's, loopback included.</summary>
    public static MachineNames OfThisMachine()
    {
        IPGlobalProperties properties = IPGlobalProperties.GetIPGlobalProperties();
        string full = properties.DomainName.Length > 0 && properties.DomainName != "(none)" ? $"{properties.HostName}.{properties.DomainName}" : properties.HostName;
        return new(
            [Environment.MachineName, Dns.GetHostName(), full, "localhost"],
            [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                .Select(a => Config.Addresses.Plain(a.Address)),
             IPAddress.Loopback, IPAddress.IPv6Loopback]);
    }

    /// <summary>Whether a host's name or address, as a configuration gives it, is this machine's.</summary>
    /// <param name="host">The name or address; null is nobody's.</param>
    public bool Are(string? host) =>
        host != null && (Config.Addresses.TryParse(host, out IPAddress address) ? Are(address) : Names.Any(n => Config.Addresses.SameHost(n, host)));

    /// <summary>Whether an address is this machine's.</summary>
    /// <param name="address">The address; null is nobody's.</param>
    public bool Are(IPAddress? address) =>
        address != null && (IPAddress.IsLoopback(address) || Addresses.Any(a => Same(a, address)));

    /// <summary>Whether a host's name is this machine's but for a domain that only one of the two has: many machines know their short name only.</summary>
    /// <param name="host">The name; null is nobody's.</param>
    public bool AreButForDomain(string? host) =>
        host != null && !Config.Addresses.TryParse(host, out _) && Names.Any(n => OnlyDomainMissing(n.TrimEnd('.'), host.TrimEnd('.')));

    private static bool OnlyDomainMissing(string a, string b) =>
        a.Contains('.', StringComparison.Ordinal) != b.Contains('.', StringComparison.Ordinal)
        && a.Split('.')[0].Equals(b.Split('.')[0], StringComparison.OrdinalIgnoreCase);

    // A link-local address of the system's carries a zone; a configured one does not.
    private static bool Same(IPAddress a, IPAddress b) => a.GetAddressBytes().AsSpan().SequenceEqual(b.GetAddressBytes());
}
