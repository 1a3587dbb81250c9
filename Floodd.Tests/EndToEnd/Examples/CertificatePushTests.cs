// Certificates pushed to sites: what is put in force, what is refused, what the wire sees; by hand, and through three daemons.
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

[Parallelizable(ParallelScope.Self)]
internal sealed class CertificatePushTests
{
    private const string Apply = "$EXAMPLES/certificate-push/certificate-apply www www.example.org ca.pem recipients/s2.pem s2.key";

    // openssl x509 -req knows days only; ca knows the second, so that certificates of one test differ in age without waiting.
    private const string Issue = """
        curve='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
        self() { openssl req -x509 $curve -days 30 -subj "/CN=$2" -keyout "$1.key" -out "$3" 2> /dev/null; }
        issue() {
            openssl req $curve -subj "/CN=$2" -keyout "$1.key" -out "$1.csr" 2> /dev/null
            : > index; printf 'basicConstraints=CA:FALSE\nsubjectAltName=DNS:%s\n' "$2" > extensions
            openssl ca -batch -notext -config ca.conf -cert ${5:-authority}.pem -keyfile ${5:-authority}.key -startdate $3 -enddate $4 \
                -extfile extensions -in "$1.csr" -out "$1.pem" 2> /dev/null
        }

        """;

    private TestFolder _folder = null!;
    private ExampleFolder _shell = null!;

    [OneTimeSetUp]
    public void Issuing()
    {
        Assume.That(Executable.IsInstalled("openssl"), "openssl is not installed");
        _folder = new TestFolder();
        _shell = new ExampleFolder(_folder);
        _folder.Write("ca.conf", "[ca]\ndefault_ca=own\n[own]\nnew_certs_dir=issued\ndatabase=index\ndefault_md=sha256\npolicy=any\nunique_subject=no\nrand_serial=yes\n[any]\ncommonName=supplied\n");
        _folder.Write("authority.ext", "basicConstraints=critical,CA:TRUE\n");
        _shell.Demand(Issue + """
            mkdir recipients issued
            for site in s1 s2 s3; do self $site $site recipients/$site.pem; done
            self ca root ca.pem
            self stranger stranger stranger.pem
            openssl req $curve -subj /CN=issuer -keyout authority.key -out authority.csr 2> /dev/null
            openssl x509 -req -in authority.csr -CA ca.pem -CAkey ca.key -days 30 -set_serial 5 -extfile authority.ext -out authority.pem 2> /dev/null
            later=20900101000000Z
            issue first www.example.org 20260101000000Z $later
            issue second www.example.org 20260201000000Z $later
            issue other mail.example.org 20260301000000Z $later
            issue expired www.example.org 20200101000000Z 20200102000000Z
            issue foreign www.example.org 20260301000000Z $later stranger
            """);
        foreach (string name in new[] { "first", "second", "other", "expired", "foreign" })
        {
            Flood(name, name);
        }
    }

    [OneTimeTearDown]
    public void RemoveFolder() => _folder?.Dispose();

    [SetUp]
    public void ForgetWhatWasInForce() => _shell.Demand("rm -rf www reloads");

    [Test]
    public void A_newer_certificate_is_put_in_force_and_the_former_kept()
    {
        Assert.That(Feed("first").ExitCode, Is.Zero);
        Assert.That(Feed("second").ExitCode, Is.Zero);
        CheckInForce("second");
        _shell.Demand("cmp www/previous/key.pem first.key; openssl verify -CAfile ca.pem -untrusted www/current/chain.pem www/current/cert.pem");
        Assert.That(_shell.Demand("stat -c %a www/current www/current/* | sort -u"), Is.EqualTo("600\n700\n").Or.EqualTo("600\n777\n"), "rights");
        Assert.That(_shell.Demand("cat reloads"), Is.EqualTo("reload\nreload\n"));
    }

    [Test]
    public void An_older_certificate_replaces_no_newer_one_in_whatever_order_they_come()
    {
        Assert.That(Feed("second", "first").ExitCode, Is.Zero);
        CheckInForce("second");
        Assert.That(Feed("first").ExitCode, Is.Zero);
        CheckInForce("second");
        Assert.That(_shell.Demand("cat reloads; ls www/versions | wc -l"), Is.EqualTo("reload\n1\n"), "and what changes nothing reloads nothing");
    }

    [TestCase("other", "hostname mismatch")]
    [TestCase("expired", "expired")]
    [TestCase("foreign", "unable to get local issuer")]
    public void A_bad_certificate_leaves_the_old_in_force(string name, string why)
    {
        Assert.That(Feed("first").ExitCode, Is.Zero);
        Assert.That(Feed(name).ExitCode, Is.EqualTo(65));
        Assert.That(File.ReadAllText(_folder.File("www", "error")), Does.Contain(why));
        CheckInForce("first");
        Assert.That(_shell.Demand("cat reloads"), Is.EqualTo("reload\n"));
    }

    [Test]
    public void A_key_of_another_certificate_is_refused_at_both_ends()
    {
        Assert.That(_shell.Shell("$EXAMPLES/certificate-push/certificate-flood second.pem first.key authority.pem recipients cat").ExitCode, Is.EqualTo(65));
        _shell.Demand("cat first.key second.pem authority.pem | openssl cms -encrypt -binary -aes-256-gcm -outform DER -out mixed.flooded recipients/*.pem");
        Assert.That(Feed("first").ExitCode, Is.Zero);
        Assert.That(Feed("mixed").ExitCode, Is.EqualTo(65));
        CheckInForce("first");
    }

    [Test]
    public void What_is_altered_or_for_others_is_refused_and_the_next_is_not_kept_back()
    {
        byte[] altered = File.ReadAllBytes(_folder.File("first.flooded"));
        altered[^40] ^= 1;
        File.WriteAllBytes(_folder.File("altered.flooded"), altered);
        _shell.Demand("mkdir -p others; cp recipients/s3.pem others; $EXAMPLES/certificate-push/certificate-flood first.pem first.key authority.pem others sh -c 'cat > hidden.flooded'");
        Assert.That(Feed("altered").ExitCode, Is.EqualTo(65));
        Assert.That(Directory.Exists(_folder.File("www", "current")), Is.False);
        Assert.That(Feed("hidden", "second").ExitCode, Is.EqualTo(65));
        CheckInForce("second");
    }

    [Test]
    public void A_reload_that_fails_is_tried_again_with_the_certificate_in_force()
    {
        Assert.That(_shell.Feed($"{Apply} false", Update("first")).ExitCode, Is.EqualTo(75));
        CheckInForce("first");
        Assert.That(Feed("first").ExitCode, Is.Zero);
        Assert.That(_shell.Demand("cat reloads"), Is.EqualTo("reload\n"));
    }

    [Test]
    public void Nothing_of_the_key_goes_over_the_wire_in_the_clear()
    {
        byte[] update = File.ReadAllBytes(_folder.File("first.flooded"));
        _shell.Demand("openssl pkey -in first.key -outform DER -out first.der");
        Assert.That(update.AsSpan().IndexOf(File.ReadAllBytes(_folder.File("first.der"))), Is.Negative);
        Assert.That(update.AsSpan().IndexOf(Encoding.ASCII.GetBytes(File.ReadAllLines(_folder.File("first.key"))[1])), Is.Negative);
        Assert.That(update.AsSpan().IndexOf("PRIVATE KEY"u8), Is.Negative);
    }

    [Test]
    public void All_sites_have_the_newest_certificate_in_force()
    {
        string scripts = Path.Combine(ExampleFolder.Examples, "certificate-push");
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            ExportCommand = site => $"'{scripts}/certificate-apply' www www.example.org {_folder.Path}/ca.pem {_folder.Path}/recipients/{site.Name}.pem {_folder.Path}/{site.Name}.key sh -c 'echo reload >> reloads'",
        });

        // Of two sites, the newer first; then a bad one.
        Flood("second", "flooded", group[0]);
        Flood("first", "flooded", group[2]);
        byte[] expected = File.ReadAllBytes(_folder.File("second.key"));
        foreach (TestSite site in group.Sites)
        {
            string key = Path.Combine(site.Folder, "www", "current", "key.pem");
            Eventually.Holds(() => File.Exists(key) && File.ReadAllBytes(key).AsSpan().SequenceEqual(expected), $"{site.Name} to have it in force", group.Logs);
            Eventually.Holds(() => site.Statistics()["updates-exported"] >= 2, $"{site.Name} to have taken both", group.Logs);
        }

        Flood("expired", "flooded", group[1]);
        foreach (TestSite site in group.Sites)
        {
            string error = Path.Combine(site.Folder, "www", "error");
            Eventually.Holds(() => File.Exists(error) && File.ReadAllText(error).Contains("expired", StringComparison.Ordinal), $"{site.Name} to refuse the bad one", group.Logs);
            Assert.That(File.ReadAllBytes(Path.Combine(site.Folder, "www", "current", "key.pem")), Is.EqualTo(expected), site.Name);
        }
    }

    // Floods through the site's daemon, or into a file NAME.flooded.
    private void Flood(string name, string to, TestSite? site = null) => _shell.Demand(string.Create(
        CultureInfo.InvariantCulture,
        $"$EXAMPLES/certificate-push/certificate-flood {name}.pem {name}.key {(name == "foreign" ? "/dev/null" : "authority.pem")} recipients {(site is null ? $"sh -c 'cat > {to}.flooded'" : $"$FLOODD flood g - --to 127.0.0.1:{site.ClientPort}")}"));

    private Ending Feed(params string[] names) => _shell.Feed($"{Apply} sh -c 'echo reload >> reloads'", [.. names.Select(Update)]);

    private (string Id, byte[] Bytes) Update(string name) => ("s1/1f/1", File.ReadAllBytes(_folder.File($"{name}.flooded")));

    private void CheckInForce(string name) => _shell.Demand($"""
        cmp www/current/key.pem {name}.key
        cmp www/current/cert.pem {name}.pem
        cmp www/current/chain.pem authority.pem
        cat {name}.pem authority.pem | cmp www/current/fullchain.pem -
        ls -A www | (! grep part)
        """);
}
