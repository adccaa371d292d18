using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Integer types and values of constant expressions.</summary>
internal static class Folding
{
    /// <summary>
    /// The smallest of u8, u16, u24, u32, u64 (i8 … when negative) that holds both values; u24 is skipped.
    /// </summary>
    public static ScalarType SmallestFor(Int128 low, Int128 high)
    {
        ReadOnlySpan<ScalarType> types = low < 0
            ? [MirType.I8, MirType.I16, MirType.I32, MirType.I64]
            : [MirType.U8, MirType.U16, MirType.U32, MirType.U64];
        foreach (var type in types)
            if (Constants.Fits(type, low) && Constants.Fits(type, high))
                return type;
        return types[^1];
    }

    /// <summary>The type a whole number has when nothing else decides.</summary>
    public static ScalarType DefaultFor(Int128 value) => SmallestFor(value, value);

    /// <summary>
    /// The type two integers meet in for arithmetic: the wider; of equal widths, the signed one, since two's complement
    /// gives the same bits.
    /// </summary>
    public static MirType Common(MirType a, MirType b)
    {
        if (a == b || !a.IsInteger || !b.IsInteger)
            return a;
        if (a.Bits != b.Bits)
            return a.Bits > b.Bits ? a : b;
        return a.IsSigned ? a : b;
    }

    /// <summary>The type two integers are compared in, which holds all values of both.</summary>
    public static MirType CommonForCompare(MirType a, MirType b)
    {
        if (a.IsSigned == b.IsSigned)
            return Common(a, b);
        var (signed, unsigned) = a.IsSigned ? (a, b) : (b, a);
        return signed.Bits > unsigned.Bits ? signed : MirType.SignedOf(Math.Min(64, unsigned.Bits + 1));
    }

    /// <summary>
    /// The type of a variable meeting a literal that does not fit: as wide as needed, signed when either is.
    /// </summary>
    public static MirType Widened(MirType type, Int128 literal)
    {
        var low = Int128.Min(literal, Constants.MinValue(type));
        var high = Int128.Max(literal, literal < 0 && !type.IsSigned ? literal : Constants.MaxValue(type));
        return literal < 0 && !type.IsSigned
            ? SmallestFor(Int128.Min(literal, -1), Constants.MaxValue(type))
            : SmallestFor(low, high);
    }

    /// <summary>An integer constant's value from its canonical bits.</summary>
    public static Int128 ValueOf(MirType type, long bits) => type.Kind == TypeKind.U64 ? (ulong)bits : bits;

    /// <summary>The number an expression is, when it is known; for numeric types and plain enums.</summary>
    public static bool TryConstant(BoundExpression e, out long bits)
    {
        bits = 0;
        switch (e)
        {
            case BoundLiteral literal:
                bits = literal.Bits;
                return true;
            case BoundUnary u when TryConstant(u.Operand, out var operand):
                return u.Op.Info().Evaluate is { } unary && unary(u.Type, operand, 0, out bits);
            case BoundBinary b when TryConstant(b.Left, out var left) && TryConstant(b.Right, out var right):
                return b.Op.Info().Evaluate is { } binary && binary(b.Type, left, right, out bits);
            case BoundCompare c when TryConstant(c.Left, out var left) && TryConstant(c.Right, out var right):
                return c.Op.Info().Evaluate is { } compare && compare(c.Left.Type, left, right, out bits);
            case BoundLogical l when TryConstant(l.Left, out var first):
                if ((first != 0) != l.IsAnd)
                {
                    bits = first;
                    return true;
                }
                return TryConstant(l.Right, out bits);
            case BoundConversion { Kind: ConversionKind.Numeric } c when TryConstant(c.Operand, out var value):
                bits = Evaluators.Convert(c.Operand.Type, c.Type, value);
                return true;
            case BoundConversion { Kind: ConversionKind.Bits } c when IsBits(c) && TryConstant(c.Operand, out var same):
                bits = c.Type.IsAddress ? same : Constants.Wrap(c.Type, same);
                return true;
            case BoundIf { Else: { } otherwise } i when TryConstant(i.Condition, out var condition):
                return TryConstant(condition != 0 ? i.Then : otherwise, out bits);
            case BoundBitField field:
                return TryConstant(field.Value, out bits);
            case BoundExpansion expansion:
                return TryConstant(expansion.Inner, out bits);
            case BoundBlock { Statements: [], Tail: { } tail }:
                return TryConstant(tail, out bits);
            default:
                return false;
        }
    }

    /// <summary>
    /// The global and the distance in bytes of one of its elements. Only for elements that are as large on every
    /// target.
    /// </summary>
    public static bool TryOffset(BoundIndex element, out GlobalSymbol global, out int offset)
    {
        (global, offset) = (null!, 0);
        if (element.Target is not BoundGlobal { Type: ArrayType array } target ||
            !TryConstant(element.Index, out var index) ||
            !(index == 0 || array.Element.Bits is 8 or 16 or 32 or 64))
            return false;
        (global, offset) = (target.Global, (int)index * array.Element.Bits / 8);
        return true;
    }

    private static bool IsBits(BoundConversion c) =>
        (c.Type.IsInteger || c.Type.IsPlainEnum() || c.Type.IsAddress) &&
        (c.Operand.Type.IsInteger || c.Operand.Type.IsPlainEnum() || c.Operand.Type.IsAddress);

    /// <summary>Bounds of an integer expression that hold whatever its variables are.</summary>
    public static (Int128 Low, Int128 High) RangeOf(BoundExpression e)
    {
        if (e is BoundUntyped u)
            return (u.Value, u.Value);
        if (TryConstant(e, out var bits))
            return (ValueOf(e.Type, bits), ValueOf(e.Type, bits));
        var (low, high) = (Constants.MinValue(e.Type), Constants.MaxValue(e.Type));
        switch (e)
        {
            case BoundBinary { Op: Op.And } b:
                var mask = Int128.Min(NonNegativeMax(b.Left), NonNegativeMax(b.Right));
                return mask == Int128.MaxValue ? (low, high) : (0, mask);
            case BoundBinary { Op: Op.Shr } b when TryConstant(b.Right, out var count) && count < 64:
                var shifted = RangeOf(b.Left);
                return (shifted.Low >> (int)count, shifted.High >> (int)count);
            case BoundBinary { Op: Op.Rem } b when TryConstant(b.Right, out var divisor) && divisor > 0:
                return (RangeOf(b.Left).Low < 0 ? 1 - (Int128)divisor : 0, divisor - (Int128)1);
            case BoundBinary { Op: Op.Rem } b when RangeOf(b.Right) is var by && by.Low >= 0:
                return (RangeOf(b.Left).Low < 0 ? 1 - by.High : 0, Int128.Max(0, by.High - 1));
            case BoundBinary { Op: Op.Div } b when TryConstant(b.Right, out var by) && by > 0:
                var dividend = RangeOf(b.Left);
                return (dividend.Low / by, dividend.High / by);
            case BoundConversion { Kind: ConversionKind.Numeric, Operand.Type: { IsInteger: true } from } c
                when c.Type.Bits > from.Bits && (c.Type.IsSigned || !from.IsSigned):
                return RangeOf(c.Operand);
            case BoundConversion { Operand.Type.Kind: TypeKind.Bool }:
                return (0, 1);
            default:
                return (low, high);
        }
    }

    private static Int128 NonNegativeMax(BoundExpression e) =>
        RangeOf(e) is var range && range.Low >= 0 ? range.High : Int128.MaxValue;
}
