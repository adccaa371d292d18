namespace MinZ.Frontend.Syntax;

/// <content>Numbers, characters and strings; their values are decoded by <see cref="LiteralDecoder"/>.</content>
internal sealed partial class Lexer
{
    private TokenKind ReadNumber()
    {
        int start = _position;
        if (Current == '0' && Peek(1) is 'x' or 'X' or 'b' or 'B')
        {
            _position += 2;
            SkipWordCharacters();
            return TokenKind.Integer;
        }

        SkipWordCharacters();

        // After a dot the number is a tuple index, so that t.0.1 is not t.(0.1).
        bool isIndex = _tokens.Count > 0 && _tokens[^1].Kind == TokenKind.Dot && _tokens[^1].End == start;
        if (Current == '.' && char.IsAsciiDigit(Peek(1)) && !isIndex)
        {
            _position++;
            SkipWordCharacters();
            SkipSignedExponent();
            return TokenKind.Fraction;
        }

        SkipSignedExponent();
        bool isFraction = IsPowerOfTen(_text.AsSpan(start, _position - start)) && !isIndex;
        return isFraction ? TokenKind.Fraction : TokenKind.Integer;
    }

    /// <summary>The sign and digits behind the <c>e</c> of <c>1.5e-3</c>.</summary>
    private void SkipSignedExponent()
    {
        if (_text[_position - 1] is 'e' or 'E' && Current is '+' or '-' && char.IsAsciiDigit(Peek(1)))
        {
            _position++;
            SkipWordCharacters();
        }
    }

    /// <summary>Digits, <c>e</c>, and a number: <c>1e3</c>, <c>25e-1</c>.</summary>
    private static bool IsPowerOfTen(ReadOnlySpan<char> text)
    {
        int e = text.IndexOfAny('e', 'E');
        return e > 0 && text[..e].IndexOfAnyExcept("0123456789_") < 0
            && text[(e + 1)..].TrimStart("+-") is { Length: > 0 } power && power.IndexOfAnyExcept("0123456789") < 0;
    }

    private void SkipWordCharacters()
    {
        while (char.IsAsciiLetterOrDigit(Current) || Current == '_')
        {
            _position++;
        }
    }

    private TokenKind ReadCharacter()
    {
        int start = _position++;
        while (_position < _end && _text[_position] is not '\'' and not '\n' and not '\r')
        {
            _position += _text[_position] == '\\' && Peek(1) is not '\n' and not '\r' and not '\0' ? 2 : 1;
        }

        if (Current == '\'')
        {
            _position++;
            return TokenKind.Character;
        }

        // Not closed on its line: take the quote and one character, so that the rest of the line is still read.
        _position = Math.Min(start + 2, _position);
        _diagnostics.UnterminatedCharacter(At(start, _position));
        return TokenKind.Bad;
    }

    private TokenKind ReadString()
    {
        int start = _position++;
        bool mayContinue = _asmArgumentsDepth >= 0;
        bool isFormat = IsFormat();
        while (_position < _end && _text[_position] != '"')
        {
            char c = _text[_position];
            if (c is '\n' or '\r' && !mayContinue)
            {
                break;
            }

            if (c == '\\' && Peek(1) is not '\n' and not '\r')
            {
                _position = Math.Min(_end, _position + 2);
            }
            else if (c == '#' && Peek(1) == '{')
            {
                _position = EndOfInterpolation(_position);
            }
            else if (c == '{' && isFormat)
            {
                _position = Peek(1) == '{' ? _position + 2 : EndOfHole(_position);
            }
            else
            {
                _position++;
            }
        }

        if (Current == '"')
        {
            _position++;
            return TokenKind.String;
        }

        // Where strings may span lines a forgotten quote would swallow the file: this one ends with its first line.
        int length = _text.AsSpan(start, _end - start).IndexOfAny('\n', '\r');
        _position = length < 0 ? _end : start + length;
        _diagnostics.UnterminatedString(At(start, _position), EndsOnLaterLine(_position, out int end));
        _position = end;
        return TokenKind.String;
    }

    /// <summary>A string within a string: its quotes are escaped.</summary>
    private TokenKind ReadEscapedString()
    {
        int start = _position;
        int length = _text.AsSpan(start + 2, _end - start - 2).IndexOf("\\\"", StringComparison.Ordinal);
        _position = length < 0 ? _end : start + 2 + length + 2;
        if (length < 0)
        {
            _diagnostics.UnterminatedString(At(start, _position), goesOn: false);
        }

        return TokenKind.String;
    }

    /// <summary>
    /// Whether a string that begins here is the text of <c>@print</c> or the like, with holes in braces.
    /// </summary>
    private bool IsFormat()
    {
        if (_tokens is not
            [.., { Kind: TokenKind.At }, { Kind: TokenKind.Identifier } name, { Kind: TokenKind.OpenParen }])
        {
            return false;
        }

        return _text.AsSpan(name.Start, name.Length)
            is "print" or "println" or "to_string" or "format" or "static_print" or "debug";
    }

    /// <summary>
    /// The offset after the brace that closes the one at <paramref name="start"/>, whatever texts are between them; it
    /// must be on the same line, else the brace is taken alone.
    /// </summary>
    private int EndOfHole(int start)
    {
        int depth = 0;
        bool inText = false;
        for (int i = start; i < _end && _text[i] is not '\n' and not '\r'; i++)
        {
            switch (_text[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    inText = !inText;
                    break;
                case '{' when !inText:
                    depth++;
                    break;
                case '}' when !inText && --depth == 0:
                    return i + 1;
            }
        }

        return start + 1;
    }

    /// <summary>
    /// Whether the string seems to go on for some lines: then the first line with a quote has an odd number of them.
    /// </summary>
    private bool EndsOnLaterLine(int lineEnd, out int end)
    {
        const int MaxLines = 20;
        end = lineEnd;
        int position = lineEnd;
        for (int i = 0; i < MaxLines && position < _end; i++)
        {
            position += _text.AsSpan(position).StartsWith("\r\n") ? 2 : 1;
            ReadOnlySpan<char> line = _text.AsSpan(position, _end - position);
            int length = line.IndexOfAny('\n', '\r');
            line = length < 0 ? line : line[..length];
            int quotes = line.Count('"');
            if (quotes % 2 == 1)
            {
                end = position + line.IndexOf('"') + 1;
                return true;
            }

            if (quotes > 0)
            {
                return false;
            }

            position += line.Length;
        }

        return false;
    }

    /// <summary>
    /// The offset after the brace that closes <c>#{</c>; it must be on the same line, else <c>#{</c> is text.
    /// </summary>
    private int EndOfInterpolation(int start)
    {
        int depth = 0;
        int quotes = 0;
        int i = start + 1;
        for (; i < _end && start >= _unclosedUntil && _text[i] is not '\n' and not '\r'; i++)
        {
            depth += _text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            quotes += _text[i] == '"' ? 1 : 0;
            if (depth == 0)
            {
                // An odd quote ended the string: the brace is not in it.
                return quotes % 2 == 0 ? i + 1 : start + 2;
            }
        }

        // What is not closed here is not closed by what follows on the line: do not scan it again.
        _unclosedUntil = Math.Max(_unclosedUntil, i);
        return start + 2;
    }
}
