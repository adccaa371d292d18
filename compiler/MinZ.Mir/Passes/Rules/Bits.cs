namespace MinZ.Mir.Passes.Rules;

/// <summary>Laws of bit operations and shifts.</summary>
internal static class Bits
{
    public static readonly Rule[] All =
    [
        new(Op.And, "x & 0 = 0", r => r.BIs(0) ? r.Const(0) : default),
        new(Op.And, "x & ~0 = x", r => r.BIs(-1) ? r.A : default),
        new(Op.And, "x & x = x", r => r.A == r.B ? r.A : default),
        new(Op.And, "(x & c) & d = x & (c & d)", r => Twice(r, Op.And, (c, d) => c & d)),
        new(Op.And, "zext(x) & c = zext(x & c) when c is no wider than x", r => NarrowMask(r)),
        new(Op.Or, "x | 0 = x", r => r.BIs(0) ? r.A : default),
        new(Op.Or, "x | ~0 = ~0", r => r.BIs(-1) ? r.B : default),
        new(Op.Or, "x | x = x", r => r.A == r.B ? r.A : default),
        new(Op.Or, "(x | c) | d = x | (c | d)", r => Twice(r, Op.Or, (c, d) => c | d)),
        new(Op.Xor, "x ^ 0 = x", r => r.BIs(0) ? r.A : default),
        new(Op.Xor, "x ^ x = 0", r => r.A == r.B ? r.Const(0) : default),
        new(Op.Xor, "x ^ ~0 = ~x", r => r.BIs(-1) ? r.Emit(Op.Not, r.T, r.T, r.A) : default),
        new(Op.Not, "~(~x) = x", r => r.Is(r.A, Op.Not, out var d) ? r.Of(d, 0) : default),
        new(Op.Not, "!(a < b) = a >= b, not for floats", InvertCompare),
        new(Op.Shl, "x << 0 = x", r => r.BIs(0) ? r.A : default),
        new(Op.Shl, "x << k = 0 for k >= width", r => TooFar(r) ? r.Const(0) : default),
        new(Op.Shl, "(x << j) << k = x << (j + k)", r => TwiceShift(r, Op.Shl)),
        new(Op.Shr, "x >> 0 = x", r => r.BIs(0) ? r.A : default),
        new(Op.Shr, "x >> k = 0 for k >= width, unsigned", r => !r.T.IsSigned && TooFar(r) ? r.Const(0) : default),
        new(Op.Shr, "(x >> j) >> k = x >> (j + k)", r => TwiceShift(r, Op.Shr)),
        new(Op.Shr, "zext(x) >> k = zext(x >> k)", NarrowShift),
        new(Op.Rotl, "rotl(x, 0) = x", r => r.BIs(0) ? r.A : default),
        new(Op.Rotr, "rotr(x, 0) = x", r => r.BIs(0) ? r.A : default),
        new(Op.Select, "select(c, x, x) = x", r => r.Operand(1) == r.Operand(2) ? r.Operand(1) : default),
        new(Op.Select, "select(c, true, false) = c", r => r.T.Kind == TypeKind.Bool &&
            r.IsConst(r.Operand(1), out var a) && r.IsConst(r.Operand(2), out var b) && a != b
            ? a != 0 ? r.A : r.Emit(Op.Not, MirType.Bool, MirType.Bool, r.A) : default),
    ];

    private static Value Twice(Rewrite r, Op op, Func<long, long, long> combine) =>
        r.IsConst(r.B, out var d) && r.Is(r.A, op, out var a) && r.IsConst(r.Of(a, 1), out var c)
            ? r.Emit(op, r.T, r.T, r.Of(a, 0), r.Const(combine(c, d))) : default;

    private static bool TooFar(Rewrite r) => r.IsConst(r.B, out var k) && k >= r.T.Bits;

    private static Value TwiceShift(Rewrite r, Op op) =>
        r.IsConst(r.B, out var k) && r.Is(r.A, op, out var a) && r.IsConst(r.Of(a, 1), out var j) && j + k < 256
            ? r.Emit(op, r.T, r.T, r.Of(a, 0), r.Const(MirType.U8, j + k)) : default;

    private static Value NarrowMask(Rewrite r)
    {
        if (!r.IsConst(r.B, out var c) || !r.Is(r.A, Op.Conv, out var d))
            return default;
        var x = r.Of(d, 0);
        var from = r.F.TypeOf(x);
        // With a mask that fits the source, sign bits above it do not matter.
        if (!from.IsInteger || from.Bits >= r.T.Bits || c < 0 ||
            c > (long)Constants.MaxValue(MirType.Unsigned(from.Bits)))
            return default;
        if (from.IsSigned)
            return default;
        return r.Emit(Op.Conv, r.T, r.T, r.Emit(Op.And, from, from, x, r.Const(from, c)));
    }

    private static Value NarrowShift(Rewrite r)
    {
        if (!r.IsConst(r.B, out _) || !r.Is(r.A, Op.Conv, out var d))
            return default;
        var x = r.Of(d, 0);
        var from = r.F.TypeOf(x);
        return from.IsInteger && !from.IsSigned && from.Bits < r.T.Bits
            ? r.Emit(Op.Conv, r.T, r.T, r.Emit(Op.Shr, from, from, x, r.B)) : default;
    }

    private static Value InvertCompare(Rewrite r)
    {
        var d = r.F.DefinitionOf(r.A);
        if (d < 0 || r.F[d].Type.IsFloat || Opposite(r.F[d].Op) is not { } op)
            return default;
        return r.Emit(op, r.F[d].Type, MirType.Bool, r.Of(d, 0), r.Of(d, 1));
    }

    private static Op? Opposite(Op op) => op switch
    {
        Op.CmpEq => Op.CmpNe, Op.CmpNe => Op.CmpEq, Op.CmpLt => Op.CmpGe,
        Op.CmpGe => Op.CmpLt, Op.CmpGt => Op.CmpLe, Op.CmpLe => Op.CmpGt,
        _ => null,
    };
}
