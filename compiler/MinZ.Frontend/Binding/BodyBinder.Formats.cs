using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>What stands behind the colon of <c>{x:…}</c>: <c>[&lt;|&gt;][0][width][d|u|s|x|X|b|c]</c>.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>A specification.</summary>
    /// <param name="Form">One of <c>d x b c</c>; numbers are decimal and texts as they are by <c>d</c>.</param>
    /// <param name="Width">Least number of characters; 0 when any will do.</param>
    /// <param name="Fill">What fills the width.</param>
    /// <param name="IsLeft">True when the filling follows the value.</param>
    private readonly record struct Format(char Form, byte Width, char Fill, bool IsLeft)
    {
        public int Base => Form switch { 'x' => 16, 'b' => 2, _ => 10 };
    }

    /// <summary>The specification of a hole for a value of a type; null after a report.</summary>
    private Format? ReadFormat(FormatPart part, MirType type)
    {
        var text = (part.Specification ?? "").Trim();
        var at = 0;
        char? side = text is ['<' or '>', ..] ? text[at++] : null;
        var fill = at < text.Length && text[at] == '0' ? '0' : ' ';
        var digits = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        var isWidth = byte.TryParse(at == digits ? "0" : text[digits..at], out var width);
        char? form = text[at..] switch
        {
            "" or "d" or "u" or "i" or "s" => 'd',
            "x" or "X" or "hex" => 'x',
            "b" or "bin" => 'b',
            "c" => 'c',
            _ => null,
        };
        if (form is not { } known || !isWidth)
        {
            _bag.WrongArgument(At(part.Span), $"`:{part.Specification}` is no format",
                "there are `:x`, `:b` and `:c`, and widths as in `:4`, `:<4`, `:04x`");
            return null;
        }
        var isNumber = type.IsInteger || type.IsPlainEnum();
        var isLeft = side == '<' || side is null && !isNumber && known == 'd';
        return new Format(known, width, isNumber ? fill : ' ', isLeft);
    }

    private BoundExpression PrintHole(FormatPart part, BoundExpression value)
    {
        value = WithDefaultType(Read(value));
        if (AnyError(value) || ReadFormat(part, value.Type) is not { } format)
            return Failed(part.Span);
        if (format.Width > 0)
            return PrintPadded(part.Span, value, format);
        return format.Form switch
        {
            'x' => PrintHex(part.Span, value, null),
            'b' => FormatNumber(value) is { } number
                ? new BoundCall(part.Span, _program.Core("print_binary"), [number]) : Failed(part.Span),
            'c' => Void(part.Span, Intrinsic.PrintChar, CastTo(value, MirType.U8)),
            _ => Printed(part.Span, value),
        };
    }

    private BoundExpression PrintPadded(TextSpan span, BoundExpression value, Format format)
    {
        BoundLiteral Byte(long bits) => new(span, MirType.U8, bits);
        var isLeft = new BoundLiteral(span, MirType.Bool, format.IsLeft ? 1 : 0);
        if (format.Form == 'd' && !value.Type.IsInteger && !value.Type.IsPlainEnum() || format.Form == 'c')
        {
            var text = format.Form == 'c' ? CharacterText(span, value) : BindStringOf(value);
            return AnyError(text) ? text
                : new BoundCall(span, _program.Core("print_text_padded"), [text, Byte(format.Width), isLeft]);
        }
        if (FormatNumber(value, format.Form == 'd') is not { } number)
            return Failed(span);
        return new BoundCall(span, _program.Core("print_padded"),
            [number, IsNegative(value, format), Byte(format.Base), Byte(format.Width), Byte(format.Fill), isLeft]);
    }

    /// <summary>The text of a hole as a string.</summary>
    private BoundExpression StringOfHole(FormatPart part, BoundExpression value)
    {
        value = WithDefaultType(value);
        if (AnyError(value) || ReadFormat(part, value.Type) is not { } format)
            return Failed(part.Span);
        var text = format.Form switch
        {
            'c' => CharacterText(part.Span, value),
            'x' or 'b' => FormatNumber(value) is not { } number ? Failed(part.Span)
                : new BoundCall(part.Span, _program.Core("text_in_base"),
                    [number, new BoundLiteral(part.Span, MirType.U8, format.Base),
                        new BoundLiteral(part.Span, MirType.U8, Digits(value.Type, format))]),
            _ => BindStringOf(value),
        };
        if (format.Width == 0 || AnyError(text))
            return text;
        return new BoundCall(part.Span, _program.Core("text_padded"),
        [
            text, new BoundLiteral(part.Span, MirType.U8, format.Width),
            Literal(part.Span, format.Fill.ToString()),
            new BoundLiteral(part.Span, MirType.Bool, format.IsLeft ? 1 : 0),
        ]);
    }

    // Hexadecimal numbers without width show all their digits, as printing does.
    private static int Digits(MirType type, Format format) =>
        format is { Form: 'x', Width: 0 } ? type.Bits / 4 : 1;

    private BoundCall CharacterText(TextSpan span, BoundExpression value) =>
        new(span, _program.Core("text_of_char"), [CastTo(value, MirType.U8)]);

    private BoundExpression IsNegative(BoundExpression value, Format format) =>
        format.Form == 'd' && value.Type is { IsInteger: true, IsSigned: true }
            ? new BoundCompare(value.Span, Op.CmpLt, value, new BoundLiteral(value.Span, value.Type, 0))
            : new BoundLiteral(value.Span, MirType.Bool, 0);

    /// <summary>An integer of up to 32 bits in 32, by its sign or its bits alone; null after a report.</summary>
    private BoundExpression? FormatNumber(BoundExpression value, bool bySign = false)
    {
        value = PlainNumber(value, MirType.U8);
        if (AnyError(value))
            return null;
        if (value.Type.IsInteger && value.Type.Bits <= 32)
            return bySign && value.Type.IsSigned ? Bits(Numeric(value, MirType.I32), MirType.U32)
                : Numeric(Numeric(value, MirType.Unsigned(value.Type.Bits)), MirType.U32);
        _bag.NotPrintable(At(value.Span), $"{value.Type.Show()} by such a format");
        return null;
    }
}
