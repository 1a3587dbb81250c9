// A database for one test fixture: files of SQLite, or a private PostgreSQL server on a socket in the fixture's folder. Listens on no port.
using System.Diagnostics;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

/// <summary>A running database.</summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly string _kind;
    private readonly TestFolder _folder;
    private readonly string _programs;

    private TestDatabase(string kind, TestFolder folder, string programs)
    {
        _kind = kind;
        _folder = folder;
        _programs = programs;
    }

    /// <summary>The export command on the database that <see cref="Ask"/> asks.</summary>
    public string Command => $"env TMPDIR={_folder.Path} $EXAMPLES/database-apply {_kind} {At("own")}";

    /// <summary>A database that nobody can reach.</summary>
    public string Nowhere => _kind == "sqlite" ? $"{_folder.Path}/nowhere/database" : $"'host={_folder.Path}/nowhere dbname=postgres'";

    /// <summary>Starts it; null if it is not installed.</summary>
    public static TestDatabase? Start(string kind, TestFolder folder)
    {
        if (kind == "sqlite")
        {
            return Executable.IsInstalled("sqlite3") ? new TestDatabase(kind, folder, "") : null;
        }

        // The newest server; Debian keeps them out of the path.
        string? programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max(StringComparer.Ordinal)
            : null;
        if (programs is null || !Executable.IsInstalled("psql"))
        {
            return null;
        }

        var database = new TestDatabase(kind, folder, programs);
        database.StartServer();
        return database;
    }

    /// <summary>How the export command is to be told of a database: a file, or a schema of its own.</summary>
    public string At(string name) => _kind == "sqlite"
        ? _folder.File(name + ".database")
        : $"'host={_folder.Path} user=floodd dbname=postgres options=-csearch_path={name}'";

    /// <summary>Runs statements.</summary>
    /// <param name="statements">The statements.</param>
    /// <param name="name">The database, as in <see cref="At"/>.</param>
    /// <returns>What came of them, without the last line's end.</returns>
    public string Ask(string statements, string name = "own")
    {
        Ending ending = _kind == "sqlite"
            ? Executable.Run(Executable.StartOther("sqlite3", _folder.Path, ["-bail", At(name), statements]))
            : Executable.Run(Executable.StartOther("psql", _folder.Path, ["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", At(name).Trim('\'')]), statements);
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
        return ending.Output.TrimEnd('\n');
    }

    public void Dispose()
    {
        if (_kind == "postgres")
        {
            AsServer($"exec '{_programs}/pg_ctl' -D '{Data}' -m immediate stop");
        }
    }

    private string Data => _folder.File("data");

    // No durability: the folder is gone in a moment. The server refuses to be root: then it is nobody's, whose the folder has to be.
    private void StartServer()
    {
        if (Environment.UserName == "root")
        {
            Executable.Run(Executable.StartOther("chown", "/", ["nobody", _folder.Path]));
        }

        Ending made = AsServer($"'{_programs}/initdb' -D '{Data}' -U floodd -A trust -E UTF8 --locale=C -N > /dev/null && "
            + $"exec '{_programs}/pg_ctl' -D '{Data}' -w -l '{_folder.File("log")}' -o \"-k '{_folder.Path}' -c listen_addresses= -c fsync=off -c shared_buffers=16MB\" start > /dev/null");
        Assert.That(made.ExitCode, Is.Zero, made.Errors);
        Ask("CREATE SCHEMA own; CREATE SCHEMA s1; CREATE SCHEMA s2; CREATE SCHEMA s3");
    }

    private Ending AsServer(string line)
    {
        ProcessStartInfo start = Environment.UserName == "root"
            ? Executable.StartOther("setpriv", _folder.Path, ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "/bin/sh", "-c", line])
            : Executable.StartOther("/bin/sh", _folder.Path, ["-c", line]);
        return Executable.Run(start);
    }
}
