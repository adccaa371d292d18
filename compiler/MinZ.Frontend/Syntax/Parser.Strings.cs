using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Strings and the expressions inside them.</content>
internal sealed partial class Parser
{
    /// <summary>A string literal whose token, prefix and quotes included, is <paramref name="span"/>.</summary>
    private Expression ParseString(TextSpan span)
    {
        (int start, int end) = StringContent(span);
        if (_isCode && _source.Text.AsSpan(start, end - start).IndexOfAny('{', '}') >= 0)
        {
            return ParseFormat(span, braces: true, code: true);
        }

        if (_source.Text.AsSpan(start, end - start).Contains("#{", StringComparison.Ordinal))
        {
            return ParseFormat(span, braces: false);
        }

        StringPrefix prefix = _source.Text[span.Start] switch
        {
            's' => StringPrefix.Short,
            'l' or 'L' => StringPrefix.Long,
            _ => StringPrefix.None,
        };
        return new StringLiteral(span, _literals.Bytes(start, end, doubledBraces: false), prefix);
    }

    private (int Start, int End) StringContent(TextSpan span)
    {
        if (_source.Text[span.Start] == '\\')
        {
            bool isEnded = span.Length >= 4 && _source.Slice(span).EndsWith("\\\"", StringComparison.Ordinal);
            return (span.Start + 2, isEnded ? span.End - 2 : span.End);
        }

        int start = span.Start + (_source.Text[span.Start] == '"' ? 1 : 2);
        bool isClosed = span.End > start && _source.Text[span.End - 1] == '"';
        return (start, isClosed ? span.End - 1 : span.End);
    }

    /// <summary>
    /// Splits a string at its holes: <c>#{e}</c>, and with <paramref name="braces"/> also <c>{e}</c>. In
    /// <paramref name="code"/>, which has braces of its own, only names and simple expressions make a hole, unless the
    /// text doubles its braces.
    /// </summary>
    private FormatString ParseFormat(TextSpan span, bool braces, bool code = false)
    {
        (int start, int end) = StringContent(span);
        ReadOnlySpan<char> content = _source.Text.AsSpan(start, end - start);
        code = code && !content.Contains("{{", StringComparison.Ordinal)
            && (content.Contains('{') || !content.Contains("}}", StringComparison.Ordinal));
        bool doubled = braces && !code;
        var parts = ImmutableArray.CreateBuilder<FormatPart>();
        int textStart = start;
        int position = start;
        while (position < end)
        {
            char c = _source.Text[position];
            char next = position + 1 < end ? _source.Text[position + 1] : '\0';
            if (c == '\\' || (doubled && c is '{' or '}' && next == c))
            {
                position += 2;
                continue;
            }

            int brace = IsInterpolation(position, end, braces) ? position + 1 : braces && c == '{' ? position : -1;
            if (brace < 0 || (code && !IsSimpleHole(brace, end)))
            {
                position++;
                continue;
            }

            int close = EndOfHole(brace, end);
            if (close < 0)
            {
                _diagnostics.UnclosedHole(_source.At(TextSpan.FromBounds(position, brace + 1)));
                break;
            }

            AddText(parts, textStart, position, doubled);
            parts.Add(ParseHole(brace, close));
            position = textStart = close + 1;
        }

        AddText(parts, textStart, end, doubled);
        return new FormatString(span, parts.DrainToImmutable());
    }

    /// <summary>
    /// Whether <c>#{</c> is here. Where braces alone are holes, <c>#{}</c> is one behind a <c>#</c>, as in
    /// <c>@print("item #{}", n)</c>.
    /// </summary>
    private bool IsInterpolation(int position, int end, bool braces) =>
        _source.Text[position] == '#' && position + 2 < end && _source.Text[position + 1] == '{'
            && !(braces && _source.Text[position + 2] is '}' or ':');

    /// <summary>
    /// Whether a brace in generated code begins a hole: <c>{i}</c>, <c>{p.x}</c>, <c>{i+1}</c>, <c>{i:x}</c>.
    /// </summary>
    private bool IsSimpleHole(int open, int end)
    {
        ReadOnlySpan<char> rest = _source.Text.AsSpan(open + 1, end - open - 1);
        int close = rest.IndexOfAny('}', '{', ';');
        if (close < 0 || rest[close] != '}')
        {
            return false;
        }

        ReadOnlySpan<char> text = rest[..close];
        if (text.IsEmpty)
        {
            // `{}` takes the next argument, if there is one; else it is an empty block.
            return Kind == TokenKind.Comma;
        }

        int colon = text.IndexOf(':');
        return (char.IsAsciiLetterOrDigit(text[0]) || text[0] is '_' or '(') && !char.IsWhiteSpace(text[^1])
            && (colon < 0 || text[(colon + 1)..] is "x" or "X" or "c" or "d" or "hex");
    }

    private void AddText(ImmutableArray<FormatPart>.Builder parts, int start, int end, bool braces)
    {
        if (end > start)
        {
            ImmutableArray<byte> bytes = _literals.Bytes(start, end, braces);
            parts.Add(new FormatPart(TextSpan.FromBounds(start, end), bytes, null, null));
        }
    }

    /// <summary>Offset of the brace that closes the one at <paramref name="open"/>, or -1.</summary>
    private int EndOfHole(int open, int end)
    {
        int depth = 0;
        for (int i = open; i < end; i++)
        {
            depth += _source.Text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// The hole between two braces: nothing, an expression, or an expression, a colon and a specification.
    /// </summary>
    private FormatPart ParseHole(int open, int close)
    {
        TextSpan span = TextSpan.FromBounds(open, close + 1);
        ReadOnlySpan<char> text = _source.Text.AsSpan(open + 1, close - open - 1);
        if (text.IsWhiteSpace())
        {
            return new FormatPart(span, null, null, null);
        }

        if (text.TrimStart()[0] == ':')
        {
            return new FormatPart(span, null, null, text.TrimStart()[1..].Trim().ToString());
        }

        if (!Enter())
        {
            Leave();
            return new FormatPart(span, null, null, null);
        }

        var inner = new Parser(_source, TextSpan.FromBounds(open + 1, close), _diagnostics, _comments, _depth);
        inner._mode = Mode.Bracketed;
        Expression value = inner.ParseExpression();
        string? specification = inner.ParseSpecification(close);
        Leave();
        return new FormatPart(span, null, value, specification);
    }

    private string? ParseSpecification(int end)
    {
        if (Kind == TokenKind.Colon)
        {
            return _source.Text[_token.End..end].Trim();
        }

        if (Kind != TokenKind.EndOfFile && MayReport())
        {
            _diagnostics.BadHole(Here, Found());
        }

        return null;
    }
}
