// The demo's judgment: everything that can be wrong with an export is told.
using Floodd.Client;
using Floodd.Commands.Demo;
using NUnit.Framework;

namespace Floodd.Tests.Commands;

internal sealed class DemoVerdictTests
{
    private static readonly ExportedUpdate A1 = Update("a", 1, "one");
    private static readonly ExportedUpdate A2 = Update("a", 2, "two");
    private static readonly ExportedUpdate B1 = Update("b", 1, "three");

    [Test]
    public void All_updates_in_their_origins_order_are_well() => Assert.That(Judge(B1, A1, A2), Is.Empty);

    [Test]
    public void A_missing_update_is_told() => Assert.That(Judge(A1, B1), Is.EqualTo(new[] { "here did not export 1 of 3 updates: a/1f/2" }));

    [Test]
    public void Other_bytes_are_told() =>
        Assert.That(Judge(A1, Update("a", 2, "too"), B1), Is.EqualTo(new[] { "here altered 1 of 3 updates: a/1f/2" }));

    [Test]
    public void An_update_that_came_twice_is_told() =>
        Assert.That(Judge(A1, A2, B1, A1), Is.EqualTo(new[] { "here exported again 1 of 3 updates: a/1f/1" }));

    [Test]
    public void The_wrong_order_of_one_origin_is_told() =>
        Assert.That(Judge(A2, B1, A1), Is.EqualTo(new[] { "here exported out of order 1 of 3 updates: a/1f/1" }));

    [Test]
    public void An_update_that_nobody_flooded_is_told_unless_others_flood()
    {
        ExportedUpdate stranger = Update("b", 2, "four");
        Assert.That(Judge(A1, A2, B1, stranger), Has.Exactly(1).Items.And.Some.EndsWith("b/1f/2"));
        Assert.That(DemoVerdict.Of("here", [A1, A2, B1], [A1, A2, B1, stranger], alone: false), Is.Empty);
    }

    [Test]
    public void The_digest_depends_on_the_id_and_every_byte()
    {
        Assert.That(Update("a", 1, "one"), Is.EqualTo(A1));
        Assert.That(new[] { Update("a", 3, "one").Digest, Update("a", 1, "onE").Digest, Update("a", 1, "one ").Digest }, Has.None.EqualTo(A1.Digest));
    }

    private static System.Collections.Immutable.ImmutableArray<string> Judge(params ExportedUpdate[] exported) =>
        DemoVerdict.Of("here", [A1, A2, B1], exported, alone: true);

    private static ExportedUpdate Update(string origin, long sequence, string text) =>
        ExportedUpdate.Of(new FloodId(origin, 31, sequence), System.Text.Encoding.UTF8.GetBytes(text));
}
