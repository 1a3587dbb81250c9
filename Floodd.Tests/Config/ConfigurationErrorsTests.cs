// What bad configuration texts are told: all of it, each with its place, what was found and what was expected.
using System.Collections.Immutable;
using System.Text;
using Floodd.Config;
using Floodd.Model;
using Floodd.Syntax;
using NUnit.Framework;

namespace Floodd.Tests.Config;

internal sealed class ConfigurationErrorsTests
{
    [Test]
    public void All_errors_are_reported_at_once_and_none_causes_others()
    {
        const string Text = """
            (:site-define (:site-nam a) (:client-port 70000))
            (:site-define (:site-name b (:client-port 1))
            (:group-define (:group-name"g") (:site a) (:site cc) (:connectivty 9) (:ping-period -1))
            (:site-defin (:site-name cd) (:lattitude 91) (:inet-address 1))
            garbage )
            (site-define)
            (:unheard-of 1)
            (:local (:export-command) (:data-storage-max 4q) (:insecure yes) (:colour red)
              (:bind-address 127.0.0.1) (:bind-address 127.0.0.1))
            (:site-define (:site-name cd))
            """;
        Assert.That(string.Join('\n', ConfigText.Errors(ConfigText.Read(Text, "a"))), Is.EqualTo(string.Join('\n', new[]
        {
            "f:1:16: unknown parameter ':site-nam' in :site-define; did you mean :site-name?",
            "f:1:43: :client-port is '70000'; expected a port, 0 to 65535 (0 takes a free one)",
            "f:2:1: '(' is not closed; expected ')' before :group-define at line 3 of f",
            "f:2:29: found the list (':client-port' ...) in :site-name; expected a site's name: 1 to 64 letters, digits, '.', '_' or '-', the first a letter, digit or '_'",
            "f:3:50: :site is cc, which is not defined; expected a site with a :site-define; did you mean cd?",
            "f:3:55: unknown parameter ':connectivty' in :group-define; did you mean :connectivity?",
            "f:3:68: :connectivity 9 is more than :max-degree 8 (its default); expected at most as much",
            "f:3:85: :ping-period is '-1'; expected seconds, 0.001 to 315360000, decimal",
            "f:4:2: unknown form ':site-defin'; did you mean :site-define?",
            "f:4:42: :latitude is '91'; expected degrees, -90 to 90, decimal",
            "f:4:61: :inet-address is '1'; expected an IPv4 or IPv6 address at which others reach the site",
            "f:5:1: found 'garbage' outside of any form; expected '('",
            "f:5:9: found ')' that closes nothing; expected '(' or the end of the text",
            "f:6:1: :site-define has no (:site-name ...); expected a site's name: 1 to 64 letters, digits, '.', '_' or '-', the first a letter, digit or '_'",
            "f:6:2: unknown form 'site-define'; did you mean :site-define?",
            "f:7:2: unknown form ':unheard-of'; expected :site-define or :group-define or :local",
            "f:8:9: :export-command has no value; expected a command for /bin/sh -c, at most 100000 bytes",
            "f:8:46: :data-storage-max is '4q'; expected bytes, 4k to 1024g, a whole number with or without k, m or g (1024s)",
            "f:8:61: :insecure is 'yes'; expected t or nil",
            "f:8:67: unknown parameter ':colour' in :local; expected one of " + string.Join(' ', Parameters.All.Where(p => p.Form == "local").Select(p => ":" + p.Name)),
            "f:9:29: :bind-address is given twice; it was given at f:9:18 already, expected once",
            "f:10:1: site cd is defined twice; it was defined at f:4:1 already, expected once",
        })));
    }

    [TestCase("(:client-port 65536)", "f:1:44: :client-port is '65536'")]
    [TestCase("(:data-port -1)", "f:1:42: :data-port is '-1'")]
    [TestCase("(:data-port 2k)", "f:1:42: :data-port is '2k'")]
    [TestCase("(:client-port 2000 2001)", "f:1:49: found '2001' as a second value of :client-port; expected one value")]
    [TestCase("(:client-port 2001)", "f:1:44: :client-port is 2001 as is :data-port (its default); expected different ports")]
    [TestCase("(:http-port 2000)", "f:1:42: :http-port is 2000 as is :client-port (its default); expected different ports")]
    [TestCase("(:latitude NaN)", "f:1:41: :latitude is 'NaN'")]
    [TestCase("(:hostname -x)", "f:1:41: :hostname is '-x'; expected a host's name or address")]
    [TestCase("(:inet-address 0.0.0.0)", "f:1:45: :inet-address is '0.0.0.0'")]
    [TestCase("(:inet-address 224.0.0.1)", "f:1:45: :inet-address is '224.0.0.1'")]
    [TestCase("(:inet-address 127.1)", "f:1:45: :inet-address is '127.1'")]
    [TestCase("(:site-name c)", "f:1:30: :site-name is given twice; it was given at f:1:27 already")]
    [TestCase("word", "f:1:30: found 'word' in :site-define; expected a parameter such as (:site-name ...)")]
    [TestCase("()", "f:1:30: found an empty list in :site-define")]
    [TestCase("(\":client-port\" 1)", "f:1:30: found a list in :site-define")]
    public void A_bad_site_is_told_what_is_wrong(string site, string expected) =>
        Assert.That(ConfigText.Errors(site), Has.Length.EqualTo(1).And.Some.StartsWith(expected));

    [TestCase("(:site c)", "f:3:59: :site is c, which is not defined; expected a site with a :site-define")]
    [TestCase("(:site b)", "f:3:59: :site 'b' is given twice; expected once")]
    [TestCase("(:site a b)", "f:3:61: found 'b' as a second value of :site; expected one value, others each in a (:site ...) of their own")]
    [TestCase("(:master-site c)", "f:3:66: :master-site is c, which is not defined")]
    [TestCase("(:allow-site 10.0.0.1/8)", "f:3:65: :allow-site is '10.0.0.1/8'; expected a site name, a hostname")]
    [TestCase("(:deny-site a/b)", "f:3:64: :deny-site is 'a/b'")]
    [TestCase("(:ping-period 0)", "f:3:66: :ping-period is '0'; expected seconds")]
    [TestCase("(:ping-period 1e3)", "f:3:66: :ping-period is '1e3'")]
    [TestCase("(:ping-period 99999999999999999999999999999999)", "f:3:66: :ping-period is '9999")]
    [TestCase("(:connectivity 0)", "f:3:67: :connectivity is '0'; expected a whole number, 1 to 16")]
    [TestCase("(:connectivity 9)", "f:3:67: :connectivity 9 is more than :max-degree 8 (its default)")]
    [TestCase("(:max-degree 2)", "f:3:65: :connectivity 3 (its default) is more than :max-degree 2")]
    [TestCase("(:max-update-size 33m)", "f:3:70: :max-update-size is 34603008 bytes; expected at most half of :data-storage-max (its default), which is 33554432 bytes")]
    [TestCase("(:max-update-size 99999999999999999999g)", "f:3:70: :max-update-size is '9999")]
    public void A_bad_group_is_told_what_is_wrong(string group, string expected) =>
        Assert.That(ConfigText.Errors(group: group), Has.Length.EqualTo(1).And.Some.StartsWith(expected));

    [TestCase("(:site-name a)", "f:4:24: :site-name is given twice; it was given at f:4:21 already")]
    [TestCase(")(:local (:insecure t)) (:local (:insecure t)", "f:4:56: :insecure is given twice; it was given at f:4:44 already")]
    [TestCase("(:data-storage-max 4095)", "f:4:43: :data-storage-max is '4095'; expected bytes, 4k to 1024g")]
    [TestCase("(:data-storage-max 1.5m)", "f:4:43: :data-storage-max is '1.5m'")]
    [TestCase("(:export-command \" \")", "f:4:41: :export-command is ' '; expected a command")]
    [TestCase("(:export-format xml)", "f:4:40: :export-format is 'xml'; expected raw or framed")]
    [TestCase("(:allow-client somebody)", "f:4:39: :allow-client is 'somebody'; expected an address, a network")]
    [TestCase("(:export-comand x)", "f:4:25: unknown parameter ':export-comand' in :local; did you mean :export-command?")]
    [TestCase("(Insecure t)", "f:4:25: unknown parameter 'Insecure' in :local; did you mean :insecure?")]
    public void A_bad_local_form_is_told_what_is_wrong(string local, string expected) =>
        Assert.That(ConfigText.Errors(local: local), Has.Length.EqualTo(1).And.Some.StartsWith(expected));

    [Test]
    public void A_group_defined_twice_is_an_error_that_names_both_places() =>
        Assert.That(
            ConfigText.Errors(local: ")(:group-define (:group-name g)"),
            Is.EqualTo(new[] { "f:4:25: group g is defined twice; it was defined at f:3:1 already, expected once" }));

    [Test]
    public void Errors_of_several_files_come_file_by_file()
    {
        SourceText[] files = [SourceText.From("z", "(:local (:site-name a) (:x 1)) (:site-define (:site-name a)) (:group-define (:group-name g) (:site q))"), SourceText.From("a", "(b)\n)")];
        Assert.That(
            ConfigurationReader.Read(files, null, ConfigText.Nowhere).Errors.Select(e => e.Position.ToString()),
            Is.EqualTo(new[] { "z:1:25", "z:1:100", "a:1:2", "a:2:1" }));
    }

    [Test]
    public void An_error_is_one_line_however_long_and_strange_its_value()
    {
        string error = ConfigText.Errors(local: $"(:insecure \"\n\u001b[2J{new string('x', 5000)}\")").Single();
        Assert.That(error, Does.Contain("'\\x0a\\x1b[2Jxxx").And.Length.LessThan(200));
        Assert.That(error.Any(char.IsControl), Is.False);
    }

    [Test]
    public void Random_texts_give_a_configuration_or_errors()
    {
        var prng = new Prng(68);
        string[] words = ["(", "(", ")", ")", "(:site-define ", "(:group-define ", "(:local ", "\"", "\\", ";", "\n", " ", "a", "70000", "10.0.0.0/8", "4k", "-", "*", "\0", "ü",
            .. Parameters.All.Select(p => $"(:{p.Name} "), .. Parameters.All.Select(p => $"(:{p.Name} {p.Example})")];
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (int round = 0; round < 20_000 && clock.ElapsedMilliseconds < 1500; round++)
        {
            string text = string.Concat(Enumerable.Range(0, prng.Next(50)).Select(_ => words[prng.Next(words.Length)]));
            ConfigurationResult result = ConfigurationReader.Read([SourceText.From("f", Encoding.UTF8.GetBytes(text))], new SiteName("a"), ConfigText.Nowhere);
            Assert.That(result.Configuration is null, Is.EqualTo(result.Errors.Length > 0), text);
        }
    }

    [Test]
    public void No_more_errors_are_listed_than_anybody_reads()
    {
        string text = $"(:local {string.Concat(Enumerable.Repeat("(x) ", 50_000))})";
        ImmutableArray<SourceError> errors = ConfigText.Read(text).Errors;
        Assert.That(errors, Has.Length.LessThanOrEqualTo(SexpReader.MaxErrors + 1));
        Assert.That(errors.Select(e => e.ToString()), Has.One.EndsWith("more errors than can be listed; read no further"));
    }
}
