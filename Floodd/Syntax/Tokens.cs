// The grammar of s-expressions up to their tokens, in Sprache. Never nests: nesting is the reader's, which counts it.
using System.Buffers;
using System.Collections.Immutable;
using Sprache;

namespace Floodd.Syntax;

internal enum TokenKind
{
    Open,
    Close,
    Word,
    Quoted,
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">A word's or string's text.</param>
/// <param name="Place">Where it begins.</param>
/// <param name="BadEscapes">A string's escapes that are none.</param>
internal sealed record Token(TokenKind Kind, string Text, SourceInput Place, ImmutableArray<StringPiece> BadEscapes);

/// <param name="Text">What it stands for.</param>
/// <param name="BadPlace">Where it begins, if it is not as the grammar wants it; else null.</param>
internal sealed record StringPiece(string Text, SourceInput? BadPlace);

internal static class Tokens
{
    private const string Blanks = " \t\r\n\f\v";

    /// <summary>What ends a word.</summary>
    internal const string Delimiters = Blanks + "()\";#";

    private static readonly SearchValues<char> BlankValues = SearchValues.Create(Blanks);
    private static readonly SearchValues<char> DelimiterValues = SearchValues.Create(Delimiters);
    private static readonly SearchValues<char> StringEnds = SearchValues.Create("\"\\");
    private static readonly SearchValues<char> LineEnd = SearchValues.Create("\n");

    private static readonly StringPiece EscapedQuote = new("\"", null);
    private static readonly StringPiece EscapedBackslash = new("\\", null);

    // blanks = { blank | (";" | "#") rest-of-line }
    private static readonly Parser<string> Spaces = While(BlankValues, "a blank");
    private static readonly Parser<string> Comment = Until(LineEnd, "a comment");
    private static readonly Parser<string> Space = input => !input.AtEnd && input.Current is (';' or '#') ? Comment(input) : Spaces(input);

    /// <summary>Blanks and comments. Never fails.</summary>
    internal static readonly Parser<IEnumerable<string>> Skipped = Space.Many();

    // word = 1*( any character but blank ( ) " ; # )
    private static readonly Parser<Token> Word =
        from place in Here from text in Until(DelimiterValues, "a word") select new Token(TokenKind.Word, text, place, []);

    // piece = "\" character | 1*( any character but " \ )
    private static readonly Parser<StringPiece> Piece =
        (from text in Until(StringEnds, "a character") select new StringPiece(text, null))
        .Or(from place in Here from slash in Parse.Char('\\') from c in Parse.AnyChar select Escape(c, place));

    // string = DQUOTE { piece } DQUOTE
    private static readonly Parser<Token> Quoted =
        from open in One(TokenKind.Quoted, '"') from pieces in Piece.Many() from close in Parse.Char('"') select Join(open, pieces);

    // token = "(" | ")" | word | string | end of text
    // Chosen by the first character: to try one after the other costs a failure, with its text, for each.
    private static readonly Parser<Token> Open = One(TokenKind.Open, '(');
    private static readonly Parser<Token> Close = One(TokenKind.Close, ')');
    private static readonly Parser<Token> AnyToken = input => input.AtEnd
        ? Result.Success(new Token(TokenKind.End, "", (SourceInput)input, []), input)
        : (input.Current switch { '(' => Open, ')' => Close, '"' => Quoted, _ => Word })(input);

    /// <summary>Blanks, comments, then one token. Fails only within a string that is not closed.</summary>
    internal static readonly Parser<Token> Next = from blanks in Skipped from token in AnyToken select token;

    private static Parser<SourceInput> Here => input => Result.Success((SourceInput)input, input);

    private static Parser<Token> One(TokenKind kind, char c) => input =>
        !input.AtEnd && input.Current == c
            ? Result.Success(new Token(kind, "", (SourceInput)input, []), input.Advance())
            : Result.Failure<Token>(input, "unexpected character", [c.ToString()]);

    private static Parser<string> While(SearchValues<char> allowed, string what) => input => Run(input, ((SourceInput)input).Rest.IndexOfAnyExcept(allowed), what);

    private static Parser<string> Until(SearchValues<char> ends, string what) => input => Run(input, ((SourceInput)input).Rest.IndexOfAny(ends), what);

    private static IResult<string> Run(IInput input, int length, string what)
    {
        var place = (SourceInput)input;
        length = length < 0 ? place.Rest.Length : length;
        return length == 0
            ? Result.Failure<string>(input, "unexpected character", [what])
            : Result.Success(place.Rest[..length].ToString(), place.Skip(length));
    }

    private static StringPiece Escape(char c, SourceInput place) =>
        c switch
        {
            '"' => EscapedQuote,
            '\\' => EscapedBackslash,
            _ => new("\\" + c, place),
        };

    private static Token Join(Token open, IEnumerable<StringPiece> pieces)
    {
        var all = pieces.ToList();
        return open with { Text = string.Concat(all.Select(p => p.Text)), BadEscapes = [.. all.Where(p => p.BadPlace != null)] };
    }
}
