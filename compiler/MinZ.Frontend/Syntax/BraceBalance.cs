using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>
/// Finds, in a file with too few or too many closing braces, where one is missing or too many: indentation tells. A
/// block whose lines end before a line that stands no further right than the one that opened it is closed there; a
/// closing brace that stands further right than what it would close closes nothing. Where lines are not indented
/// nothing is changed, and the parser does what it can.
/// </summary>
internal sealed class BraceBalance
{
    private readonly SourceText _source;
    private readonly DiagnosticBag _diagnostics;
    private readonly Token[] _tokens;

    /// <summary>Indices of braces that are open, each with the column its line begins in.</summary>
    private readonly Stack<(int Index, int Indent)> _open = [];

    /// <summary>Braces that nothing closes, and the tokens before which they should be closed.</summary>
    private readonly List<(int Open, int Before)> _missing = [];
    private readonly HashSet<int> _extra = [];

    private BraceBalance(SourceText source, DiagnosticBag diagnostics, Token[] tokens) =>
        (_source, _diagnostics, _tokens) = (source, diagnostics, tokens);

    /// <summary>
    /// The tokens with braces added and left out, and reported, so that they are balanced; the same tokens where they
    /// are or where indentation does not tell.
    /// </summary>
    public static Token[] Mend(SourceText source, DiagnosticBag diagnostics, Token[] tokens)
    {
        int missing = 0;
        foreach (Token token in tokens)
        {
            if (token.Kind == TokenKind.Bad || IsOpenString(source, token))
            {
                // The rest of its line, perhaps with a brace, was lost.
                return tokens;
            }

            missing += token.Kind switch { TokenKind.OpenBrace => 1, TokenKind.CloseBrace => -1, _ => 0 };
        }

        return missing == 0 ? tokens : new BraceBalance(source, diagnostics, tokens).Mend(missing);
    }

    private Token[] Mend(int missing)
    {
        int indent = 0;
        for (int i = 0; i < _tokens.Length; i++)
        {
            Token token = _tokens[i];
            indent = token.NewLineBefore ? Column(token) : indent;
            switch (token.Kind)
            {
                case TokenKind.OpenBrace:
                    _open.Push((i, indent));
                    break;
                case TokenKind.CloseBrace:
                    Close(i, token, missing);
                    break;
                case var kind when token.NewLineBefore && indent == 0 && missing > 0 && StartsFunctionOrType(kind):
                    while (_open.Count > 0)
                    {
                        _missing.Add((_open.Pop().Index, i));
                    }

                    break;
            }
        }

        bool isClear = missing > 0 ? _missing.Count > 0 && _missing.Count <= missing && _extra.Count == 0
            : _extra.Count == -missing;
        return isClear ? Apply() : _tokens;
    }

    private void Close(int index, Token token, int missing)
    {
        if (!token.NewLineBefore || _open.Count == 0)
        {
            _open.TryPop(out _);
            return;
        }

        int column = Column(token);
        if (missing < 0 && _open.Peek().Indent < column && _extra.Count < -missing)
        {
            _extra.Add(index);
            return;
        }

        while (missing > 0 && _open.Peek().Indent > column && _open.Any(o => o.Indent == column))
        {
            (int open, int indent) = _open.Pop();
            _missing.Add((open, EndOfLines(open, indent, index)));
        }

        _open.Pop();
    }

    /// <summary>
    /// The first token after a brace that begins a line no further right than <paramref name="indent"/>.
    /// </summary>
    private int EndOfLines(int open, int indent, int end)
    {
        // What opens with more on its line, as a struct literal does, ends there.
        bool isIndented = !_tokens[open + 1].NewLineBefore;
        for (int i = open + 1; i < end; i++)
        {
            if (!_tokens[i].NewLineBefore)
            {
                continue;
            }

            if (Column(_tokens[i]) <= indent)
            {
                return isIndented ? i : end;
            }

            isIndented = true;
        }

        return end;
    }

    private Token[] Apply()
    {
        // Inner blocks come first where several end at one token; the innermost alone is reported.
        var at = _missing.ToLookup(m => m.Before, m => m.Open);
        var tokens = new List<Token>(_tokens.Length + _missing.Count);
        for (int i = 0; i < _tokens.Length; i++)
        {
            Token token = _tokens[i];
            if (_extra.Contains(i))
            {
                _diagnostics.UnmatchedClose(_source.At(token.Span), "'}'");
                continue;
            }

            if (at[i].Any())
            {
                int end = i == 0 ? 0 : _tokens[i - 1].End;
                Token open = _tokens[at[i].Max()];
                string found = token.Kind == TokenKind.CloseBrace ? "the '}' of an outer block"
                    : token.Kind is TokenKind.Identifier ? $"'{_source.ToString(token.Span)}'"
                    : TokenFacts.Describe(token.Kind);
                _diagnostics.UnclosedBracket(_source.At(new TextSpan(end, 0)), "'}'", found, _source.At(open.Span));
                tokens.AddRange(at[i].Select(_ => new Token(TokenKind.CloseBrace,
                    TokenFlags.NewLineBefore | TokenFlags.SpaceBefore, end, 0)));
            }

            tokens.Add(token);
        }

        return [.. tokens];
    }

    private static bool IsOpenString(SourceText source, in Token token) => token.Kind == TokenKind.String
        && (token.Length < 2 || source.Text[token.End - 1] != '"');

    private int Column(in Token token) => _source.PositionOf(token.Start).Column - 1;

    private static bool StartsFunctionOrType(TokenKind kind) => kind is TokenKind.Fn or TokenKind.Fun
        or TokenKind.Struct or TokenKind.Enum or TokenKind.Interface or TokenKind.Impl or TokenKind.Type
        or TokenKind.Import
        or TokenKind.Pub or TokenKind.Export or TokenKind.Extern or TokenKind.Global;
}
