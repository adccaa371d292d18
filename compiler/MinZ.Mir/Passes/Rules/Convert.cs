namespace MinZ.Mir.Passes.Rules;

/// <summary>Laws of conversions between integers, and aggregates taken apart as they were made.</summary>
internal static class Convert
{
    public static readonly Rule[] All =
    [
        new(Op.Conv, "conv.T(x: T) = x", r => r.F.TypeOf(r.A) == r.T ? r.A : default),
        new(Op.Conv, "trunc(ext(x)) and ext(ext(x)) are one conversion", Twice),
        new(Op.Conv, "trunc(x op y) = trunc(x) op trunc(y) for + - * & | ^", NarrowArithmetic),
        new(Op.Bitcast, "bitcast.T(x: T) = x", r => r.F.TypeOf(r.A) == r.T ? r.A : default),
        new(Op.StructGet, "struct.get(struct.make(…)) is the field", r => r.Is(r.A, Op.StructMake, out var d)
            ? r.Of(d, (int)r.I.Bits) : default),
        new(Op.TupleGet, "tuple.get(tuple.make(…)) is the item", r => r.Is(r.A, Op.TupleMake, out var d)
            ? r.Of(d, (int)r.I.Bits) : default),
        new(Op.EnumTag, "enum.tag(enum.make V) is V's tag", r => r.Is(r.A, Op.EnumMake, out var d) &&
            r.F.TypeOf(r.A) is EnumType e
            ? r.Const(r.F.TypeOf(r.Result), e.Variants[(int)r.F[d].Bits].Value) : default),
        new(Op.EnumGet, "enum.get(enum.make V(…)) is the item", r => r.Is(r.A, Op.EnumMake, out var d) &&
            r.F[d].Bits == r.I.Bits >> 16 ? r.Of(d, (int)(r.I.Bits & 0xFFFF)) : default),
        new(Op.Len, "len(slice.of array) is the array's length", r => r.Is(r.A, Op.SliceOf, out var d) &&
            r.F[d].Payload is Place { Type: ArrayType a } ? r.Const(a.Length) : default),
        new(Op.StrLen, "str.len of a literal is known", r => r.Is(r.A, Op.ConstStr, out var d) &&
            r.F[d].Payload is StringConstant s && s.Bytes.Length < 65536
            ? r.Const(MirType.U16, s.Bytes.Length) : default),
    ];

    private static Value Twice(Rewrite r)
    {
        if (!r.T.IsInteger || !r.Is(r.A, Op.Conv, out var d))
            return default;
        var x = r.Of(d, 0);
        var (from, middle) = (r.F.TypeOf(x), r.F.TypeOf(r.A));
        if (!from.IsInteger || !middle.IsInteger)
            return default;
        var truncates = r.T.Bits <= middle.Bits;
        // Extending twice is extending once when the second step continues the first one's sign.
        var extends = from.Bits < middle.Bits && (!from.IsSigned || middle.IsSigned);
        if (!truncates && !extends)
            return default;
        return from == r.T ? x : r.Emit(Op.Conv, r.T, r.T, x);
    }

    private static Value NarrowArithmetic(Rewrite r)
    {
        var from = r.F.TypeOf(r.A);
        var d = r.F.DefinitionOf(r.A);
        if (d < 0 || !r.T.IsInteger || !from.IsInteger || r.T.Bits >= from.Bits || !r.UsedOnce(r.A) ||
            r.F[d].Op is not (Op.Add or Op.Sub or Op.Mul or Op.And or Op.Or or Op.Xor))
            return default;
        var (x, y) = (r.Of(d, 0), r.Of(d, 1));
        // Only when at least one side becomes free: a constant or something that was extended.
        if (!IsCheap(r, x) && !IsCheap(r, y))
            return default;
        return r.Emit(r.F[d].Op, r.T, r.T, r.Emit(Op.Conv, r.T, r.T, x), r.Emit(Op.Conv, r.T, r.T, y));
    }

    private static bool IsCheap(Rewrite r, Value v) => r.IsConst(v, out _) || r.Is(v, Op.Conv, out var d) &&
        r.F.TypeOf(r.Of(d, 0)) is { IsInteger: true } t && t.Bits <= r.T.Bits;
}
