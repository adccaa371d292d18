using System.Numerics;

namespace MinZ.Mir.Passes.Rules;

/// <summary>Laws of addition, multiplication and division on wrapping integers; floats only where exact.</summary>
internal static class Arith
{
    public static readonly Rule[] All =
    [
        new(Op.Add, "x + 0 = x", r => r.T.IsInteger && r.BIs(0) ? r.A : default),
        new(Op.Sub, "x - 0 = x", r => r.T.IsInteger && r.BIs(0) ? r.A : default),
        new(Op.Sub, "x - x = 0", r => r.T.IsInteger && r.A == r.B ? r.Const(0) : default),
        new(Op.Sub, "x - c = x + (-c)", r => r.T.IsInteger && r.IsConst(r.B, out var c)
            ? r.Emit(Op.Add, r.T, r.T, r.A, r.Const(-c)) : default),
        new(Op.Sub, "(x + y) - y = x", r => r.T.IsInteger && r.Is(r.A, Op.Add, out var d) && r.Of(d, 1) == r.B
            ? r.Of(d, 0) : default),
        new(Op.Add, "(x + c) + d = x + (c + d)", r => r.T.IsInteger && r.IsConst(r.B, out var d) &&
            r.Is(r.A, Op.Add, out var a) && r.IsConst(r.Of(a, 1), out var c)
            ? r.Emit(Op.Add, r.T, r.T, r.Of(a, 0), r.Const(c + d)) : default),
        new(Op.Neg, "-(-x) = x", r => r.T.IsInteger && r.Is(r.A, Op.Neg, out var d) ? r.Of(d, 0) : default),
        new(Op.Mul, "x * 0 = 0", r => r.T.IsInteger && r.BIs(0) ? r.Const(0) : default),
        new(Op.Mul, "x * 1 = x", r => r.T.IsInteger && r.BIs(1) ? r.A : default),
        new(Op.Mul, "x * 2^k = x << k", r => r.T.IsInteger && PowerOfTwo(r, out var k)
            ? r.Emit(Op.Shl, r.T, r.T, r.A, r.Const(MirType.U8, k)) : default),
        new(Op.Mul, "(x * c) * d = x * (c * d)", r => r.T.IsInteger && r.IsConst(r.B, out var d) &&
            r.Is(r.A, Op.Mul, out var a) && r.IsConst(r.Of(a, 1), out var c)
            ? r.Emit(Op.Mul, r.T, r.T, r.Of(a, 0), r.Const(c * d)) : default),
        new(Op.Div, "x / 1 = x", r => r.T.IsInteger && r.BIs(1) ? r.A : default),
        new(Op.Div, "x / 2^k = x >> k, unsigned", r => r.T.IsInteger && !r.T.IsSigned && PowerOfTwo(r, out var k)
            ? r.Emit(Op.Shr, r.T, r.T, r.A, r.Const(MirType.U8, k)) : default),
        new(Op.Rem, "x % 1 = 0", r => r.T.IsInteger && r.BIs(1) ? r.Const(0) : default),
        new(Op.Rem, "x % 2^k = x & (2^k - 1), unsigned", r => r.T.IsInteger && !r.T.IsSigned && PowerOfTwo(r, out var k)
            ? r.Emit(Op.And, r.T, r.T, r.A, r.Const((1L << k) - 1)) : default),
        new(Op.Min, "min(x, x) = x", r => r.A == r.B ? r.A : default),
        new(Op.Max, "max(x, x) = x", r => r.A == r.B ? r.A : default),
        new(Op.Abs, "|x| = x, unsigned", r => r.T.IsInteger && !r.T.IsSigned ? r.A : default),
    ];

    private static bool PowerOfTwo(Rewrite r, out int k)
    {
        k = 0;
        if (!r.IsConst(r.B, out var c) || c <= 0 || !BitOperations.IsPow2(c))
            return false;
        k = BitOperations.TrailingZeroCount(c);
        return true;
    }
}
