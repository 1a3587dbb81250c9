// Flood commands like the one before: what is believed without taking them apart is what taking them apart gives.
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Floodd.Client.Protocol;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class FloodPrefixTests
{
    private static readonly Configuration Here = Named("a");
    private static readonly Group Known = new(new GroupDefinition(new GroupName("g")), new FloodKeys(16, salt: 1));

    [TestCase("flood g 5", "flood g 5", 5)]
    [TestCase("flood g 5", "flood g 0017", 17)]
    [TestCase("flood 5", "flood 0", 0)]
    [TestCase("Flood  g\t 5", "Flood  g\t 123456789", 123456789)]
    [TestCase("flood\tg\t5", "flood\tg\t7", 7)]
    public void Another_size_is_believed(string first, string line, int size) => Assert.That(Match(first, line, Here), Is.EqualTo((true, size)));

    [TestCase("flood g 5", "flood g ")]
    [TestCase("flood g 5", "flood g")]
    [TestCase("flood g 5", "flood h 5")]
    [TestCase("flood g 5", "flood g 5 ")]
    [TestCase("flood g 5", "flood g 5 key k")]
    [TestCase("flood g 5", "flood g 5x")]
    [TestCase("flood g 5", "flood g -5")]
    [TestCase("flood g 5", "flood g 1234567890")]
    [TestCase("flood 5", "flood g 5")]
    [TestCase("flood\tg\t5", "7")]
    [TestCase("flood g\t5", "flood 7")]
    [TestCase("flood g 5 ", "flood g 5 7")]
    [TestCase("flood g 5\t", "flood g 5\t7")]
    public void All_else_is_taken_apart(string first, string line) => Assert.That(Match(first, line, Here).Known, Is.False);

    [Test]
    public void Nothing_is_believed_under_another_configuration_or_before_anything_was_learned()
    {
        Assert.That(Match("flood g 5", "flood g 5", Named("a")).Known, Is.False);
        Assert.That(new FloodPrefix().Match("5"u8, Here, out _), Is.Null);
    }

    [Test]
    public void Whatever_is_believed_is_what_taking_it_apart_gives()
    {
        int believed = 0;
        foreach (ulong seed in Seeds.Many(20_000))
        {
            var random = new Prng(seed);
            string first = $"flood{Gap(random)}g{Gap(random)}{random.Next(1000)}";
            first += random.Chance(0.8) ? "" : Gap(random);
            string line = random.Next(4) switch
            {
                0 => first[..^random.Next(3)] + "0123456789 gx\t"[random.Next(14)],
                1 => first[..random.Next(first.Length)] + $"{random.Next(1000)}",
                2 => $"{random.Next(1000)}",
                _ => $"flood{Gap(random)}g{Gap(random)}{random.Next(1000)}",
            };
            (bool known, int size) = Match(first, line, Here);
            var parsed = RequestLine.Parse(Encoding.ASCII.GetBytes(line));
            if (known)
            {
                believed++;
                Assert.That((parsed.Fault, parsed.Verb, Encoding.ASCII.GetString(parsed.Group), parsed.Size, parsed.Key.Length), Is.EqualTo((RequestFault.None, Verb.Flood, "g", (long)size, 0)), line);
            }
        }

        Assert.That(believed, Is.GreaterThan(1000));
    }

    private static string Gap(Prng random) => random.Chance(0.8) ? " " : random.Chance(0.5) ? "\t" : "  ";

    private static (bool Known, int Size) Match(string first, string line, Configuration configuration)
    {
        var prefix = new FloodPrefix();
        prefix.Learn(Encoding.ASCII.GetBytes(first), Known, Here);
        return (prefix.Match(Encoding.ASCII.GetBytes(line), configuration, out int size) == Known, size);
    }

    private static Configuration Named(string site)
    {
        var definition = new SiteDefinition(new SiteName(site)) { InetAddress = IPAddress.Loopback };
        return new(
            definition.Name,
            ImmutableSortedDictionary<SiteName, SiteDefinition>.Empty.Add(definition.Name, definition),
            ImmutableSortedDictionary<GroupName, GroupDefinition>.Empty,
            new LocalDefinition { SiteName = definition.Name });
    }
}
