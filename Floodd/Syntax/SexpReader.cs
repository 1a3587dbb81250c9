// Reads texts as s-expressions, without recursion, and finds every syntax error, not the first only. Knows nothing of what a word means.
using System.Collections.Immutable;
using Sprache;

namespace Floodd.Syntax;

/// <summary>What texts hold.</summary>
/// <param name="Forms">The lists at the top level, in order; one that is broken is left out or holds what could be read.</param>
/// <param name="Errors">Everything wrong, in order; empty if all is well.</param>
public sealed record SexpDocument(ImmutableArray<Sexp.List> Forms, ImmutableArray<SourceError> Errors);

/// <summary>Reads several texts as one.</summary>
public sealed class SexpReader
{
    /// <summary>The deepest nesting of lists.</summary>
    public const int MaxDepth = 32;

    /// <summary>After so many errors reading stops: the text is something else.</summary>
    public const int MaxErrors = 10_000;

    private readonly Func<string, bool> _beginsForm;
    private readonly ImmutableArray<Sexp.List>.Builder _forms = ImmutableArray.CreateBuilder<Sexp.List>();
    private readonly ImmutableArray<SourceError>.Builder _errors = ImmutableArray.CreateBuilder<SourceError>();
    private readonly Stack<(SourceInput Place, ImmutableArray<Sexp>.Builder Items)> _open = new();

    private SexpReader(Func<string, bool> beginsForm) => _beginsForm = beginsForm;

    /// <summary>Reads texts, each going on where the one before ended.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="beginsForm">Whether a word begins a form that stands at the top level only: where such a form
    /// stands in another one, a <c>)</c> was forgotten before it, and reading resumes there.</param>
    public static SexpDocument Read(IEnumerable<SourceText> texts, Func<string, bool> beginsForm)
    {
        var reader = new SexpReader(beginsForm);
        foreach (SourceText text in texts)
        {
            reader._errors.AddRange(text.Errors);
            reader.Read(new SourceInput(text.Name, text.Text));
        }

        if (reader._open.Count > 0)
        {
            reader.CloseAll("the end of the text");
        }

        return new(reader._forms.ToImmutable(), reader._errors.ToImmutable());
    }

    private void Read(SourceInput input)
    {
        bool unclosed = false;
        while (_errors.Count < MaxErrors)
        {
            IResult<Token> result = Tokens.Next(input);
            if (!result.WasSuccessful)
            {
                input = StringStart(input);
                Error(input.Place, "a string that begins here is not closed; expected '\"' before the end of the text");
                if (unclosed)
                {
                    // Each such search goes to the end of the text; twice is enough, a text made of them would take for ever.
                    return;
                }

                unclosed = true;
                input = TakeRestOfLine(input);
                continue;
            }

            input = (SourceInput)result.Remainder;
            if (result.Value.Kind == TokenKind.End)
            {
                return;
            }

            input = Take(result.Value, input);
        }

        Error(input.Place, "more errors than can be listed; read no further");
    }

    private SourceInput Take(Token token, SourceInput after)
    {
        switch (token.Kind)
        {
            case TokenKind.Open when _open.Count == MaxDepth:
                Error(token.Place.Place, $"nested too deep: expected at most {MaxDepth} levels of '('");
                _open.Clear();
                return NextForm(after);
            case TokenKind.Open:
                _open.Push((token.Place, ImmutableArray.CreateBuilder<Sexp>()));
                break;
            case TokenKind.Close when _open.Count == 0:
                Error(token.Place.Place, "found ')' that closes nothing; expected '(' or the end of the text");
                return after.Skip(Run(after.Rest, ')'));
            case TokenKind.Close:
                CloseOne();
                break;
            default:
                TakeAtom(token);
                break;
        }

        return after;
    }

    private void TakeAtom(Token token)
    {
        foreach (StringPiece bad in token.BadEscapes)
        {
            Error((bad.BadPlace ?? token.Place).Place, $"found {SourceError.Show(bad.Text)} in a string; expected \\\" or \\\\ after a '\\'");
        }

        if (_open.Count == 0)
        {
            Error(token.Place.Place, $"found {SourceError.Show(token.Text)} outside of any form; expected '('");
            return;
        }

        if (_open.Count > 1 && _open.Peek().Items.Count == 0 && token.Kind == TokenKind.Word && _beginsForm(token.Text))
        {
            (SourceInput Place, ImmutableArray<Sexp>.Builder Items) form = _open.Pop();
            CloseAll($"{token.Text} at line {form.Place.Line} of {form.Place.Name}");
            _open.Push(form);
        }

        _open.Peek().Items.Add(new Sexp.Atom(token.Text, token.Kind == TokenKind.Quoted, token.Place.Place));
    }

    // The quote was most likely meant to stand at the end of the line, before what closes the lists there.
    private SourceInput TakeRestOfLine(SourceInput quote)
    {
        ReadOnlySpan<char> rest = quote.Rest[1..];
        int end = rest.IndexOf('\n');
        string text = rest[..(end < 0 ? rest.Length : end)].TrimEnd(") \t\r").ToString();
        if (_open.TryPeek(out var list))
        {
            list.Items.Add(new Sexp.Atom(text, quoted: true, quote.Place));
        }

        return quote.Skip(1 + text.Length);
    }

    private void CloseOne()
    {
        (SourceInput place, ImmutableArray<Sexp>.Builder items) = _open.Pop();
        var list = new Sexp.List(items.DrainToImmutable(), place.Place);
        if (_open.TryPeek(out var outer))
        {
            outer.Items.Add(list);
        }
        else
        {
            _forms.Add(list);
        }
    }

    /// <summary>The innermost list is the one that was not closed, as far as anyone can tell; what was read of it is kept, so that one error makes no others.</summary>
    private void CloseAll(string before)
    {
        Error(_open.Peek().Place.Place, $"'(' is not closed; expected ')' before {before}");
        while (_open.Count > 0)
        {
            CloseOne();
        }
    }

    private void Error(SourcePosition position, string text) => _errors.Add(new(position, text));

    /// <summary>The quote that a failed token began with: the only token that can fail.</summary>
    private static SourceInput StringStart(SourceInput input) => (SourceInput)Tokens.Skipped(input).Remainder;

    private static SourceInput NextForm(SourceInput input)
    {
        int end = input.Rest.IndexOf("\n(");
        return input.Skip(end < 0 ? input.Rest.Length : end);
    }

    private static int Run(ReadOnlySpan<char> rest, char c)
    {
        int length = rest.IndexOfAnyExcept(c);
        return length < 0 ? rest.Length : length;
    }
}
