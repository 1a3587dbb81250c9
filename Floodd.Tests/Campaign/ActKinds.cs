// The list of everything that can be done to a world; the kinds themselves stand in the files beside it.
using System.Collections.Frozen;

namespace Floodd.Tests.Campaign;

/// <summary>All kinds of act.</summary>
internal static class ActKinds
{
    /// <summary>Faults, in the order of the tables.</summary>
    public static readonly ActKind[] Faults = [.. ProcessKinds.All, .. NetworkKinds.All, .. PartitionKinds.All, .. GroupKinds.All, .. ClientKinds.Faults, .. ExportKinds.All, .. HostileKinds.All];

    /// <summary>What clients do that is no fault; the first is a plain flood.</summary>
    public static readonly ActKind[] Work = ClientKinds.Work;

    /// <summary>All of them by name.</summary>
    public static readonly FrozenDictionary<string, ActKind> ByName = Faults.Concat(Work).ToFrozenDictionary(k => k.Name);
}
