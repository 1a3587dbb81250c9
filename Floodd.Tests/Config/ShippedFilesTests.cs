// The files in config/: they load, and the reference says what the code does.
using System.Reflection;
using System.Runtime.CompilerServices;
using Floodd.Config;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Config;

internal sealed class ShippedFilesTests
{
    [Test]
    public void The_reference_is_what_the_table_of_parameters_says()
    {
        string expected = ReferenceText.Write();
        Assert.That(
            File.ReadAllText(PathOf("reference.conf")), Is.EqualTo(expected),
            $"Write it anew with: dotnet run --project Floodd -- check --reference > config/reference.conf\nIt should be:\n{expected}");
    }

    [Test]
    public void The_reference_sets_nothing_and_is_all_good_when_it_is_taken_over()
    {
        string[] lines = File.ReadAllLines(PathOf("reference.conf"));
        Assert.That(lines.All(line => line.Length == 0 || line[0] is ';' or '#'));
        string all = string.Join('\n', lines.Select(line => line.TrimStart('#')));
        Configuration read = ConfigText.Good(ConfigText.Read(all));
        Assert.That(read.Self, Is.EqualTo(new SiteName("inferno")));
        Assert.That(read.Groups[new("mirror-1")].PingPeriod, Is.EqualTo(new GroupDefinition(new("g")).PingPeriod));
    }

    [Test]
    public void Every_property_of_the_records_has_a_parameter()
    {
        // Each record is changed in nothing but one property; if the written form does not change, no parameter stands for it.
        Assert.Multiple(() =>
        {
            CheckAll(new SiteDefinition(new("s")), ConfigurationWriter.Write);
            CheckAll(new GroupDefinition(new("g")), ConfigurationWriter.Write);
            CheckAll(new LocalDefinition(), ConfigurationWriter.Write);
            CheckAll(new ExportDefinition(), e => ConfigurationWriter.Write(new LocalDefinition { Export = e }));
            CheckAll(new AccessDefinition(), a => ConfigurationWriter.Write(new LocalDefinition { Access = a }));
        });
    }

    [Test]
    public void Every_parameter_is_described()
    {
        foreach (Parameter parameter in Parameters.All)
        {
            Assert.That(parameter.Sentence, Does.EndWith("."), parameter.Name);
            Assert.That(parameter.Example, Is.Not.Empty, parameter.Name);
            Assert.That(parameter.Expectation, Is.Not.Empty, parameter.Name);
        }

        Assert.That(Parameters.All.Select(p => (p.Form, p.Name)), Is.Unique);
    }

    [Test]
    public void The_minimal_file_loads_anywhere() =>
        Assert.That(Load(null, "minimal.conf").Groups[new("updates")].Sites, Has.Length.EqualTo(2));

    [Test]
    public void Each_of_the_three_sites_loads_and_no_two_share_a_port()
    {
        Configuration[] all = [.. new[] { "alpha", "beta", "gamma" }.Select(site => Load(site, "three-sites/three-sites.conf"))];
        Assert.That(all.Select(c => c.Self.Value), Is.EqualTo(new[] { "alpha", "beta", "gamma" }));
        Assert.That(all.SelectMany(c => new[] { c.SelfDefinition.ClientPort, c.SelfDefinition.DataPort, c.SelfDefinition.HttpPort ?? 0 }), Is.Unique.And.All.GreaterThan(1023));
        Assert.That(all[0].Groups[new("trio")].Sites, Has.Length.EqualTo(3));
    }

    private static void CheckAll<TRecord>(TRecord defaults, Func<TRecord, string> write)
        where TRecord : class
    {
        MethodInfo clone = typeof(TRecord).GetMethod("<Clone>$")!;
        foreach (PropertyInfo property in typeof(TRecord).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            object? other = Other(property.PropertyType, property.GetValue(defaults));
            if (other == null)
            {
                continue;
            }

            object changed = clone.Invoke(defaults, null)!;
            property.SetValue(changed, other);
            Assert.That(write((TRecord)changed), Is.Not.EqualTo(write(defaults)), $"{typeof(TRecord).Name}.{property.Name}");
        }
    }

    private static object? Other(Type type, object? value) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => "/other",
        var t when t == typeof(int) => (int)(value ?? 0) + 1,
        var t when t == typeof(long) => (long)(value ?? 0L) + 1,
        var t when t == typeof(double) => (double)(value ?? 0.0) + 1,
        var t when t == typeof(bool) => !(bool)value!,
        var t when t == typeof(TimeSpan) => (TimeSpan)value! + TimeSpan.FromSeconds(1),
        var t when t == typeof(SiteName) => new SiteName("other"),
        var t when t == typeof(GroupName) => new GroupName("other"),
        var t when t == typeof(System.Net.IPAddress) => System.Net.IPAddress.Parse("192.0.2.99"),
        var t when t == typeof(ExportFormat) => ExportFormat.Framed,
        var t when t == typeof(System.Collections.Immutable.ImmutableArray<string>) => System.Collections.Immutable.ImmutableArray.Create("other"),
        var t when t == typeof(System.Collections.Immutable.ImmutableArray<SiteName>) => System.Collections.Immutable.ImmutableArray.Create(new SiteName("other")),
        // The parts of LocalDefinition are checked as records of their own.
        var t when t == typeof(ExportDefinition) || t == typeof(AccessDefinition) => null,
        var t => throw new AssertionException($"teach this test the type {t}"),
    };

    private static Configuration Load(string? site, string file) =>
        ConfigText.Good(ConfigurationReader.Read(ConfigFiles.Load([PathOf(file)]), site == null ? null : new SiteName(site), ConfigText.Nowhere));

    private static string PathOf(string file, [CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "config", file));
}
