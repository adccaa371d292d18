namespace MinZ.Mir.Passes.Rules;

/// <summary>Laws of flat addresses: constants gather in displacements.</summary>
internal static class Memory
{
    public static readonly Rule[] All =
    [
        new(Op.PointerAdd, "(p + c·s) + d·t = p + (c·s + d·t)", r => r.IsConst(r.B, out var d) &&
            r.Is(r.A, Op.PointerAdd, out var a) && r.IsConst(r.Of(a, 1), out var c)
            ? Plus(r, r.Of(a, 0), c * r.F[a].Bits + d * r.I.Bits) : default),
        new(Op.PointerAdd, "(p + c) + i·s = (p + i·s) + c", r => !r.IsConst(r.B, out _) &&
            r.Is(r.A, Op.PointerAdd, out var a) && r.IsConst(r.Of(a, 1), out var c) && r.UsedOnce(r.A)
            ? Plus(r, r.Emit(Op.PointerAdd, r.T, r.F.TypeOf(r.Result), r.I.Bits, [r.Of(a, 0), r.B]), c * r.F[a].Bits)
            : default),
        new(Op.MemLoad, "load (p + c) + d = load p + (c + d)", r => Displace(r)),
        new(Op.MemStore, "store (p + c) + d = store p + (c + d)", r => Displace(r)),
    ];

    private static Value Plus(Rewrite r, Value p, long bytes) => r.Emit(Op.PointerAdd, r.T, r.F.TypeOf(r.Result), 1,
        [p, r.Const(MirType.I32, bytes)]);

    private static Value Displace(Rewrite r)
    {
        if (!r.Is(r.A, Op.PointerAdd, out var d) || !r.IsConst(r.Of(d, 1), out var c))
            return default;
        var displacement = r.I.Bits + c * r.F[d].Bits;
        if (displacement is < 0 or > short.MaxValue)
            return default;
        r.I.Bits = displacement;
        return r.OperandCount == 1 ? r.SetOperands(r.Of(d, 0)) : r.SetOperands(r.Of(d, 0), r.B);
    }
}
