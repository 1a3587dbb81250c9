// Export commands of examples/ that are killed at many moments of their work, and run again with the same updates, as floodd does. No daemon takes part.
using System.Globalization;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[Parallelizable(ParallelScope.Self)]
internal sealed class KilledExampleTests
{
    private const string Make = """
        frame() { n=0; for i; do n=$((n + 1)); printf 'update g s1/1f/%s %s\n' $n "$(wc -c < "$i")"; cat "$i"; echo; done; }

        """;

    [Test]
    public void A_git_mirror_is_whole_in_the_end()
    {
        Assume.That(Executable.IsInstalled("git"), "git is not installed");
        Check(
            """
            git init -q --bare source
            cp "$EXAMPLES/git-mirror/post-receive" source/hooks/
            git init -q -b main work
            cd work
            for n in 1 2 3 4; do
                git -C ../source config floodd.command "cat > ../$n.update"
                head -c 20000 /dev/urandom > a; git add a; git commit -qm $n; git tag tag$n
                gone=; test $n -ne 3 || gone=:tag1
                git push -qf ../source main tag$n $gone
            done
            cd ..
            """,
            "$EXAMPLES/git-mirror/git-apply mirror",
            "git -C source for-each-ref > expected; git -C mirror for-each-ref | cmp - expected; git -C mirror fsck --connectivity-only --no-dangling; rm -rf mirror",
            400);
    }

    [Test]
    public void Of_sql_each_update_is_run_once()
    {
        Assume.That(Executable.IsInstalled("sqlite3"), "sqlite3 is not installed");
        Check(
            """
            echo 'CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (0);' > 1.update
            for n in 2 3 4 5; do echo "UPDATE t SET x = 10 * x + $n; CREATE TABLE t$n (x);" > $n.update; done
            """,
            "$EXAMPLES/database-apply sqlite database",
            "test \"$(sqlite3 database 'SELECT x FROM t')\" = 2345; rm -rf database*",
            200);
    }

    [Test]
    public void A_copied_tree_is_whole_in_the_end() => Check(
        """
        printf 'tree 1 file 644 a/b/one\none' > 1.update
        printf 'tree 2 file 600 a/two\ntwo' > 2.update
        printf 'tree 3 gone 0 a/b/one\n' > 3.update
        printf 'tree 4 gone 0 a/b\n' > 4.update
        printf 'tree 5 file 644 a/b\nnow a file' > 5.update
        """,
        "$EXAMPLES/watch-directory/tree-apply copy",
        "test \"$(cd copy/tree; grep -r . | sort)\" = \"$(printf 'a/b:now a file\\na/two:two')\"; rm -rf copy",
        150);

    // Kills at ten moments, spread over what a run takes at most; each time from the beginning.
    private static void Check(string make, string command, string check, int milliseconds)
    {
        using var folder = new TestFolder();
        var shell = new ExampleFolder(folder);
        (string, string) temporary = ("TMPDIR", folder.Path);
        shell.Demand(Make + make + "\nframe *.update > bundle", temporary);
        for (int i = 1; i <= 10; i++)
        {
            string after = string.Create(CultureInfo.InvariantCulture, $"{i * milliseconds / 10 / 1000.0:F3}");
            shell.Shell($"exec timeout -s KILL {after} {command} < bundle", temporary);

            // What the killed one had started may still hold the lock.
            Ending ending = new(-1, "", "");
            Eventually.Holds(() => (ending = shell.Shell($"exec {command} < bundle", temporary)).ExitCode != 75, $"{command} to be done, killed after {after} s", () => ending.Errors);
            Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
            shell.Demand(check);
        }
    }
}
