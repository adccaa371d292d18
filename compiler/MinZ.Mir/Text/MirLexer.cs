using System.Globalization;
using System.Text;

namespace MinZ.Mir.Text;

internal enum TokenKind : byte
{
    /// <summary>Name or keyword, possibly several joined by dots.</summary>
    Word,
    /// <summary><c>%name</c></summary>
    Local,
    /// <summary><c>.name</c>, possibly several joined by dots.</summary>
    Dotted,
    /// <summary><c>@name</c></summary>
    At,
    Number,
    /// <summary><c>"…"</c></summary>
    String,
    /// <summary><c>b"…"</c></summary>
    Bytes,
    /// <summary><c>-></c></summary>
    Arrow,
    /// <summary>Any other single character that means something.</summary>
    Mark,
    /// <summary>One or more line ends.</summary>
    Line,
    End,
}

/// <summary>A token by position; its text is looked up when needed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Quoted">True when a name is written as a string.</param>
/// <param name="Start">Index of its first character.</param>
/// <param name="Length">Characters.</param>
internal readonly record struct Token(TokenKind Kind, bool Quoted, int Start, int Length);

/// <summary>Cuts MIR text into tokens. Characters that form none are reported and left out.</summary>
internal sealed class MirLexer(string text, Action<int, int, string> report)
{
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _brackets;

    /// <summary>All tokens; the last is <see cref="TokenKind.End"/>.</summary>
    public static List<Token> Cut(string text, Action<int, int, string> report)
    {
        var lexer = new MirLexer(text, report);
        while (lexer._at < text.Length)
            lexer.Next();
        lexer.Add(TokenKind.Line, text.Length);
        lexer.Add(TokenKind.End, text.Length);
        return lexer._tokens;
    }

    private char Peek(int ahead = 0) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private void Add(TokenKind kind, int start, bool quoted = false) =>
        _tokens.Add(new Token(kind, quoted, start, _at - start));

    private void Next()
    {
        var start = _at;
        var c = text[_at];
        switch (c)
        {
            case ' ' or '\t' or '\r' or '\uFEFF':
                _at++;
                break;
            case ';' when IsArrayLength():
                _at++;
                Add(TokenKind.Mark, start);
                break;
            case ';':
                while (_at < text.Length && text[_at] != '\n')
                    _at++;
                break;
            case '\n':
                _at++;
                _brackets = 0;
                if (_tokens.Count > 0 && _tokens[^1].Kind != TokenKind.Line)
                    Add(TokenKind.Line, start);
                break;
            case '"':
                Quoted(TokenKind.String, start);
                break;
            case 'b' when Peek(1) == '"':
                _at++;
                Quoted(TokenKind.Bytes, start);
                break;
            case '%':
                _at++;
                Name(TokenKind.Local, start, dots: false);
                break;
            case '@':
                _at++;
                Name(TokenKind.At, start, dots: true);
                break;
            case '.' when Peek(1) == '"' || MirNames.IsPart(Peek(1)):
                _at++;
                Name(TokenKind.Dotted, start, dots: true);
                break;
            case '-' when Peek(1) == '>':
                _at += 2;
                Add(TokenKind.Arrow, start);
                break;
            case >= '0' and <= '9':
            case '-' when char.IsAsciiDigit(Peek(1)):
                Number(start);
                break;
            case '(' or ')' or '[' or ']' or '{' or '}' or '<' or '>' or ',' or ':' or '=' or '&' or '*' or '!' or '?'
                or '+' or '-':
                _at++;
                _brackets += c == '[' ? 1 : c == ']' ? -1 : 0;
                Add(TokenKind.Mark, start);
                break;
            default:
                Other(start, c);
                break;
        }
    }

    // ';' starts a comment, but in [T; n] it stands before the length.
    private bool IsArrayLength()
    {
        if (_brackets <= 0)
            return false;
        var rest = text.AsSpan(_at + 1).TrimStart(' ');
        var digits = 0;
        while (digits < rest.Length && MirNames.IsPart(rest[digits]))
            digits++;
        return digits > 0 && char.IsAsciiDigit(rest[0]) && rest[digits..].TrimStart(' ').StartsWith("]");
    }

    private void Other(int start, char c)
    {
        if (MirNames.IsStart(c))
        {
            Word(dots: true);
            Add(TokenKind.Word, start);
            return;
        }
        while (_at < text.Length && text[_at] == c)
            _at++;
        report(start, _at - start, c < 32 || c > 126
            ? $"unexpected character U+{((int)c).ToString("X4", CultureInfo.InvariantCulture)}" : $"unexpected '{c}'");
    }

    private void Word(bool dots)
    {
        while (MirNames.IsPart(Peek()) || dots && Peek() == '.' && MirNames.IsPart(Peek(1)))
            _at++;
    }

    private void Name(TokenKind kind, int start, bool dots)
    {
        if (Peek() == '"')
        {
            Quoted(kind, start);
            return;
        }
        Word(dots);
        if (_at == start + 1)
            report(start, 1, $"a name must follow '{text[start]}'");
        else
            Add(kind, start);
    }

    private void Number(int start)
    {
        _at++;
        while (MirNames.IsPart(Peek()) || Peek() == '.' && char.IsAsciiDigit(Peek(1)) ||
            Peek() is '+' or '-' && text[_at - 1] is 'e' or 'E' && char.IsAsciiDigit(Peek(1)) && !IsHex(start))
            _at++;
        Add(TokenKind.Number, start);
    }

    private bool IsHex(int start) =>
        text.AsSpan(start).TrimStart('-').StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    private void Quoted(TokenKind kind, int start)
    {
        _at++;
        while (_at < text.Length && text[_at] != '"' && text[_at] != '\n')
            _at += text[_at] == '\\' && _at + 1 < text.Length && text[_at + 1] != '\n' ? 2 : 1;
        if (_at >= text.Length || text[_at] != '"')
            report(start, Math.Min(_at, text.Length) - start, "the string does not end on its line");
        else
            _at++;
        _at = Math.Min(_at, text.Length);
        Add(kind, start, quoted: true);
        CheckEscapes(start, _at);
    }

    private void CheckEscapes(int start, int end)
    {
        for (var i = start; i < end - 1; i++)
        {
            if (text[i] != '\\')
                continue;
            if (EscapeLength(text, i, end) is var length and > 0)
                i += length - 1;
            else
                report(i, 2, "unknown escape; known are \\n \\r \\t \\0 \\\" \\\\ \\xHH");
        }
    }

    private static int EscapeLength(string text, int at, int end) => at + 1 >= end ? 0 : text[at + 1] switch
    {
        'n' or 'r' or 't' or '0' or '"' or '\\' => 2,
        'x' when at + 3 < end && char.IsAsciiHexDigit(text[at + 2]) && char.IsAsciiHexDigit(text[at + 3]) => 4,
        _ => 0,
    };

    /// <summary>Name that a token spells: without sigil and quotes.</summary>
    public static string NameOf(string text, Token token)
    {
        var skip = token.Kind is TokenKind.Local or TokenKind.Dotted or TokenKind.At ? 1 : 0;
        return token.Quoted ? Encoding.UTF8.GetString(BytesOf(text, token))
            : text.Substring(token.Start + skip, token.Length - skip);
    }

    /// <summary>Bytes that a quoted token spells.</summary>
    public static byte[] BytesOf(string text, Token token)
    {
        var end = token.Start + token.Length;
        var at = text.IndexOf('"', token.Start, token.Length) + 1;
        if (end > at && text[end - 1] == '"')
            end--;
        var bytes = new List<byte>(end - at);
        Span<byte> utf8 = stackalloc byte[4];
        while (at < end)
        {
            if (text[at] == '\\' && EscapeLength(text, at, token.Start + token.Length) is var length and > 0)
            {
                bytes.Add(Escaped(text, at));
                at += length;
                continue;
            }
            Rune.DecodeFromUtf16(text.AsSpan(at, end - at), out var rune, out var used);
            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            at += used;
        }
        return [.. bytes];
    }

    private static byte Escaped(string text, int at) => text[at + 1] switch
    {
        'n' => 10, 'r' => 13, 't' => 9, '0' => 0,
        'x' => byte.Parse(text.AsSpan(at + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        var c => (byte)c,
    };
}
