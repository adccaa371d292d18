namespace MinZ.Mir.Passes.Rules;

/// <summary>Laws of comparisons on integers and bool.</summary>
internal static class Compare
{
    private static readonly Op[] Ops =
        [Op.CmpEq, Op.CmpNe, Op.CmpLt, Op.CmpLe, Op.CmpGt, Op.CmpGe];

    public static readonly Rule[] All =
    [
        .. Ops.Select(op => new Rule(op, "x ? x is known", r => Integral(r) && r.A == r.B
            ? r.Const(MirType.Bool, op is Op.CmpEq or Op.CmpLe or Op.CmpGe ? 1 : 0) : default)),
        .. Ops.Select(op => new Rule(op, "c ? x = x ?' c: constants to the right", ConstantRight)),
        .. Ops.Select(op => new Rule(op, "a comparison at the end of the type's range is known", AtTheEdge)),
        .. Ops.Select(op => new Rule(op, "ext(x) ? ext(y) = x ? y, and ext(x) ? c = x ? c", Narrow)),
        new(Op.CmpEq, "b == true is b, b == false is !b", r => OnBool(r, 1)),
        new(Op.CmpNe, "b != false is b, b != true is !b", r => OnBool(r, 0)),
        new(Op.CmpLt, "x < 1 = (x == 0), unsigned", r => Unsigned(r) && r.BIs(1)
            ? r.Emit(Op.CmpEq, r.T, MirType.Bool, r.A, r.Const(0)) : default),
        new(Op.CmpGt, "x > 0 = (x != 0), unsigned", r => Unsigned(r) && r.BIs(0)
            ? r.Emit(Op.CmpNe, r.T, MirType.Bool, r.A, r.Const(0)) : default),
        new(Op.CmpLe, "x <= c = x < c + 1", r => Step(r, Op.CmpLt)),
        new(Op.CmpGt, "x > c = x >= c + 1", r => Step(r, Op.CmpGe)),
    ];

    private static bool Integral(Rewrite r) => r.T.IsInteger || r.T.Kind == TypeKind.Bool;

    private static bool Unsigned(Rewrite r) => r.T.IsInteger && !r.T.IsSigned;

    private static Op Mirror(Op op) => op switch
    {
        Op.CmpLt => Op.CmpGt, Op.CmpGt => Op.CmpLt, Op.CmpLe => Op.CmpGe, Op.CmpGe => Op.CmpLe, _ => op,
    };

    private static Value ConstantRight(Rewrite r) => r.IsConst(r.A, out _) && !r.IsConst(r.B, out _)
        ? r.Emit(Mirror(r.I.Op), r.T, MirType.Bool, r.B, r.A) : default;

    private static Value Step(Rewrite r, Op op) =>
        r.T.IsInteger && r.IsConst(r.B, out var c) && r.T.Bits < 64 && c < Constants.MaxValue(r.T)
            ? r.Emit(op, r.T, MirType.Bool, r.A, r.Const(c + 1)) : default;

    private static Value OnBool(Rewrite r, long same)
    {
        if (r.T.Kind != TypeKind.Bool || !r.IsConst(r.B, out var b))
            return default;
        return b == same ? r.A : r.Emit(Op.Not, MirType.Bool, MirType.Bool, r.A);
    }

    private static Value AtTheEdge(Rewrite r)
    {
        if (!r.T.IsInteger || r.T.Bits == 64 || !r.IsConst(r.B, out var c))
            return default;
        var (min, max) = (c == Constants.MinValue(r.T), c == Constants.MaxValue(r.T));
        return r.I.Op switch
        {
            Op.CmpLt when min => r.Const(MirType.Bool, 0),
            Op.CmpGe when min => r.Const(MirType.Bool, 1),
            Op.CmpGt when max => r.Const(MirType.Bool, 0),
            Op.CmpLe when max => r.Const(MirType.Bool, 1),
            _ => default,
        };
    }

    /// <summary>Compares what was extended, in the narrower type.</summary>
    private static Value Narrow(Rewrite r)
    {
        if (!r.T.IsInteger || !r.Is(r.A, Op.Conv, out var d))
            return default;
        var x = r.Of(d, 0);
        var from = r.F.TypeOf(x);
        if (!IsExtension(from, r.T))
            return default;
        if (r.IsConst(r.B, out var c))
            return Constants.Fits(from, c)
                ? r.Emit(r.I.Op, from, MirType.Bool, x, r.Const(from, c)) : Outside(r, from, c);
        return r.Is(r.B, Op.Conv, out var e) && r.F.TypeOf(r.Of(e, 0)) == from
            ? r.Emit(r.I.Op, from, MirType.Bool, x, r.Of(e, 0)) : default;
    }

    /// <summary>True when every value and its order survive the conversion.</summary>
    private static bool IsExtension(MirType from, MirType to) =>
        from.IsInteger && from.Bits < to.Bits && (!from.IsSigned || to.IsSigned);

    private static Value Outside(Rewrite r, MirType from, long c)
    {
        var above = c > Constants.MaxValue(from);
        return r.I.Op switch
        {
            Op.CmpEq => r.Const(MirType.Bool, 0),
            Op.CmpNe => r.Const(MirType.Bool, 1),
            Op.CmpLt or Op.CmpLe => r.Const(MirType.Bool, above ? 1 : 0),
            _ => r.Const(MirType.Bool, above ? 0 : 1),
        };
    }
}
