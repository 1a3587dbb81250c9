// A source text and its name: bytes become characters here, once, and bad ones become errors with a place. Never reads a file.
using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Floodd.Syntax;

/// <summary>A text to be read, with what was wrong with its bytes.</summary>
public sealed class SourceText
{
    /// <summary>The longest text, in bytes of UTF-8: 16 MiB.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>A text with more bad bytes than this is no text; nothing else of it is read.</summary>
    private const int BadBytesMax = 20;

    private SourceText(string name, string text, ImmutableArray<SourceError> errors) => (Name, Text, Errors) = (name, text, errors);

    /// <summary>The name that positions carry.</summary>
    public string Name { get; }

    /// <summary>The characters; U+FFFD stands for each bad byte. Empty when the text is not to be read at all.</summary>
    public string Text { get; }

    /// <summary>Bad bytes and NULs, with their places.</summary>
    public ImmutableArray<SourceError> Errors { get; }

    /// <summary>A text from characters.</summary>
    /// <param name="name">The name that positions carry.</param>
    /// <param name="text">The characters.</param>
    public static SourceText From(string name, string text) => From(name, Encoding.UTF8.GetBytes(text));

    /// <summary>A text from bytes that should be UTF-8; a byte order mark at its start is skipped.</summary>
    /// <param name="name">The name that positions carry.</param>
    /// <param name="bytes">The bytes.</param>
    public static SourceText From(string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            return Unreadable(name, "the text is longer than 16 MiB (16777216 bytes); expected at most that");
        }

        bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        return System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0)
            ? new(name, Encoding.UTF8.GetString(bytes), [])
            : Repaired(name, bytes);
    }

    /// <summary>A text that is not to be read, and why.</summary>
    /// <param name="name">The name that positions carry.</param>
    /// <param name="reason">One line.</param>
    public static SourceText Unreadable(string name, string reason) => new(name, "", [new(new(name, 1, 1), reason)]);

    private static SourceText Repaired(string name, ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        var errors = ImmutableArray.CreateBuilder<SourceError>();
        int line = 1, column = 1;
        while (!bytes.IsEmpty)
        {
            bool good = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done && rune.Value != 0;
            if (!good && errors.Count == BadBytesMax)
            {
                errors.Add(new(new(name, line, column), "more such bytes; expected a text, read no further"));
                return new(name, "", errors.ToImmutable());
            }

            if (!good)
            {
                string found = rune.Value == 0 ? "a NUL byte" : string.Create(CultureInfo.InvariantCulture, $"byte 0x{bytes[0]:x2}, which is not UTF-8");
                errors.Add(new(new(name, line, column), $"found {found}; expected UTF-8 text without NUL"));
            }

            _ = text.Append((good ? rune : Rune.ReplacementChar).ToString());
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + 1);
            bytes = bytes[length..];
        }

        return new(name, text.ToString(), errors.ToImmutable());
    }
}
