// Floods the changes of a directory tree as they happen: watch-directory TREE STATE HOST:PORT GROUP. STATE remembers what was flooded.
using Floodd.Client;
using Floodd.Examples.WatchDirectory;

if (args is not [var tree, var stateFile, var daemon, var group])
{
    await Console.Error.WriteLineAsync("usage: watch-directory TREE STATE HOST:PORT GROUP");
    return 64;
}

string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(tree));
if (!Directory.Exists(root) || (Path.GetFullPath(stateFile) + "/").StartsWith(root == "/" ? root : root + "/", StringComparison.Ordinal))
{
    await Console.Error.WriteLineAsync("watch-directory: TREE must be a directory, and STATE not in it");
    return 66;
}

using var end = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    end.Cancel();
};

// What the system reports only wakes us: it may overflow, come late or twice, or tell nothing of what happened before we were here.
using var wake = new SemaphoreSlim(0);
using var watcher = new FileSystemWatcher(root)
{
    IncludeSubdirectories = true,
    NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.Attributes | NotifyFilters.Size | NotifyFilters.LastWrite,
};
watcher.Changed += (_, _) => wake.Release();
watcher.Created += (_, _) => wake.Release();
watcher.Deleted += (_, _) => wake.Release();
watcher.Renamed += (_, _) => wake.Release();
watcher.Error += (_, _) => wake.Release();
try
{
    watcher.EnableRaisingEvents = true;
}
catch (IOException e)
{
    await Console.Error.WriteLineAsync($"watch-directory: changes are seen once a minute: {e.Message}");
}

TimeSpan soon = TimeSpan.FromMilliseconds(250);
TimeSpan anyway = TimeSpan.FromMinutes(1);
try
{
    using var state = new FloodedState(stateFile);
    await using FlooddClient client = await FlooddClient.ConnectAsync(FlooddClientOptions.Parse(daemon) with { RequireInitialConnect = false }, end.Token);
    var watch = new TreeWatch(root, state, client, group);
    while (true)
    {
        bool again;
        try
        {
            again = await watch.FloodChangesAsync(end.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FlooddException { IsTransient: true })
        {
            await Console.Error.WriteLineAsync($"watch-directory: not all changes can be flooded now: {e.Message}");
            await Task.Delay(TimeSpan.FromSeconds(2), end.Token);
            again = true;
        }

        // Much happens at once: one look is for all of it.
        await wake.WaitAsync(again ? soon : anyway, end.Token);
        await Task.Delay(soon, end.Token);
        while (wake.Wait(0, CancellationToken.None))
        {
        }
    }
}
catch (OperationCanceledException)
{
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
{
    await Console.Error.WriteLineAsync($"watch-directory: {e.Message}");
    return 66;
}
catch (FlooddException e)
{
    await Console.Error.WriteLineAsync($"watch-directory: {e.Message}");
    return e.IsUnreachable ? 69 : e.IsTransient ? 75 : 64;
}
