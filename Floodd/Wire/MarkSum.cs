// What all marks of a stream come to: who has the same sum knows the same marks, and need not be told them.
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>
/// sums = group:text answer:flag (stream sum:n)*          (to the end of the frame)
/// </code>
/// <c>sum</c>: of the numbers that the marks of the stream make (<see cref="NumberOf"/>), modulo 2^64; 0 if there are none. <c>answer</c>:
/// the other end's sums were others, and it has been told what marks there are here.
/// </summary>
/// <param name="Stream">The stream.</param>
/// <param name="Sum">The sum.</param>
public readonly record struct MarkSum(StreamId Stream, ulong Sum)
{
    /// <summary>Begins a frame; sums follow.</summary>
    public static void Begin(FieldWriter writer, GroupName group, bool isAnswer)
    {
        writer.BeginFrame();
        writer.Text(group.Value);
        writer.Flag(isAnswer);
    }

    /// <summary>Writes this sum.</summary>
    public void Write(FieldWriter writer)
    {
        writer.Stream(Stream);
        writer.Number(Sum);
    }

    /// <summary>Reads one sum; the reader tells whether that failed.</summary>
    public static MarkSum Read(ref FieldReader reader) => new(reader.Stream(), reader.Number());

    /// <summary>The number that a site's name makes (FNV-1a, draft-eastlake-fnv, over its characters).</summary>
    public static ulong NumberOf(SiteName site)
    {
        ulong number = 0xCBF29CE484222325;
        foreach (char c in site.Value)
        {
            number = (number ^ c) * 0x100000001B3;
        }

        return number;
    }

    /// <summary>The number that a mark makes, each field mixed into that of the site's name.</summary>
    public static ulong NumberOf(ulong site, long exported, long released, bool start) =>
        Prng.Mixed(Prng.Mixed(Prng.Mixed(site + (ulong)exported) + (ulong)released) + (start ? 1UL : 0UL));
}
