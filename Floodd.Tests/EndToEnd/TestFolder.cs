// A folder of a test's own under the system's temporary one; it is gone when the test is, whatever the test left in it.
using System.Collections.Concurrent;

namespace Floodd.Tests.EndToEnd;

/// <summary>A temporary folder that is deleted on dispose.</summary>
internal sealed class TestFolder : IDisposable
{
    // Those that are not disposed of; also when a campaign is interrupted nothing stays.
    private static readonly ConcurrentDictionary<TestFolder, bool> Open = [];

    static TestFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (TestFolder folder in Open.Keys)
        {
            folder.Dispose();
        }
    };

    public TestFolder()
    {
        Path = Directory.CreateTempSubdirectory("floodd-test-").FullName;
        Open.TryAdd(this, true);
    }

    /// <summary>Where it is; names no other folder's prefix, so that a command line that holds it belongs to this test.</summary>
    public string Path { get; }

    /// <summary>A path inside.</summary>
    public string File(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>A folder inside, made when it is not there.</summary>
    public string Folder(params ReadOnlySpan<string> parts) => Directory.CreateDirectory(File(parts)).FullName;

    /// <summary>Writes a file inside and gives its path.</summary>
    public string Write(string name, string text)
    {
        string path = File(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Ends what still names the folder on its command line, as directory or in its environment; then deletes it.</summary>
    public void Dispose()
    {
        Open.TryRemove(this, out _);
        // Again until none is left: one may have started another meanwhile, and the dying still write.
        Eventually.Holds(
            () =>
            {
                IReadOnlyList<int> left = Census.Naming(Path);
                Census.EndAll(left);
                return left.Count == 0;
            },
            "what a test started to end",
            () => Census.Describe(Census.Naming(Path)));
        Directory.Delete(Path, recursive: true);
    }
}
