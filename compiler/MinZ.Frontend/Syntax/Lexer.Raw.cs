namespace MinZ.Frontend.Syntax;

/// <content>
/// Text of other languages. Which brace or bracket begins it depends only on the tokens just before:
/// <c>asm {</c>, <c>asm name {</c>, <c>asm fun f(…) … {</c>, the same with <c>mir</c>, <c>lua {</c>, <c>@asm {</c>,
/// <c>@lua {</c>, <c>@lua(</c>, <c>@abi {</c>, <c>@name[[</c>, <c>@name[[[</c> and <c>@define(…)[[[</c>.
/// </content>
internal sealed partial class Lexer
{
    private enum RawState
    {
        /// <summary>Braces are ordinary.</summary>
        Idle,

        /// <summary>After <c>asm</c> or <c>mir</c>: a brace, a name, <c>fun</c> or a parenthesis may follow.</summary>
        AfterWord,

        /// <summary>The next token may be a raw brace.</summary>
        Armed,

        /// <summary>In the head of <c>asm fun</c>: the first brace outside parentheses begins the body.</summary>
        InFunctionHead,
    }

    private RawState _rawState;
    private int _parenDepth;
    private int _functionDepth = -1;
    private int _asmArgumentsDepth = -1;
    private int _metaArgumentsDepth = -1;
    private bool _metaArgumentsNext;
    private bool _bracketsArmed;
    private bool _parensArmed;

    private TokenKind TryReadRaw()
    {
        char c = _text[_position];
        if (c == '(' && _parensArmed)
        {
            _position = EndOfRawParens(_position);
            return TokenKind.RawBrackets;
        }

        bool braces = c == '{' && _rawState switch
        {
            RawState.Idle => false,
            RawState.AfterWord or RawState.Armed => true,
            RawState.InFunctionHead => _parenDepth == _functionDepth,
        };
        if (braces)
        {
            ReadRawBraces();
            return TokenKind.RawBraces;
        }

        if (c == '[' && Peek(1) == '[' && _bracketsArmed)
        {
            ReadRawBrackets();
            return TokenKind.RawBrackets;
        }

        return TokenKind.Bad;
    }

    private void NoteRawContext(TokenKind kind)
    {
        if (kind > TokenKind.CloseParen && !TokenFacts.IsKeyword(kind) && _rawState != RawState.InFunctionHead)
        {
            _rawState = RawState.Idle;
            _bracketsArmed = _metaArgumentsNext = _parensArmed = false;
            return;
        }

        bool afterAt = _tokens.Count > 1 && _tokens[^2].Kind == TokenKind.At;
        _parensArmed = afterAt && kind == TokenKind.Identifier && WordText() is "lua" or "lua_eval";
        bool isWord = kind == TokenKind.Identifier || TokenFacts.IsKeyword(kind);
        TrackParentheses(kind);
        _bracketsArmed |= afterAt && isWord;
        if (afterAt && isWord)
        {
            ReadOnlySpan<char> name = WordText();
            _metaArgumentsNext = name is "define" or "minz" or "lua" or "mir" or "macro";
        }

        _rawState = (_rawState, kind) switch
        {
            (_, TokenKind.Asm or TokenKind.Mir) => RawState.AfterWord,
            (RawState.AfterWord, TokenKind.Identifier) => RawState.Armed,
            (RawState.AfterWord, TokenKind.Fn or TokenKind.Fun) => RawState.InFunctionHead,
            (RawState.InFunctionHead, TokenKind.Semicolon or TokenKind.RawBraces) => RawState.Idle,
            (RawState.InFunctionHead, _) => RawState.InFunctionHead,
            (_, TokenKind.Identifier) when WordText() is "lua" || (afterAt && WordText() is "abi") => RawState.Armed,
            _ => RawState.Idle,
        };
        _functionDepth = _rawState != RawState.InFunctionHead ? -1
            : _functionDepth < 0 ? _parenDepth : _functionDepth;
    }

    private void TrackParentheses(TokenKind kind)
    {
        _bracketsArmed = false;
        if (kind == TokenKind.OpenParen)
        {
            if (_rawState == RawState.AfterWord)
            {
                _asmArgumentsDepth = _parenDepth;
            }

            if (_metaArgumentsNext)
            {
                _metaArgumentsDepth = _parenDepth;
            }

            _parenDepth++;
        }
        else if (kind == TokenKind.CloseParen)
        {
            _parenDepth = Math.Max(0, _parenDepth - 1);
            _bracketsArmed = _parenDepth == _metaArgumentsDepth;
            _metaArgumentsDepth = _bracketsArmed ? -1 : _metaArgumentsDepth;
            _asmArgumentsDepth = _parenDepth == _asmArgumentsDepth ? -1 : _asmArgumentsDepth;
        }

        _metaArgumentsNext = false;
    }

    private ReadOnlySpan<char> WordText() => _text.AsSpan(_tokens[^1].Start, _tokens[^1].Length);

    private void ReadRawBrackets()
    {
        int start = _position;
        int count = Peek(2) == '[' ? 3 : 2;
        ReadOnlySpan<char> rest = _text.AsSpan(start + count, _end - start - count);
        int length = rest.IndexOf(count == 3 ? "]]]" : "]]");
        if (length < 0)
        {
            _diagnostics.UnterminatedRawText(At(start, start + count), count == 3 ? "]]]" : "]]");
            _position = _end;
            return;
        }

        _position = start + count + length + count;
        while (Current == ']')
        {
            _position++;
        }
    }

    /// <summary>The offset after the parenthesis that closes a Lua expression; the end when it is missing.</summary>
    private int EndOfRawParens(int start)
    {
        int depth = 0;
        for (int i = start; i < _end; i++)
        {
            switch (_text[i])
            {
                case '(':
                    depth++;
                    break;
                case ')' when --depth == 0:
                    return i + 1;
                case '"':
                    i = EndOfQuoted(i);
                    break;
            }
        }

        _diagnostics.UnterminatedRawText(At(start, start + 1), ")");
        return _end;
    }

    private void ReadRawBraces()
    {
        int start = _position;
        int end = EndOfRawBraces(start, skipComments: true);
        if (end < 0)
        {
            end = EndOfRawBraces(start, skipComments: false);
        }

        if (end < 0)
        {
            _diagnostics.UnterminatedRawText(At(start, start + 1), "}");
        }

        _position = end < 0 ? _end : end;
    }

    /// <summary>
    /// The offset after the brace that closes the one at <paramref name="start"/>, or -1. Braces in strings never
    /// count; those in comments count only on the first line, so that <c>asm { di ; halt }</c> is closed.
    /// </summary>
    private int EndOfRawBraces(int start, bool skipComments)
    {
        bool isLua = _tokens.Count > 0 && WordText() is "lua";
        int depth = 0;
        bool firstLine = true;
        for (int i = start; i < _end; i++)
        {
            switch (_text[i])
            {
                case '{':
                    depth++;
                    break;
                case '}':
                    if (--depth == 0)
                    {
                        return i + 1;
                    }

                    break;
                case '\n':
                    firstLine = false;
                    break;
                case ';' or '/' or '-' when skipComments && !firstLine && StartsComment(i, isLua):
                    i = EndOfLine(i) - 1;
                    break;
                case '"':
                    i = EndOfQuoted(i);
                    break;
                case '\'' when i + 2 < _end && _text[i + 2] == '\'':
                    i += 2;
                    break;
            }
        }

        return -1;
    }

    /// <summary>Comments are <c>--</c> in Lua, else <c>;</c> and <c>//</c>.</summary>
    private bool StartsComment(int i, bool isLua)
    {
        bool isDouble = i + 1 < _end && _text[i + 1] == _text[i];
        return isLua ? _text[i] == '-' && isDouble : _text[i] == ';' || (_text[i] == '/' && isDouble);
    }

    private int EndOfLine(int start)
    {
        int length = _text.AsSpan(start, _end - start).IndexOf('\n');
        return length < 0 ? _end : start + length;
    }

    /// <summary>
    /// The offset of the quote that closes the one at <paramref name="start"/> on its line, or the start.
    /// </summary>
    private int EndOfQuoted(int start)
    {
        for (int i = start + 1; i < _end && _text[i] != '\n'; i++)
        {
            if (_text[i] == '\\')
            {
                i++;
            }
            else if (_text[i] == '"')
            {
                return i;
            }
        }

        return start;
    }
}
