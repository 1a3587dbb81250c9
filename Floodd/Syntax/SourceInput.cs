// A place in a text as Sprache reads it. Unlike Sprache's own input it moves many characters at once and allocates no memo per character.
using Sprache;

namespace Floodd.Syntax;

/// <summary>The rest of a source text.</summary>
internal sealed class SourceInput : IInput
{
    private IDictionary<object, object>? _memos;

    internal SourceInput(string name, string source)
        : this(name, source, 0, 1, 1)
    {
    }

    private SourceInput(string name, string source, int position, int line, int column) =>
        (Name, Source, Position, Line, Column) = (name, source, position, line, column);

    public string Name { get; }

    public string Source { get; }

    public int Position { get; }

    public int Line { get; }

    public int Column { get; }

    public bool AtEnd => Position == Source.Length;

    public char Current => Source[Position];

    public IDictionary<object, object> Memos => _memos ??= new Dictionary<object, object>();

    internal SourcePosition Place => new(Name, Line, Column);

    internal ReadOnlySpan<char> Rest => Source.AsSpan(Position);

    public IInput Advance() => Skip(1);

    /// <summary>The place <paramref name="count"/> UTF-16 units on; a surrogate pair is one column.</summary>
    internal SourceInput Skip(int count)
    {
        int line = Line, column = Column;
        foreach (char c in Rest[..count])
        {
            (line, column) = c == '\n' ? (line + 1, 1) : (line, char.IsLowSurrogate(c) ? column : column + 1);
        }

        return new(Name, Source, Position + count, line, column);
    }

    public bool Equals(IInput? other) => other is SourceInput input && input.Position == Position && ReferenceEquals(input.Source, Source);

    public override bool Equals(object? obj) => Equals(obj as IInput);

    public override int GetHashCode() => Position;
}
