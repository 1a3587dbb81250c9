// An s-expression with its place in the text. Knows nothing of what any word means.
using System.Collections.Immutable;

namespace Floodd.Syntax;

/// <summary>An atom or a list. The family is closed.</summary>
public abstract record Sexp
{
    private Sexp(SourcePosition position) => Position = position;

    /// <summary>Where it begins.</summary>
    public SourcePosition Position { get; }

    /// <summary>A bare word, a number or a quoted string.</summary>
    public sealed record Atom : Sexp
    {
        /// <summary>An atom.</summary>
        /// <param name="text">Its text, without quotes and escapes.</param>
        /// <param name="quoted">Whether it was written as a quoted string.</param>
        /// <param name="position">Where it begins.</param>
        public Atom(string text, bool quoted, SourcePosition position)
            : base(position) => (Text, Quoted) = (text, quoted);

        /// <summary>Its text, without quotes and escapes.</summary>
        public string Text { get; }

        /// <summary>Whether it was written as a quoted string.</summary>
        public bool Quoted { get; }

        /// <inheritdoc/>
        public override string ToString() => SexpWriter.Write(this);
    }

    /// <summary>A list in parentheses.</summary>
    public sealed record List : Sexp
    {
        /// <summary>A list.</summary>
        /// <param name="items">What is in it.</param>
        /// <param name="position">Where its <c>(</c> stands.</param>
        public List(ImmutableArray<Sexp> items, SourcePosition position)
            : base(position) => Items = items;

        /// <summary>What is in it.</summary>
        public ImmutableArray<Sexp> Items { get; }

        /// <summary>The bare word that it begins with; null if it begins with anything else.</summary>
        public string? Head => Items is [Atom { Quoted: false } head, ..] ? head.Text : null;

        /// <inheritdoc/>
        public override string ToString() => SexpWriter.Write(this);
    }
}
