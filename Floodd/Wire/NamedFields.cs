// Fields that stand for nouns of the model: names, streams, addresses. One place that says how each is written.
using System.Net;
using System.Text;
using Floodd.Model;

namespace Floodd.Wire;

internal static class NamedFields
{
    private const int TextMax = 255;

    // The names read last, as a few are read over and over: mostly neither checked nor made again, and equal by reference. It never
    // shows which are here, so any thread may put another in a name's place at any time.
    private static readonly string?[] Known = new string?[1024];

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

    /// <summary>Passes over a definition.</summary>
    public static SiteName PassDefinition(this ref FieldReader reader)
    {
        SiteName name = reader.Site();
        reader.Bytes(TextMax);
        reader.Bytes(TextMax);
        reader.Number();
        reader.Number();
        reader.Real();
        reader.Real();
        return name;
    }

    private static double? Place(double degrees, double max) => Math.Abs(degrees) <= max ? degrees : null;

    // What comes from afar is looked up and printed: only characters that a host's name may have.
    private static bool IsHostname(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':');

    private static int PlaceOf(ReadOnlySpan<byte> name)
    {
        uint hash = (uint)name.Length;
        foreach (byte b in name)
        {
            hash = (hash * 31) + b;
        }

        return (int)((hash * 0x9E3779B1) >> 22);
    }

    private static string Name(ref FieldReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.Bytes(NameRule.MaxLength);
        ref string? known = ref Known[PlaceOf(bytes)];
        if (known is { } name && Ascii.Equals(bytes, name))
        {
            return name;
        }

        // Letters, digits and a few signs: what is not ASCII is no name.
        string text = Encoding.Latin1.GetString(bytes);
        if (!NameRule.IsName(text))
        {
            reader.Refuse();
            return "";
        }

        known = text;
        return text;
    }
}
