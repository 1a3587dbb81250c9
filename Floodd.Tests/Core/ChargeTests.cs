// The charge of an update against what it takes of the heap: tiny updates must not take more than they are charged.
using Floodd.Config;
using Floodd.Core;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[NonParallelizable]
internal sealed class ChargeTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(100)]
    [TestCase(5000)]
    public void What_is_charged_covers_what_is_used(int size)
    {
        const int store = 8 << 20;
        var rig = new Rig(l => l with { DataStorageMax = store, Export = new ExportDefinition { Command = "export" } });
        ClientEnd client = rig.Client();
        string flood = string.Concat(Enumerable.Repeat($"flood {size}\n{new string('x', size)}", 100));
        client.Say(flood);
        client.End.Heard.Clear();
        long charged = rig.Core.ChargedBytes;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        while (!client.End.IsPaused && rig.Core.ChargedBytes < store * 0.9)
        {
            client.Say(flood);
            client.End.Heard.Clear();
        }

        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        charged = rig.Core.ChargedBytes - charged;
        Assert.That(charged, Is.GreaterThan(store / 3));
        Assert.That(used, Is.LessThan(charged * 1.15), $"{size}-byte updates: {charged} charged");
        GC.KeepAlive(rig);
    }
}
