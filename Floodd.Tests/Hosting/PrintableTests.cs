// Strangers' text in a log.
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

internal sealed class PrintableTests
{
    [Test]
    public void What_prints_stays_and_what_does_not_is_escaped() =>
        Assert.That(Printable.Escape("a b~\n\u001b[2J\\\u00e9"), Is.EqualTo("a b~\\x0a\\x1b[2J\\\\\\xc3\\xa9"));

    [Test]
    public void A_long_text_is_cut()
    {
        Assert.That(Printable.Escape(new string('x', 128)), Is.EqualTo(new string('x', 128)));
        Assert.That(Printable.Escape(new string('x', 129)), Is.EqualTo(new string('x', 128) + "..."));
    }
}
