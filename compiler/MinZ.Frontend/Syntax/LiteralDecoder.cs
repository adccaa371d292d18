using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>Turns the spelling of literals into values and reports what is wrong inside them.</summary>
internal sealed class LiteralDecoder(SourceText source, DiagnosticBag diagnostics)
{
    private const int UnknownEscape = -1;
    private readonly List<byte> _bytes = [];

    /// <summary>The value of a whole number; 0 after a diagnostic.</summary>
    public ulong Integer(TextSpan span)
    {
        ReadOnlySpan<char> text = source.Slice(span);
        uint radix = text.Length > 1 && text[0] == '0'
            ? (text[1] | 0x20) switch { 'x' => 16u, 'b' => 2u, _ => 10u } : 10u;
        ulong value = 0;
        bool any = false;
        foreach (char c in radix == 10 ? text : text[2..])
        {
            if (c == '_')
            {
                continue;
            }

            uint digit = char.IsAsciiHexDigit(c) ? (uint)Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix)
            {
                diagnostics.InvalidNumber(source.At(span), text, (int)radix, c);
                return 0;
            }

            any = true;
            if (value > (ulong.MaxValue - digit) / radix)
            {
                diagnostics.NumberTooLarge(source.At(span), text);
                return 0;
            }

            value = value * radix + digit;
        }

        if (!any)
        {
            diagnostics.InvalidNumber(source.At(span), text, (int)radix, '\0');
        }

        return value;
    }

    /// <summary>The value of a decimal fraction; 0 after a diagnostic.</summary>
    public double Fraction(TextSpan span)
    {
        string text = source.ToString(span);
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(text.Replace("_", ""), Style, CultureInfo.InvariantCulture, out double value))
        {
            return value;
        }

        int bad = text.AsSpan().IndexOfAnyExcept("0123456789._");
        diagnostics.InvalidNumber(source.At(span), text, 10, bad < 0 ? '.' : text[bad]);
        return 0;
    }

    /// <summary>The value of a character literal, quotes included in <paramref name="span"/>.</summary>
    public int Character(TextSpan span)
    {
        int position = span.Start + 1;
        int end = span.End - 1;
        if (position >= end)
        {
            diagnostics.BadCharacterLiteral(source.At(span), "is empty");
            return 0;
        }

        int value = source.Text[position] == '\\' ? Escape(ref position, end) : UnknownEscape;
        if (value == UnknownEscape)
        {
            Rune.DecodeFromUtf16(source.Text.AsSpan(position, end - position), out Rune rune, out int consumed);
            value = rune.Value;
            position += consumed;
        }

        if (position < end)
        {
            diagnostics.BadCharacterLiteral(source.At(span), "holds more than one character");
        }

        return value;
    }

    /// <summary>The bytes of string text (quotes excluded): UTF-8, escapes resolved.</summary>
    /// <param name="start">Offset of the first character.</param>
    /// <param name="end">Offset after the last.</param>
    /// <param name="doubledBraces">Whether <c>{{</c> and <c>}}</c> mean one brace.</param>
    public ImmutableArray<byte> Bytes(int start, int end, bool doubledBraces)
    {
        _bytes.Clear();
        Span<byte> buffer = stackalloc byte[4];
        int position = start;
        while (position < end)
        {
            char c = source.Text[position];
            if (c == '\\' && position + 1 < end)
            {
                int value = Escape(ref position, end);
                if (value != UnknownEscape)
                {
                    _bytes.Add((byte)value);
                }
            }
            else if (c < 0x80)
            {
                bool doubled = doubledBraces && c is '{' or '}' && position + 1 < end && source.Text[position + 1] == c;
                _bytes.Add((byte)c);
                position += doubled ? 2 : 1;
            }
            else
            {
                Rune.DecodeFromUtf16(source.Text.AsSpan(position, end - position), out Rune rune, out int consumed);
                AddUtf8(rune, buffer);
                position += consumed;
            }
        }

        return [.. _bytes];
    }

    private void AddUtf8(Rune rune, Span<byte> buffer)
    {
        int length = rune.EncodeToUtf8(buffer);
        _bytes.AddRange(buffer[..length]);
    }

    /// <summary>
    /// Reads one escape sequence at a backslash. After an unknown one the position is at the character that it means.
    /// </summary>
    private int Escape(ref int position, int end)
    {
        int start = position;
        char c = position + 1 < end ? source.Text[position + 1] : '\0';
        position = Math.Min(end, position + 2);
        switch (c)
        {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case '0':
                return 0;
            case '\\' or '\'' or '"' or '{' or '}' or '#':
                return c;
            case 'x':
                return HexEscape(start, ref position, end);
            case '\0':
                return '\\';
            default:
                Rune.DecodeFromUtf16(source.Text.AsSpan(start + 1, end - start - 1), out Rune rune, out int consumed);
                position = start + 1 + consumed;
                diagnostics.UnknownEscape(source.At(TextSpan.FromBounds(start, position)), rune);
                position = start + 1;
                return UnknownEscape;
        }
    }

    private int HexEscape(int start, ref int position, int end)
    {
        int value = 0;
        int digits = 0;
        while (digits < 2 && position < end && char.IsAsciiHexDigit(source.Text[position]))
        {
            value = value * 16 + Convert.ToInt32(source.Text[position].ToString(), 16);
            position++;
            digits++;
        }

        if (digits < 2)
        {
            diagnostics.InvalidHexEscape(source.At(TextSpan.FromBounds(start, position)));
        }

        return value;
    }
}
