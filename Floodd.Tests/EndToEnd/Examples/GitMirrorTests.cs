// The git mirror on updates made by hand: what the hook floods, what the mirrors make of it, and how a hole is filled. No daemon takes part.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[Parallelizable(ParallelScope.Self)]
internal sealed class GitMirrorTests
{
    private const string Apply = "$EXAMPLES/git-mirror/git-apply";

    private TestFolder _template = null!;
    private TestFolder _folder = null!;
    private ExampleFolder _shell = null!;

    // Seven updates: a branch; a second one and a tag; the first forced; a branch at an old commit; a tag of a blob; a deletion; another HEAD.
    [OneTimeSetUp]
    public void FloodSevenUpdates()
    {
        Assume.That(Executable.IsInstalled("git"), "git is not installed");
        _template = new TestFolder();
        _template.Write("flood", "#!/bin/sh\ncd \"$(dirname \"$0\")\"\ncat > flooded/$(($(ls flooded | wc -l) + 1))\nexit $(cat code 2> /dev/null || echo 0)\n");
        new ExampleFolder(_template).Demand("""
            chmod +x flood
            mkdir flooded
            git init -q --bare -b main source
            cp "$EXAMPLES/git-mirror/post-receive" source/hooks/
            git -C source config floodd.command ../flood
            git init -q -b main work
            cd work
            git remote add origin ../source
            echo 1 > a; git add a; git commit -qm one; git push -q origin main
            echo 2 > a; git commit -qam two
            git checkout -qb topic; echo 3 > b; git add b; git commit -qm three; git tag -a -m tagged v1
            git push -q origin main topic v1
            git checkout -q main; git reset -q --hard HEAD~1; echo 4 > a; git commit -qam four; git push -qf origin main
            git push -q origin v1~1:refs/heads/old
            git tag blob "$(git hash-object -w a)"; git push -q origin blob
            git push -q origin :topic
            git -C ../source symbolic-ref HEAD refs/heads/old
            cd ../source; hooks/post-receive
            """);
        Assert.That(Directory.GetFiles(_template.File("flooded")), Has.Length.EqualTo(7));
    }

    [OneTimeTearDown]
    public void RemoveTemplate() => _template?.Dispose();

    [SetUp]
    public void CopyTemplate()
    {
        _folder = new TestFolder();
        _shell = new ExampleFolder(_folder);
        _shell.Demand($"cp -a '{_template.Path}/.' .");
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Pushes_of_every_kind_are_followed_and_none_is_applied_twice()
    {
        Assert.That(Feed("mirror", 1, 2, 3).ExitCode, Is.Zero);
        Assert.That(Feed("mirror", 4, 5, 6, 7).ExitCode, Is.Zero);
        CheckMirror("mirror");
        Assert.That(Feed("mirror", 3, 2, 1).ExitCode, Is.Zero, "the same once more");
        CheckMirror("mirror");
    }

    [Test]
    public void What_the_update_carries_is_a_git_bundle() => _shell.Demand("""
        sed '1,/^bundle /d' flooded/3 > bundle
        git -C source bundle verify -q ../bundle
        test "$(git bundle list-heads bundle)" = "$(git -C source rev-parse main) refs/heads/main"
        """);

    [Test]
    public void A_hole_is_filled_from_a_source_that_has_what_is_missing()
    {
        Assert.That(Feed("mirror", 1).ExitCode, Is.Zero);
        Assert.That(Feed("behind", 1).ExitCode, Is.Zero);
        Assert.That(Feed("mirror behind", 3).ExitCode, Is.EqualTo(75), "nobody has it");
        Assert.That(File.ReadAllText(_folder.File("mirror", "floodd", "error")), Does.Contain("2 to 2 are missing"));
        Assert.That(Feed("mirror nowhere behind $PWD/source", 3).ExitCode, Is.Zero);
        CheckMirror("mirror");
    }

    [Test]
    public void Objects_that_are_missing_are_fetched_from_a_source()
    {
        // A number that fits, of a bundle that does not: as if an update had been set aside and the mark been put right by hand.
        Assert.That(Feed("mirror", 1).ExitCode, Is.Zero);
        _shell.Demand("git -C mirror update-ref \"$(git -C mirror for-each-ref --format='%(refname)' refs/floodd)\" $(echo 3 | git -C mirror hash-object -w --stdin)");
        Assert.That(Feed("mirror", 4).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(_folder.File("mirror", "floodd", "missed")), Does.Contain("objects"));
        Assert.That(Feed("mirror $PWD/source", 4).ExitCode, Is.Zero);
        CheckMirror("mirror");
    }

    [Test]
    public void Without_a_source_a_full_update_fills_the_hole()
    {
        Assert.That(Feed("mirror", 1, 3).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(_folder.File("mirror", "floodd", "missed")), Does.EndWith(" 3: 2 to 2 are missing\n"));
        _shell.Demand("cd source; hooks/post-receive --full");
        Assert.That(Feed("mirror", 8).ExitCode, Is.Zero);
        CheckMirror("mirror");
    }

    [Test]
    public void A_new_site_copies_from_the_first_that_answers_and_never_goes_back()
    {
        Assert.That(Feed("mirror", 1, 2, 3, 4, 5, 6, 7).ExitCode, Is.Zero);
        Assert.That(Feed("behind", 1).ExitCode, Is.Zero);
        (string, string) sites = ("FLOODD_SITES", "none=[::1]:1 -e=x:1 a;b=x:1 mirror=127.0.0.1:2");
        _shell.Demand("$EXAMPLES/git-mirror/git-resync new %s", sites);
        CheckMirror("new");
        Assert.That(_shell.Shell("$EXAMPLES/git-mirror/git-resync new behind nowhere").ExitCode, Is.EqualTo(75));
        CheckMirror("new");
    }

    [Test]
    public void What_cannot_be_flooded_is_said_and_flooded_first_the_next_time()
    {
        // 64 is what floodd flood says of an update that is too large.
        _folder.Write("code", "64");
        Ending push = _shell.Shell("cd work; echo 5 > a; git commit -qam five; git push origin main");
        Assert.That(push.ExitCode, Is.Zero, "the push itself is done");
        Assert.That(push.Errors, Does.Contain("NOT flooded: update 8 of ").And.Contain("max-update-size"));
        _folder.Write("code", "0");
        _shell.Demand("cd work; echo 6 > a; git commit -qam six; git push -q origin main; cmp ../flooded/8 ../flooded/9");
        Assert.That(Feed("mirror", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ExitCode, Is.Zero);
        CheckMirror("mirror");
    }

    [Test]
    public void A_git_that_was_killed_and_left_its_locks_is_in_nobodys_way()
    {
        Assert.That(Feed("mirror", 1).ExitCode, Is.Zero);
        _shell.Demand("touch mirror/refs/heads/main.lock mirror/HEAD.lock mirror/packed-refs.lock mirror/floodd/input.part");
        Assert.That(_shell.Shell($"flock mirror/floodd/lock {Apply} mirror < /dev/null").ExitCode, Is.EqualTo(75), "while another one is at work");
        Assert.That(Feed("mirror", 2, 3, 4, 5, 6, 7).ExitCode, Is.Zero);
        CheckMirror("mirror");
    }

    [TestCase("no update", 65)]
    [TestCase("git-mirror 1f 1 changes\nref 1234 refs/heads/../../x\nbundle 0\n", 65)]
    [TestCase("git-mirror 1f 1 changes\ndelete HEAD\nbundle 0\n", 65)]
    [TestCase("git-mirror 1f 1 changes\ndelete refs/floodd/1f\nbundle 0\n", 65)]
    [TestCase("git-mirror 1f 1 changes\nhead --help\nbundle 0\n", 65)]
    [TestCase("git-mirror ../x 1 changes\nbundle 0\n", 65)]
    [TestCase("git-mirror 1f $(id) changes\nbundle 0\n", 65)]
    [TestCase("git-mirror 1f 1 changes\nbundle 5\nabc", 65)]
    [TestCase("git-mirror 1f 1 changes\nbundle 6\nabcdef", 65)]
    [TestCase("git-mirror 1f 1 full\nhead refs/heads/a..b\nbundle 0\n", 65)]
    public void What_is_no_update_is_refused(string update, int code)
    {
        Assert.That(_shell.Feed($"{Apply} mirror", ("s1/1f/1", System.Text.Encoding.ASCII.GetBytes(update))).ExitCode, Is.EqualTo(code));
        Assert.That(_shell.Demand("git -C mirror for-each-ref"), Is.Empty);
    }

    [Test]
    public void Input_cut_short_changes_nothing()
    {
        Assert.That(Feed("mirror", 1, 2).ExitCode, Is.Zero);
        string before = _shell.Demand("git -C mirror for-each-ref");
        byte[] whole = File.ReadAllBytes(_folder.File("bundle"));
        Assert.That(_shell.FeedRaw($"{Apply} mirror", whole[..^1], whole.Length).ExitCode, Is.EqualTo(75));
        Assert.That(_shell.Demand("git -C mirror for-each-ref"), Is.EqualTo(before));
    }

    private void CheckMirror(string mirror) => _shell.Demand($"""
        git -C source for-each-ref > expected
        git -C {mirror} for-each-ref > found
        diff expected found
        cmp source/HEAD {mirror}/HEAD
        git -C {mirror} fsck --connectivity-only --no-dangling
        test "$(ls {mirror}/floodd)" = lock
        """);

    private Ending Feed(string arguments, params int[] numbers) =>
        _shell.Feed($"{Apply} {arguments}", [.. numbers.Select(n => ($"s1/1f/{n}", File.ReadAllBytes(_folder.File("flooded", $"{n}"))))]);
}
