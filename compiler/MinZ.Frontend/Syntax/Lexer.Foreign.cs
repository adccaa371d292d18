namespace MinZ.Frontend.Syntax;

/// <content>Labels and lifetimes of Rust, which begin as a character does: reported once and left out.</content>
internal sealed partial class Lexer
{
    /// <summary><c>'outer: loop</c>, <c>break 'outer</c>, <c>&lt;'a&gt;</c>, <c>&amp;'a str</c>.</summary>
    private bool SkipQuotedName()
    {
        int end = _position + 1;
        while (end < _end && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] == '_'))
        {
            end++;
        }

        if (end == _position + 1 || char.IsAsciiDigit(_text[_position + 1]) || (end < _end && _text[end] == '\''))
        {
            return false;
        }

        TokenKind before = _tokens.Count == 0 ? TokenKind.EndOfFile : _tokens[^1].Kind;
        bool declares = end < _end && _text[end] == ':' && StartsLoop(end + 1);
        if (declares || before is TokenKind.Break or TokenKind.Continue)
        {
            ReportLabel(end);
            _position = declares ? end + 1 : end;
            return true;
        }

        if (before is not (TokenKind.Less or TokenKind.Ampersand) && !_reportedLifetime)
        {
            return false;
        }

        if (!_reportedLifetime)
        {
            _diagnostics.ForeignSyntax(At(_position, end), "lifetimes",
                "leave it out: what a reference refers to lives as long as the reference");
        }

        _reportedLifetime = true;
        SkipLifetime(before, end);
        return true;
    }

    private void ReportLabel(int end)
    {
        if (!_reportedLabel)
        {
            _diagnostics.ForeignSyntax(At(_position, end), "labels for loops", ForeignWords.InsteadOfLabels);
        }

        _reportedLabel = true;
    }

    private bool StartsLoop(int position)
    {
        ReadOnlySpan<char> rest = _text.AsSpan(position, _end - position).TrimStart();
        return rest.StartsWith("loop") || rest.StartsWith("for") || rest.StartsWith("while");
    }

    /// <summary>Leaves out the comma behind it too, and the angle brackets when nothing else is in them.</summary>
    private void SkipLifetime(TokenKind before, int end)
    {
        _position = end;
        while (Current == ' ')
        {
            _position++;
        }

        if (before == TokenKind.Less && Current == ',')
        {
            _position++;
        }
        else if (before == TokenKind.Less && Current == '>')
        {
            _tokens.RemoveAt(_tokens.Count - 1);
            _position++;
        }
    }
}
