using System.Globalization;
using System.Text;

namespace MinZ.Backends.Z80.Assembly;

internal enum AsmTokenKind : byte
{
    End,
    Name,
    Number,
    Text,
    Symbol,
    Placeholder,
}

/// <summary>
/// A token of assembly text. <see cref="Text"/> is a name, the punctuation, the contents of a string or of a
/// placeholder; <see cref="Number"/> the value of a number.
/// </summary>
internal readonly record struct AsmToken(AsmTokenKind Kind, int Offset, int Length, string Text, int Number = 0)
{
    public int End => Offset + Length;

    public bool Is(string symbol) => Kind == AsmTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) =>
        Kind == AsmTokenKind.Name && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>One line of assembly text as tokens, with its comment.</summary>
internal sealed class AsmLexer(string text, Action<int, int, string, string?> report)
{
    private static readonly string[] LongSymbols = ["<<", ">>", "<=", ">=", "==", "!=", "<>", "&&", "||"];

    /// <summary>Reads the line from an offset up to its end; the comment comes without its mark.</summary>
    public List<AsmToken> ReadLine(int start, int end, out string? comment)
    {
        var tokens = new List<AsmToken>();
        comment = null;
        var at = start;
        while (at < end)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
                continue;
            }
            if (c == ';' || c == '/' && at + 1 < end && text[at + 1] == '/')
            {
                comment = text[(at + (c == ';' ? 1 : 2))..end].Trim();
                break;
            }
            var token = ReadToken(at, end, ExpectsValue(tokens));
            tokens.Add(token);
            at = token.End;
        }
        return tokens;
    }

    // Where a value can begin, % $ # & are prefixes of numbers; behind a value % is the remainder and & the operator.
    private static bool ExpectsValue(List<AsmToken> tokens) => tokens.Count == 0
        || tokens[^1].Kind == AsmTokenKind.Symbol && tokens[^1].Text is not (")" or "]" or "$")
        || tokens[^1].Kind == AsmTokenKind.Name
            && (AsmWords.IsStatement(tokens[^1].Text) || tokens[^1].IsWord("low") || tokens[^1].IsWord("high"));

    private AsmToken ReadToken(int at, int end, bool expectsValue)
    {
        var c = text[at];
        var next = at + 1 < end ? text[at + 1] : '\0';
        if (IsNameStart(c) || c == '.' && IsNameStart(next))
            return ReadName(at, end);
        if (char.IsAsciiDigit(c))
            return ReadNumber(at, end);
        if (c is '$' or '#' or '&' && char.IsAsciiHexDigit(next) && (c == '#' || expectsValue))
            return Digits(at, at + 1, end, 16);
        if (c == '%' && expectsValue && char.IsAsciiDigit(next))
            return Digits(at, at + 1, end, 2);
        if (c is '"' or '\'')
            return ReadText(at, end, c);
        if (c == '{')
            return ReadPlaceholder(at, end);
        foreach (var symbol in LongSymbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, 2) == 0 && at + 2 <= end)
                return new AsmToken(AsmTokenKind.Symbol, at, 2, symbol);
        }
        if ("+-*/%&|^~!<>=()[],:\\$".Contains(c))
            return new AsmToken(AsmTokenKind.Symbol, at, 1, c.ToString());
        report(at, 1, $"unexpected character '{c}'", null);
        return new AsmToken(AsmTokenKind.Symbol, at, 1, " ");
    }

    private AsmToken ReadName(int at, int end)
    {
        var stop = at + 1;
        while (stop < end && (IsNameStart(text[stop]) || char.IsAsciiDigit(text[stop]) || text[stop] is '.' or '$'))
            stop++;
        // The quote of AF' belongs to the register.
        if (stop - at == 2 && stop < end && text[stop] == '\''
            && text.AsSpan(at, 2).Equals("af", StringComparison.OrdinalIgnoreCase))
            stop++;
        return new AsmToken(AsmTokenKind.Name, at, stop - at, text[at..stop]);
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or '@' or '?';

    // 0x1F, 0b101, 0o17, 1Fh, 101b, 17o, 123; underscores may group digits.
    private AsmToken ReadNumber(int at, int end)
    {
        var stop = at;
        while (stop < end && (char.IsAsciiLetterOrDigit(text[stop]) || text[stop] == '_'))
            stop++;
        var digits = text[at..stop];
        var (radix, from, to) = (char.ToLowerInvariant(digits[^1]), digits) switch
        {
            (_, ['0', 'x' or 'X', ..]) => (16, 2, digits.Length),
            ('h', _) => (16, 0, digits.Length - 1),
            (_, ['0', 'b' or 'B', _, ..]) => (2, 2, digits.Length),
            (_, ['0', 'o' or 'O', _, ..]) => (8, 2, digits.Length),
            ('b', _) => (2, 0, digits.Length - 1),
            ('o' or 'q', _) => (8, 0, digits.Length - 1),
            ('d', _) => (10, 0, digits.Length - 1),
            _ => (10, 0, digits.Length),
        };
        return Convert(at, stop, digits[from..to], radix);
    }

    private AsmToken Digits(int at, int from, int end, int radix)
    {
        var stop = from;
        while (stop < end && (char.IsAsciiLetterOrDigit(text[stop]) || text[stop] == '_'))
            stop++;
        return Convert(at, stop, text[from..stop], radix);
    }

    private AsmToken Convert(int at, int stop, string digits, int radix)
    {
        long value = 0;
        var isValid = digits.Length > 0;
        foreach (var c in digits)
        {
            if (c == '_')
                continue;
            var digit = char.IsAsciiHexDigit(c) ? int.Parse(c.ToString(), NumberStyles.HexNumber) : radix;
            isValid &= digit < radix;
            value = Math.Min((value * radix) + digit, (long)uint.MaxValue + 1);
        }
        if (!isValid)
            report(at, stop - at, $"'{text[at..stop]}' is not a number", "hexadecimal is 0x1F, $1F, #1F or 1Fh");
        else if (value > uint.MaxValue)
            report(at, stop - at, $"'{text[at..stop]}' does not fit in 32 bits", null);
        return new AsmToken(AsmTokenKind.Number, at, stop - at, text[at..stop], unchecked((int)value));
    }

    private AsmToken ReadText(int at, int end, char quote)
    {
        var value = new StringBuilder();
        var i = at + 1;
        while (i < end && text[i] != quote)
        {
            if (text[i] == '\\' && i + 1 < end)
            {
                value.Append(Escape(text[i + 1], i));
                i += 2;
                continue;
            }
            value.Append(text[i++]);
        }
        if (i >= end)
        {
            report(at, end - at, $"the text has no closing {quote}", null);
            return new AsmToken(AsmTokenKind.Text, at, end - at, value.ToString());
        }
        return new AsmToken(AsmTokenKind.Text, at, i + 1 - at, value.ToString());
    }

    private char Escape(char c, int at)
    {
        switch (c)
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case '0': return '\0';
            case '\\' or '"' or '\'': return c;
            default:
                report(at, 2, $"unknown escape '\\{c}'", @"there are \n \r \t \0 \\ \"" \'");
                return c;
        }
    }

    private AsmToken ReadPlaceholder(int at, int end)
    {
        var close = text.IndexOf('}', at, end - at);
        if (close < 0)
        {
            report(at, end - at, "'{' without '}'", null);
            close = end - 1;
        }
        var name = text[(at + 1)..Math.Max(close, at + 1)].Trim();
        return new AsmToken(AsmTokenKind.Placeholder, at, close + 1 - at, name);
    }
}
