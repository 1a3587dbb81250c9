// The temporary folder that the demo's export commands write to: gone when the demo is. Keeps nothing else.
namespace Floodd.Commands.Demo;

/// <summary>A folder that is deleted on dispose.</summary>
internal sealed class DemoFolder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("floodd-demo-").FullName;

    /// <summary>Deletes it with all that is in it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
