// TEMPORARY
using Floodd.Spool;
namespace Floodd.Hosting;
internal sealed class LinuxDisk : IDisk
{
    public static LinuxDisk Open(string directory) => throw new IOException(directory);
    public IDiskFile Create(string name) => throw new NotSupportedException();
    public void Delete(string name) { }
    public void Dispose() { }
    public long FreeBytes() => 0;
    public IReadOnlyList<string> List() => [];
    public IDiskFile Open2(string name) => throw new NotSupportedException();
    IDiskFile IDisk.Open(string name) => throw new NotSupportedException();
    public void Rename(string from, string to) { }
    public void SyncDirectory() { }
}
