namespace MinZ.Mir;

/// <summary>Exact meaning of the pure ops on constants; <see cref="Ops"/> refers here.</summary>
public static class Evaluators
{
    private static bool Yield(MirType t, long value, out long r)
    {
        r = Constants.Wrap(t, value);
        return true;
    }

    private static bool YieldFloat(MirType t, double value, out long r)
    {
        r = Constants.OfFloat(t, value);
        return true;
    }

    private static double F(MirType t, long bits) => Constants.ToFloat(t, bits);

    public static bool Add(MirType t, long a, long b, out long r) =>
        t.IsFloat ? YieldFloat(t, F(t, a) + F(t, b), out r) : Yield(t, a + b, out r);

    public static bool Sub(MirType t, long a, long b, out long r) =>
        t.IsFloat ? YieldFloat(t, F(t, a) - F(t, b), out r) : Yield(t, a - b, out r);

    public static bool Mul(MirType t, long a, long b, out long r)
    {
        if (t.IsFloat)
            return YieldFloat(t, F(t, a) * F(t, b), out r);
        if (t is FixedType f)
            return Yield(t, (long)((Int128)a * b >> f.FractionBits), out r);
        return Yield(t, a * b, out r);
    }

    public static bool Div(MirType t, long a, long b, out long r)
    {
        r = 0;
        if (t.IsFloat)
            return YieldFloat(t, F(t, a) / F(t, b), out r);
        if (b == 0)
            return false;
        if (t is FixedType f)
            return Yield(t, (long)(((Int128)a << f.FractionBits) / b), out r);
        if (t.Kind == TypeKind.U64)
            return Yield(t, (long)((ulong)a / (ulong)b), out r);
        return b == -1 ? Yield(t, -a, out r) : Yield(t, a / b, out r);
    }

    public static bool Rem(MirType t, long a, long b, out long r)
    {
        r = 0;
        if (t.IsFloat)
            return YieldFloat(t, F(t, a) % F(t, b), out r);
        if (b == 0)
            return false;
        if (t.Kind == TypeKind.U64)
            return Yield(t, (long)((ulong)a % (ulong)b), out r);
        return b == -1 ? Yield(t, 0, out r) : Yield(t, a % b, out r);
    }

    public static bool Neg(MirType t, long a, long b, out long r) =>
        Yield(t, t.IsFloat ? a ^ (1L << (t.Bits - 1)) : -a, out r);

    public static bool Abs(MirType t, long a, long b, out long r) =>
        Yield(t, t.IsFloat ? a & ~(1L << (t.Bits - 1)) : t.IsSigned && a < 0 ? -a : a, out r);

    public static bool Min(MirType t, long a, long b, out long r) => Yield(t, Less(t, a, b) ? a : b, out r);

    public static bool Max(MirType t, long a, long b, out long r) => Yield(t, Less(t, b, a) ? a : b, out r);

    /// <summary>Full product; the result type is the integer of twice the width and the same sign.</summary>
    public static bool MulWide(MirType t, long a, long b, out long r) =>
        Yield(t.IsSigned ? MirType.SignedOf(t.Bits * 2) : MirType.Unsigned(t.Bits * 2), a * b, out r);

    public static bool And(MirType t, long a, long b, out long r) => Yield(t, a & b, out r);

    public static bool Or(MirType t, long a, long b, out long r) => Yield(t, a | b, out r);

    public static bool Xor(MirType t, long a, long b, out long r) => Yield(t, a ^ b, out r);

    public static bool Not(MirType t, long a, long b, out long r) => Yield(t, ~a, out r);

    public static bool Shl(MirType t, long a, long b, out long r) => Yield(t, b >= t.Bits ? 0 : a << (int)b, out r);

    public static bool Shr(MirType t, long a, long b, out long r)
    {
        if (b >= t.Bits)
            return Yield(t, t.IsSigned && a < 0 ? -1 : 0, out r);
        return Yield(t, t.IsSigned ? a >> (int)b : (long)((ulong)a >> (int)b), out r);
    }

    public static bool Rotl(MirType t, long a, long b, out long r)
    {
        var n = (int)(b % t.Bits);
        var bits = t.Bits == 64 ? (ulong)a : (ulong)a & ((1UL << t.Bits) - 1);
        return Yield(t, n == 0 ? a : (long)(bits << n | bits >> (t.Bits - n)), out r);
    }

    public static bool Rotr(MirType t, long a, long b, out long r) =>
        Rotl(t, a, (t.Bits - b % t.Bits) % t.Bits, out r);

    private static bool Less(MirType t, long a, long b) =>
        t.IsFloat ? F(t, a) < F(t, b) : t.Kind == TypeKind.U64 ? (ulong)a < (ulong)b : a < b;

    private static bool Truth(bool value, out long r)
    {
        r = value ? 1 : 0;
        return true;
    }

    public static bool CmpEq(MirType t, long a, long b, out long r) =>
        Truth(t.IsFloat ? F(t, a) == F(t, b) : a == b, out r);

    public static bool CmpNe(MirType t, long a, long b, out long r) =>
        Truth(t.IsFloat ? F(t, a) != F(t, b) : a != b, out r);

    public static bool CmpLt(MirType t, long a, long b, out long r) => Truth(Less(t, a, b), out r);

    public static bool CmpLe(MirType t, long a, long b, out long r) =>
        Truth(t.IsFloat ? F(t, a) <= F(t, b) : !Less(t, b, a), out r);

    public static bool CmpGt(MirType t, long a, long b, out long r) => Truth(Less(t, b, a), out r);

    public static bool CmpGe(MirType t, long a, long b, out long r) =>
        Truth(t.IsFloat ? F(t, a) >= F(t, b) : !Less(t, a, b), out r);

    public static bool Bounds(MirType t, long a, long b, out long r)
    {
        r = a;
        return Less(t, a, b) && !(t.IsSigned && a < 0);
    }

    /// <summary>
    /// Conversion between numeric types: integers truncate or extend by the source's sign, floats truncate towards zero
    /// and saturate, NaN becomes 0, fixed point keeps its value and drops fraction bits, to bool is "not zero".
    /// </summary>
    /// <param name="from">Type of the operand.</param>
    /// <param name="to">Type of the result.</param>
    /// <param name="bits">Operand, canonical bits.</param>
    public static long Convert(MirType from, MirType to, long bits)
    {
        if (to.Kind == TypeKind.Bool)
            return from.IsFloat ? (F(from, bits) != 0 ? 1 : 0) : bits != 0 ? 1 : 0;
        if (to.IsFloat)
            return Constants.OfFloat(to, ToDouble(from, bits));
        if (from.IsFloat)
            return Saturate(to, F(from, bits));
        var shift = Fraction(to) - Fraction(from);
        return Constants.Wrap(to, shift >= 0 ? bits << shift : bits >> -shift);
    }

    private static int Fraction(MirType t) => t is FixedType f ? f.FractionBits : 0;

    private static double ToDouble(MirType from, long bits) => from switch
    {
        FixedType f => Math.ScaleB(bits, -f.FractionBits),
        { IsFloat: true } => F(from, bits),
        { Kind: TypeKind.U64 } => (ulong)bits,
        _ => bits,
    };

    private static long Saturate(MirType to, double value)
    {
        if (double.IsNaN(value))
            return 0;
        value = Math.Truncate(Math.ScaleB(value, Fraction(to)));
        var bits = to.Bits;
        var max = to.IsSigned ? (Int128.One << (bits - 1)) - 1 : (Int128.One << bits) - 1;
        var min = to.IsSigned ? -(Int128.One << (bits - 1)) : Int128.Zero;
        var exact = value >= Math.ScaleB(1, 100) ? max : value <= -Math.ScaleB(1, 100) ? min : (Int128)value;
        return Constants.Wrap(to, (long)(ulong)(Int128.Clamp(exact, min, max) & ulong.MaxValue));
    }
}
