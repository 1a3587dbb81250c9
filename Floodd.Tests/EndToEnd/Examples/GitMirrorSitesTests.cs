// A git repository pushed to at one site and followed at two others, one of which is killed; with real daemons.
using System.Globalization;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[Parallelizable(ParallelScope.Self)]
internal sealed class GitMirrorSitesTests
{
    private const string Limit = "(:max-update-size 256k)";

    [OneTimeSetUp]
    public void NeedsGit() => Assume.That(Executable.IsInstalled("git"), "git is not installed");

    [Test]
    public void Mirrors_follow_all_pushes_though_one_is_killed_and_one_push_is_too_large()
    {
        string scripts = Path.Combine(ExampleFolder.Examples, "git-mirror");
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            GroupLines = Limit,
            ExportCommand = site => site.Name == "s1" ? null : $"'{scripts}/git-apply' {site.Folder}/mirror {Path.GetDirectoryName(site.Folder)}/source",
            LocalLines = site => site.Name == "s1" ? "" : $"(:resync-command \"'{scripts}/git-resync' {site.Folder}/mirror {Path.GetDirectoryName(site.Folder)}/%s/mirror\")",
        });
        var shell = new ExampleFolder(group.Folder);
        shell.Demand(string.Create(CultureInfo.InvariantCulture, $"""
            git init -q --bare -b main source
            cp "$EXAMPLES/git-mirror/post-receive" source/hooks/
            git -C source config floodd.command '{Executable.Floodd} flood g - --to 127.0.0.1:{group[0].ClientPort} > /dev/null'
            for n in 1 2 3; do
                git clone -q source clone$n 2> /dev/null
                (cd clone$n; git checkout -qb branch$n; echo $n > file$n; git add .; git commit -qm "first of $n"; git tag tag$n)
            done
            """));

        // Three pushes at once: each hook floods what is left to flood.
        shell.Demand("for n in 1 2 3; do (cd clone$n; git push -q origin branch$n tag$n) & done; wait");
        CheckAll(group, shell);

        group[2].Daemon.Kill();
        shell.Demand("""
            cd clone1
            git commit -q --amend -m 'another first'
            git push -qf origin branch1
            git push -q origin :tag2
            """);
        group.Restart(group[2]);
        CheckAll(group, shell);

        Ending push = shell.Shell("cd clone2; head -c 400000 /dev/urandom > large; git add large; git commit -qm large; git push origin branch2");
        Assert.That(push.ExitCode, Is.Zero, "the push itself is done");
        Assert.That(push.Errors, Does.Contain("may have 262144 bytes at most").And.Contain("NOT flooded: update "));

        // The operator raises the limit, as the hook said, and runs the hook.
        foreach (TestSite site in group.Sites)
        {
            File.WriteAllText(site.ConfigurationFile, group.TextFor(site).Replace(Limit, "(:max-update-size 8m)", StringComparison.Ordinal));
            site.Daemon.Reload();
        }

        Eventually.Holds(() => shell.Shell("cd source; hooks/post-receive").ExitCode == 0, "the pending update to be flooded", group.Logs);
        CheckAll(group, shell);
    }

    private static void CheckAll(SiteGroup group, ExampleFolder shell)
    {
        foreach (string mirror in new[] { "s2/mirror", "s3/mirror" })
        {
            Eventually.Holds(
                () => shell.Shell($"git -C source for-each-ref > {mirror}.expected; git -C {mirror} for-each-ref | cmp -s - {mirror}.expected").ExitCode == 0,
                $"{mirror} to follow",
                () => $"{shell.Shell($"cat {mirror}/floodd/error; git -C {mirror} for-each-ref; cat {mirror}.expected").Output}\n{group.Logs()}");
            shell.Demand($"git -C {mirror} fsck --connectivity-only --no-dangling");
        }
    }
}
