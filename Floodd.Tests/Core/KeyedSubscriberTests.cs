// Subscribers where updates share keys: each key comes once and is never passed over, also to one that goes on at another site.
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class KeyedSubscriberTests
{
    private const string Start = "start";

    [Test]
    public void One_that_goes_on_where_the_other_update_was_first_loses_neither()
    {
        // Here a's came first. What c has behind its own is given before a's, and the client leaves in between.
        Site here = new(), there = new();
        here.A("1", "K");
        here.C("1", "K", "3");
        there.C("1", "K", "3");
        there.A("1", "K");
        List<Given> given = here.Subscribe("c/1/1");
        Assert.That(given.Select(g => g.Text), Is.EqualTo(new[] { "a1", "aK", "c3" }));
        given = here.Subscribe("a/1/1");
        Assert.That(given.Select(g => g.Text), Is.EqualTo(new[] { "aK", "c1", "c3" }).Or.EqualTo(new[] { "c1", "cK", "c3" }));
        foreach (Site site in new[] { here, there })
        {
            Assert.That(site.Subscribe("a/1/1,c/1/3").Select(g => g.Text), Is.Empty, "c's own is behind the place");
            Assert.That(site.Subscribe("a/1/1,c/1/1").Select(g => g.Key), Does.Contain("K"));
            Assert.That(site.Subscribe("a/1/2,c/1/1").Select(g => g.Text), Is.EqualTo(new[] { "c3" }));
        }
    }

    [Test]
    public void Wherever_one_leaves_and_goes_on_it_gets_one_update_of_each_key()
    {
        for (ulong seed = 0; seed < 15; seed++)
        {
            var draw = new Prng(seed);
            Site[] sites = [new(), new()];
            string[] a = [.. Enumerable.Range(1, 6).Select(n => draw.Chance(0.7) ? $"K{n}" : $"{n}")];
            string[] c = [.. a.Where(k => k[0] == 'K').OrderBy(_ => draw.Next(100)), "9", "K9"];
            foreach (Site site in sites)
            {
                for ((int ofA, int ofC) = (0, 0); ofA < a.Length || ofC < c.Length;)
                {
                    if (ofC == c.Length || (ofA < a.Length && draw.Chance(0.5)))
                    {
                        site.A(a[ofA++]);
                    }
                    else
                    {
                        site.C(c[ofC++]);
                    }
                }
            }

            string[] all = [.. a.Union(c).Order()];
            foreach ((Site first, Site second) in new[] { (sites[0], sites[1]), (sites[1], sites[0]) })
            {
                List<Given> whole = first.Subscribe(Start);
                for (int count = 0; count <= whole.Count; count++)
                {
                    List<Given> given = whole[..count];
                    List<Given> next = second.Subscribe(Given.Position(given));
                    given.AddRange(next[..draw.Next(next.Count + 1)]);
                    given.AddRange(first.Subscribe(Given.Position(given)));
                    Assert.That(given.Select(g => g.Key).Order(), Is.EqualTo(all), $"seed {seed}, left after {count}");
                }
            }
        }
    }

    [Test]
    public void What_comes_under_a_key_of_what_was_there_before_now_is_left_out()
    {
        var site = new Site();
        site.A("1", "K");
        ClientEnd client = site.Rig.Client();
        client.Ask("subscribe\n");
        site.C("1", "K", "3");
        Assert.That(Given.Read(client.Take()).Select(g => g.Text), Is.EqualTo(new[] { "c1", "c3" }));
    }

    [Test]
    public void A_place_in_a_stream_that_is_not_there_yet_counts_as_soon_as_its_keys_are_known()
    {
        var site = new Site();
        site.C("1");
        ClientEnd client = site.Rig.Client();
        client.Ask("subscribe from a/1/2,c/1/1\n");
        site.A("1");
        site.C("K");
        Assert.That(Given.Read(client.Take()).Select(g => g.Text), Is.EqualTo(new[] { "cK" }), "nobody here knows that a's has the same key");
        site.A("K", "L", "M");
        site.C("L", "M", "5");
        Assert.That(Given.Read(client.Take()).Select(g => g.Text), Is.EqualTo(new[] { "aL", "aM", "c5" }));
        Assert.That(site.Subscribe("a/1/2,c/1/1").Select(g => g.Text), Does.Not.Contain("cK").And.Contain("c5"));
    }

    [Test]
    public void What_was_lost_to_it_does_not_keep_the_other_one_back()
    {
        var site = new Site();
        site.A("1", "K");
        site.Rig.Core.State.Store.Release(site.Rig.Group.Streams.Single(s => s.Id.Origin == Rig.A).DropOldest());
        site.C("1", "K", "3");
        Assert.That(site.Ask("a/1/1,c/1/1"), Does.Contain("gap mirror a/1/2 2\n").And.Contain("c/1/2"));
        site.A("3");
        Assert.That(site.Ask("a/1/1,c/1/1"), Does.Contain("gap mirror a/1/2 2\n").And.Contain("c/1/2"));
        Assert.That(site.Subscribe(Start).Select(g => g.Text), Is.EquivalentTo(new[] { "a3", "c1", "cK", "c3" }), "who begins gets all that is held");
    }

    [Test]
    public void A_stream_that_the_site_forgot_still_has_its_place()
    {
        var site = new Site();
        site.A("1", "K");
        ClientEnd client = site.Rig.Client();
        Assert.That(Given.Read(client.Ask("subscribe from start\n")), Has.Count.EqualTo(2));
        SegmentStream stream = site.Rig.Group.Streams.Single(s => s.Id.Origin == Rig.A);
        site.Rig.Core.State.Store.Release(stream.DropOldest());
        site.Rig.Group.Remove(stream);
        site.Rig.Core.Subscribers.Forget(stream);
        site.C("1", "K", "3");
        Assert.That(Given.Read(client.Take()).Select(g => g.Text), Is.EqualTo(new[] { "c1", "c3" }));
    }

    /// <summary>A site b without an export, to which updates of a and c come; one whose text is not a number has it for its key.</summary>
    private sealed class Site
    {
        private readonly LinkEnd _a;
        private readonly LinkEnd _c;
        private int _ofA = 1;
        private int _ofC = 1;

        public Site() => (_a, _c) = (Rig.Link(Rig.A), Rig.Link(Rig.C));

        public Rig Rig { get; } = new(l => l with { Export = new ExportDefinition() });

        public void A(params string[] texts) => Run(_a, "a", ref _ofA, texts);

        public void C(params string[] texts) => Run(_c, "c", ref _ofC, texts);

        public string Ask(string from)
        {
            ClientEnd client = Rig.Client();
            string heard = client.Ask($"subscribe from {from}\n");
            client.End.Vanish();
            return heard;
        }

        public List<Given> Subscribe(string from) => Given.Read(Ask(from));

        private static void Run(LinkEnd link, string origin, ref int next, string[] texts)
        {
            foreach (string text in texts)
            {
                link.Run(next++, Piece.Whole(origin + text) with { Key = char.IsDigit(text[0]) ? null : text });
            }
        }
    }

    /// <summary>An update that a subscriber was given.</summary>
    private sealed record Given(string Stream, long Sequence, string Text)
    {
        public string Key => Text[1..];

        public static List<Given> Read(string heard)
        {
            string[] lines = heard.Split('\n');
            return [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith("update ", StringComparison.Ordinal)).Select(i =>
            {
                string id = lines[i].Split(' ')[2];
                int slash = id.LastIndexOf('/');
                return new Given(id[..slash], long.Parse(id.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture), lines[i + 1]);
            })];
        }

        public static string Position(List<Given> given) =>
            given.Count == 0 ? Start : string.Join(',', given.GroupBy(g => g.Stream).Select(s => $"{s.Key}/{s.Last().Sequence}"));
    }
}
