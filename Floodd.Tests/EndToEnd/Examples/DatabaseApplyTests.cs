// SQL updates applied to SQLite and, where its server is installed, to PostgreSQL: once, whole or not at all, and with no way to a shell.
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[TestFixture("sqlite")]
[TestFixture("postgres")]
[Parallelizable(ParallelScope.Self)]
internal sealed class DatabaseApplyTests(string kind)
{
    private TestFolder _folder = null!;
    private ExampleFolder _shell = null!;
    private TestDatabase? _database;
    private int _sequence;

    [OneTimeSetUp]
    public void StartDatabase()
    {
        _folder = new TestFolder();
        _database = TestDatabase.Start(kind, _folder);
        Assume.That(_database, Is.Not.Null, $"{kind} is not installed");
        _shell = new ExampleFolder(_folder);
    }

    [OneTimeTearDown]
    public void StopDatabase()
    {
        _database?.Dispose();
        _folder.Dispose();
    }

    [SetUp]
    public void MakeTable() => _database!.Ask("DROP TABLE IF EXISTS stock; CREATE TABLE stock (item TEXT PRIMARY KEY, count INTEGER);");

    [Test]
    public void The_same_update_twice_changes_nothing()
    {
        (string, byte[]) first = Update("INSERT INTO stock VALUES ('it''s; COMMIT;\nROLLBACK; -- no end', 1);\nINSERT INTO stock VALUES ('b', 1);");
        (string, byte[]) second = Update("UPDATE stock SET count = count + 1");
        Assert.That(Feed(first, second), Is.Zero);
        Assert.That(Feed(second), Is.Zero);
        Assert.That(Feed(first, second), Is.Zero);
        Assert.That(_database!.Ask("SELECT sum(count) FROM stock"), Is.EqualTo("4"));
    }

    [TestCase("INSERT INTO stock VALUES ('a', 2)", Description = "a key that is there")]
    [TestCase("SELEKT 1")]
    [TestCase("INSERT INTO nowhere VALUES (1)")]
    [TestCase("INSERT INTO stock VALUES ('c, 2)")]
    [TestCase("/* no end")]
    public void Of_an_update_that_fails_nothing_stays(string statement)
    {
        _database!.Ask("INSERT INTO stock VALUES ('a', 1)");
        (string, byte[]) update = Update($"INSERT INTO stock VALUES ('b', 1);\n{statement};\nINSERT INTO stock VALUES ('d', 1);");
        Assert.That(Feed(update), Is.EqualTo(65));
        Assert.That(Feed(update), Is.EqualTo(65), "each time");
        Assert.That(_database.Ask("SELECT item FROM stock"), Is.EqualTo("a"));
    }

    [TestCase("COMMIT")]
    [TestCase("END")]
    [TestCase("rollback")]
    [TestCase("/* a */ Commit -- b")]
    [TestCase("\n--;\nCOMMIT")]
    [TestCase("BEGIN")]
    [TestCase("ROLLBACK; BEGIN")]
    [TestCase("COMMIT; BEGIN")]
    [TestCase("SAVEPOINT a")]
    [TestCase("\ufeffCOMMIT")]
    [TestCase("SELECT 1\ngo\nCOMMIT")]
    [TestCase("# don't\nCOMMIT")]
    public void An_update_cannot_end_the_transaction(string statement)
    {
        Assert.That(Feed(Update($"INSERT INTO stock VALUES ('b', 1);{statement};INSERT INTO stock VALUES ('c', 1)")), Is.EqualTo(65));
        Assert.That(_database!.Ask("SELECT count(*) FROM stock"), Is.EqualTo("0"));
    }

    [TestCase("\\! touch {0}")]
    [TestCase("SELECT 1 \\! touch {0}\n")]
    [TestCase("SELECT 1; \\! touch {0}\n")]
    [TestCase("SELECT 1 \\g |touch {0}\n")]
    [TestCase("\\set x `touch {0}`\n")]
    [TestCase("' \\! touch {0}\n")]
    [TestCase("$$ \\! touch {0}\n")]
    [TestCase("\\o {0}\nSELECT 1;")]
    [TestCase("\\copy stock to {0}\n")]
    [TestCase("SELECT 1;\n.shell touch {0}\n")]
    [TestCase(".shell touch {0}")]
    [TestCase("SELECT '\n.shell touch {0}\n';")]
    [TestCase("/*\n*/\n.system touch {0}\n")]
    [TestCase(".once {0}\nSELECT 1;")]
    [TestCase("ATTACH '{0}' AS other; CREATE TABLE other.x (y);")]
    [TestCase("VACUUM INTO '{0}';")]
    [TestCase("SELECT writefile('{0}', 'x');")]
    [TestCase("SELECT load_extension('{0}');")]
    [TestCase("SELECT edit('x', 'touch {0}');")]
    public void An_update_has_no_way_to_a_shell_or_a_file(string update)
    {
        string caught = _folder.File("caught");
        Feed(Update(string.Format(CultureInfo.InvariantCulture, update, caught)), Update("INSERT INTO stock VALUES ('after', 1)"));
        Assert.That(File.Exists(caught), Is.False);
    }

    [Test]
    public void A_text_of_megabytes_is_applied()
    {
        string rows = string.Join(',', Enumerable.Range(0, 40000).Select(i => string.Create(CultureInfo.InvariantCulture, $"('item {i}', {i})")));
        Assert.That(Feed(Update($"INSERT INTO stock VALUES {rows}; INSERT INTO stock VALUES ('last', length('{new string('x', 2_000_000)}'))")), Is.Zero);
        Assert.That(_database!.Ask("SELECT count(*) FROM stock"), Is.EqualTo("40001"));
    }

    [Test]
    public void A_database_that_cannot_be_reached_is_asked_again_later()
    {
        Assert.That(_shell.Feed($"$EXAMPLES/database-apply {kind} {_database!.Nowhere}", Update("SELECT 1")).ExitCode, Is.EqualTo(75));
        Assert.That(Feed(Update("SELECT 1")), Is.Zero);
        byte[] whole = [.. "update g s1/1f/7777 8\nSELECT 1"u8];
        Assert.That(_shell.FeedRaw(_database.Command, whole, whole.Length + 1).ExitCode, Is.EqualTo(75), "input cut short");
        Assert.That(_database.Ask("SELECT count(*) FROM floodd_applied WHERE sequence = 7777"), Is.EqualTo("0"));
    }

    [Test]
    public void All_sites_run_each_update_once_and_go_on_after_a_bad_one()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            ExportCommand = site => $"TMPDIR={site.Folder} DATABASE_ERROR={site.Folder}/error PGDATABASE=postgres '{ExampleFolder.Examples}/database-apply' {kind} {_database!.At(site.Name)}",
            LocalLines = _ => "(:export-bundle-max 1)",
        });
        using ClientSession session = group[0].Open();

        // Five tries take half a minute; how floodd counts them does not depend on the database.
        int bad = kind == "sqlite" ? 1 : 0;
        string[] updates = ["CREATE TABLE heap (grain INTEGER PRIMARY KEY)", "INSERT INTO heap VALUES (1)", "INSERT INTO heap VALUES (2); COMMIT", "INSERT INTO heap VALUES (3)"];
        foreach (string update in updates.Where(update => bad == 1 || !update.Contains("COMMIT", StringComparison.Ordinal)))
        {
            session.Flood("g", Encoding.UTF8.GetBytes(update));
        }

        foreach (TestSite site in group.Sites)
        {
            Eventually.Holds(() => site.Statistics()["updates-exported"] >= 3, $"{site.Name} to run all", group.Logs);
            Assert.That(_database!.Ask("SELECT sum(grain) FROM heap", site.Name), Is.EqualTo("4"), site.Name);
            Assert.That(site.Statistics()["updates-set-aside"], Is.EqualTo(bad), site.Name);
        }
    }

    private int Feed(params (string, byte[])[] updates) => _shell.Feed(_database!.Command, updates).ExitCode;

    private (string Id, byte[] Bytes) Update(string text) => (string.Create(CultureInfo.InvariantCulture, $"s1/1f/{++_sequence}"), Encoding.UTF8.GetBytes(text));
}
