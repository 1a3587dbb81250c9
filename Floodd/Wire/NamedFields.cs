// Fields that stand for nouns of the model: names, streams, addresses. One place that says how each is written.
using System.Net;
using Floodd.Model;

namespace Floodd.Wire;

internal static class NamedFields
{
    private const int TextMax = 255;

    /// <summary><code>site = text</code>; a text that is no name fails the reading.</summary>
    public static SiteName Site(this ref FieldReader reader) => new(Name(ref reader));

    /// <summary><code>group = text</code></summary>
    public static GroupName Group(this ref FieldReader reader) => new(Name(ref reader));

    /// <summary><code>stream = origin:text incarnation:n</code></summary>
    public static void Stream(this FieldWriter writer, StreamId stream)
    {
        writer.Text(stream.Origin.Value);
        writer.Number(stream.Incarnation);
    }

    /// <inheritdoc cref="Stream(FieldWriter, StreamId)"/>
    public static StreamId Stream(this ref FieldReader reader) => new(reader.Site(), reader.Number());

    /// <summary><code>definition = site:text hostname:text address:text clientPort:n dataPort:n latitude:real longitude:real</code>; empty or NaN is not said.</summary>
    public static void Definition(this FieldWriter writer, SiteDefinition site)
    {
        writer.Text(site.Name.Value);
        writer.Text(site.Hostname ?? "");
        writer.Text(site.InetAddress?.ToString() ?? "");
        writer.Number((long)site.ClientPort);
        writer.Number((long)site.DataPort);
        writer.Real(site.Latitude ?? double.NaN);
        writer.Real(site.Longitude ?? double.NaN);
    }

    /// <inheritdoc cref="Definition(FieldWriter, SiteDefinition)"/>
    public static SiteDefinition Definition(this ref FieldReader reader)
    {
        SiteName name = reader.Site();
        string hostname = reader.Text(TextMax);
        string address = reader.Text(TextMax);
        return new SiteDefinition(name)
        {
            Hostname = IsHostname(hostname) ? hostname : null,
            InetAddress = IPAddress.TryParse(address, out IPAddress? parsed) ? parsed : null,
            ClientPort = (int)reader.Number(ushort.MaxValue),
            DataPort = (int)reader.Number(ushort.MaxValue),
            Latitude = Place(reader.Real(), 90),
            Longitude = Place(reader.Real(), 180),
        };
    }

    private static double? Place(double degrees, double max) => Math.Abs(degrees) <= max ? degrees : null;

    // What comes from afar is looked up and printed: only characters that a host's name may have.
    private static bool IsHostname(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':');

    private static string Name(ref FieldReader reader)
    {
        string text = reader.Text(NameRule.MaxLength);
        if (!NameRule.IsName(text))
        {
            reader.Refuse();
        }

        return text;
    }
}
