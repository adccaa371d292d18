using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>
/// Turns a part of a source text into tokens. It never fails: what is no token becomes <see cref="TokenKind.Bad"/> with
/// a diagnostic. Text of other languages (after <c>asm</c>, <c>mir</c>, <c>@lua</c>, …) becomes one raw token.
/// </summary>
internal sealed partial class Lexer
{
    private readonly SourceText _source;
    private readonly string _text;
    private readonly int _end;
    private readonly DiagnosticBag _diagnostics;
    private readonly List<Token> _tokens;
    private readonly List<TextSpan>? _comments;
    private readonly bool _isInString;
    private int _position;
    private TokenFlags _flags;
    private int _unclosedUntil;
    private bool _reportedHash;
    private bool _reportedLabel;
    private bool _reportedLifetime;

    /// <param name="source">The file.</param>
    /// <param name="range">The part to read: all of it, or what stands between the braces of a hole in a
    /// string.</param>
    /// <param name="diagnostics">Receives lexical errors.</param>
    /// <param name="comments">Receives the comments, unless null.</param>
    public Lexer(SourceText source, TextSpan range, DiagnosticBag diagnostics, List<TextSpan>? comments)
    {
        _source = source;
        _text = source.Text;
        _position = range.Start;
        _end = range.End;
        _isInString = range.Start > 0;
        _diagnostics = diagnostics;
        _comments = comments;
        _tokens = new List<Token>(range.Length / 4 + 4);
    }

    private char Current => _position < _end ? _text[_position] : '\0';

    /// <summary>Reads everything; the last token is <see cref="TokenKind.EndOfFile"/>.</summary>
    public Token[] Run()
    {
        while (true)
        {
            SkipTrivia();
            int start = _position;
            if (start >= _end)
            {
                _tokens.Add(new Token(TokenKind.EndOfFile, _flags, _end, 0));
                return _tokens.ToArray();
            }

            TokenKind kind = TryReadRaw() is var raw and not TokenKind.Bad ? raw : Next();
            _tokens.Add(new Token(kind, _flags, start, _position - start));
            NoteRawContext(kind);
        }
    }

    private char Peek(int offset) => _position + offset < _end ? _text[_position + offset] : '\0';

    private Location At(int start, int end) => _source.At(TextSpan.FromBounds(start, end));

    private void SkipTrivia()
    {
        _flags = _tokens.Count == 0 ? TokenFlags.NewLineBefore | TokenFlags.SpaceBefore : TokenFlags.None;
        while (_position < _end)
        {
            char c = _text[_position];
            if (c is ' ' or '\t' or '\f' or '\v' or '\u00A0' or '\uFEFF')
            {
                _position++;
                _flags |= TokenFlags.SpaceBefore;
            }
            else if (c is '\n' or '\r')
            {
                _position++;
                _flags |= TokenFlags.NewLineBefore | TokenFlags.SpaceBefore;
            }
            else if (c == '#' && _position == 0 && Peek(1) == '!')
            {
                // The line by which shells find what runs a script.
                int length = _text.AsSpan(0, _end).IndexOfAny('\n', '\r');
                _position = length < 0 ? _end : length;
            }
            else if (c == '\'' && SkipQuotedName())
            {
                _flags |= TokenFlags.SpaceBefore;
            }
            else if (c != '/' || !SkipComment())
            {
                return;
            }
        }
    }

    private bool SkipComment()
    {
        int start = _position;
        if (Peek(1) == '/')
        {
            int length = _text.AsSpan(start, _end - start).IndexOfAny('\n', '\r');
            _position = length < 0 ? _end : start + length;
        }
        else if (Peek(1) == '*')
        {
            int length = start + 2 <= _end ? _text.AsSpan(start + 2, _end - start - 2).IndexOf("*/") : -1;
            if (length < 0)
            {
                _diagnostics.UnterminatedComment(At(start, start + 2));
            }

            _position = length < 0 ? _end : start + length + 4;
            if (_text.AsSpan(start, _position - start).IndexOfAny('\n', '\r') >= 0)
            {
                _flags |= TokenFlags.NewLineBefore;
            }
        }
        else
        {
            return false;
        }

        _flags |= TokenFlags.SpaceBefore;
        _comments?.Add(TextSpan.FromBounds(start, _position));
        return true;
    }

    private TokenKind Next()
    {
        char c = _text[_position];
        if (char.IsAsciiLetter(c) || c == '_')
        {
            return ReadWord();
        }

        if (char.IsAsciiDigit(c))
        {
            return ReadNumber();
        }

        return c switch
        {
            '"' => ReadString(),
            '\\' when _isInString && Peek(1) == '"' => ReadEscapedString(),
            '\'' => ReadCharacter(),
            _ => ReadSign(c),
        };
    }

    private TokenKind ReadWord()
    {
        int start = _position;
        do
        {
            _position++;
        }
        while (char.IsAsciiLetterOrDigit(Current) || Current == '_');

        if (Current == '"' && _position == start + 1 && _text[start] is 'l' or 'L' or 's')
        {
            return ReadString();
        }

        return TokenFacts.KeywordOf(_text.AsSpan(start, _position - start));
    }

    private TokenKind ReadSign(char c)
    {
        char next = Peek(1);
        (TokenKind kind, int length) = c switch
        {
            '(' => (TokenKind.OpenParen, 1),
            ')' => (TokenKind.CloseParen, 1),
            '[' => (TokenKind.OpenBracket, 1),
            ']' => (TokenKind.CloseBracket, 1),
            '{' => (TokenKind.OpenBrace, 1),
            '}' => (TokenKind.CloseBrace, 1),
            ',' => (TokenKind.Comma, 1),
            ';' => (TokenKind.Semicolon, 1),
            '@' => (TokenKind.At, 1),
            '~' => (TokenKind.Tilde, 1),
            ':' => next == ':' ? (TokenKind.ColonColon, 2) : (TokenKind.Colon, 1),
            '.' => next != '.' ? (TokenKind.Dot, 1)
                : Peek(2) == '=' ? (TokenKind.DotDotEqual, 3) : (TokenKind.DotDot, 2),
            '?' => next == '?' ? (TokenKind.QuestionQuestion, 2) : (TokenKind.Question, 1),
            '=' => next == '=' ? (TokenKind.EqualEqual, 2)
                : next == '>' ? (TokenKind.FatArrow, 2) : (TokenKind.Equal, 1),
            '!' => next == '=' ? (TokenKind.BangEqual, 2) : (TokenKind.Bang, 1),
            '<' => next == '=' ? (TokenKind.LessEqual, 2) : next != '<' ? (TokenKind.Less, 1)
                : Peek(2) == '=' ? (TokenKind.LessLessEqual, 3) : (TokenKind.LessLess, 2),
            '>' => next == '=' ? (TokenKind.GreaterEqual, 2) : (TokenKind.Greater, 1),
            '-' when next == '>' => (TokenKind.Arrow, 2),
            '|' when next == '>' => (TokenKind.PipeGreater, 2),
            _ => ReadArithmeticSign(c, next),
        };
        _position += length;
        if (kind == TokenKind.Bad)
        {
            ReportBadCharacter(_position - length);
        }

        return kind;
    }

    private static (TokenKind Kind, int Length) ReadArithmeticSign(char c, char next)
    {
        (TokenKind single, TokenKind twice, TokenKind assign) = c switch
        {
            '+' => (TokenKind.Plus, TokenKind.PlusPlus, TokenKind.PlusEqual),
            '-' => (TokenKind.Minus, TokenKind.MinusMinus, TokenKind.MinusEqual),
            '*' => (TokenKind.Star, TokenKind.Bad, TokenKind.StarEqual),
            '/' => (TokenKind.Slash, TokenKind.Bad, TokenKind.SlashEqual),
            '%' => (TokenKind.Percent, TokenKind.Bad, TokenKind.PercentEqual),
            '&' => (TokenKind.Ampersand, TokenKind.AmpersandAmpersand, TokenKind.AmpersandEqual),
            '|' => (TokenKind.Pipe, TokenKind.PipePipe, TokenKind.PipeEqual),
            '^' => (TokenKind.Caret, TokenKind.Bad, TokenKind.CaretEqual),
            _ => (TokenKind.Bad, TokenKind.Bad, TokenKind.Bad),
        };
        if (next == '=' && assign != TokenKind.Bad)
        {
            return (assign, 2);
        }

        return next == c && twice != TokenKind.Bad ? (twice, 2) : (single, 1);
    }

    private void ReportBadCharacter(int start)
    {
        if (_text[start] is '$' or '#' && char.IsAsciiHexDigit(Current))
        {
            int end = _position;
            while (end < _end && char.IsAsciiHexDigit(_text[end]))
            {
                end++;
            }

            // $FF and #FF are one number of assembly; $x and #include are not.
            if (end == _end || !char.IsAsciiLetterOrDigit(_text[end]))
            {
                _position = end;
                _diagnostics.InvalidCharacter(At(start, end), _text.AsSpan(start, end - start));
                return;
            }
        }

        if (_text[start] == '#')
        {
            // A comment of another language: one error for all of them.
            int length = _text.AsSpan(start, _end - start).IndexOfAny('\n', '\r');
            _position = length < 0 ? _end : start + length;
            if (!_reportedHash)
            {
                ReadOnlySpan<char> rest = _text.AsSpan(start, _position - start);
                int letters = rest[1..].IndexOfAnyExceptInRange('a', 'z');
                ReadOnlySpan<char> word = letters < 0 ? rest : rest[..(letters + 1)];
                bool isDirective = word
                    is "#include" or "#define" or "#pragma" or "#if" or "#ifdef" or "#ifndef" or "#endif";
                bool isAttribute = rest.StartsWith("#[") || rest.StartsWith("#![");
                word = isDirective ? word : isAttribute ? rest[..(rest.IndexOf('[') + 1)] : "#";
                _diagnostics.InvalidCharacter(At(start, start + word.Length), word);
            }

            _reportedHash = true;
            return;
        }

        if (_text[start] == '$' && Current == '"')
        {
            _diagnostics.InvalidCharacter(At(start, _position), "$", "a value in a string is written \"#{x}\"");
            return;
        }

        if (_text[start] == '`' && _text.AsSpan(_position, _end - _position).IndexOfAny("`\n\r") is var close and >= 0
            && _text[_position + close] == '`')
        {
            bool hasHoles = _text.AsSpan(_position, close).Contains("${", StringComparison.Ordinal);
            _position += close + 1;
            _diagnostics.InvalidCharacter(At(start, _position), "`", hasHoles
                ? "write \" around the text, and #{x} for a value in it" : "strings are written between \" and \"");
            return;
        }

        // One diagnostic for a run of foreign characters, such as a whole word in another alphabet.
        while (_position < _end && (_text[_position] > '\u007F' && _text[_position] is not '\u00A0' and not '\uFEFF'))
        {
            _position++;
        }

        _diagnostics.InvalidCharacter(At(start, _position), _text.AsSpan(start, _position - start));
    }
}
