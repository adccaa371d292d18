namespace MinZ.Mir.Passes;

/// <summary>
/// Drops index checks that cannot fail, on flat-lowered code: the index has a known upper bound by its computation
/// (masks, remainders, narrow types), or a dominating branch proved it less than the length or a constant no larger.
/// </summary>
public static class BoundsElimination
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var cfg = new Cfg(f);
        var changed = false;
        foreach (var block in cfg.ReversePostorder)
            block.Instructions.RemoveAll(id =>
            {
                ref var i = ref f[id];
                if (i.Op != Op.Bounds || !IsProven(f, cfg, block, f.Operands(id)[0], f.Operands(id)[1]))
                    return false;
                f.Replace(i.Result, f.Operands(id)[0]);
                changed = true;
                return true;
            });
        f.ApplyReplacements();
        return changed;
    }

    /// <summary>
    /// Lets addresses be computed from indices instead of checks of them, which yield the same number, so that they can
    /// move out of loops. The checks stay where they are, in front of the accesses they guard.
    /// </summary>
    public static bool Separate(Function f)
    {
        var changed = false;
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (f[id].Op == Op.Bounds)
                {
                    f.Replace(f[id].Result, f.Operands(id)[0]);
                    changed = true;
                }
        f.ApplyReplacements();
        return changed;
    }

    /// <summary>Drops all index checks, for builds without them.</summary>
    public static bool Drop(Function f)
    {
        var changed = Separate(f);
        foreach (var block in f.Blocks)
            block.Instructions.RemoveAll(id => f[id].Op == Op.Bounds);
        return changed;
    }

    private static bool IsProven(Function f, Cfg cfg, Block block, Value index, Value length)
    {
        if (f.TypeOf(index).IsSigned)
            return false;
        var n = f.TryConstant(length, out var bits) ? bits : -1;
        if (n >= 0 && MaximumOf(f, index, 0) < n)
            return true;
        // A check in a wider type of an index extended without sign: facts about the narrow value hold.
        var narrow = index;
        while (f.DefinitionOf(narrow) is var d and >= 0 && f[d].Op == Op.Conv &&
            f.TypeOf(f.Operands(d)[0]) is { IsInteger: true, IsSigned: false } t && t.Bits <= f.TypeOf(narrow).Bits)
            narrow = f.Operands(d)[0];
        for (Block? b = block; b is not null; b = cfg.ImmediateDominator(b))
            if (cfg.ImmediateDominator(b) is { } parent && cfg.Predecessors(b) is [var only] && only == parent)
                if (Proves(f, parent, b, index, length, n) ||
                    narrow != index && Proves(f, parent, b, narrow, length, n))
                    return true;
        return ProvenOnAllEdges(f, cfg, index, length, n) ||
            narrow != index && ProvenOnAllEdges(f, cfg, narrow, length, n);
    }

    /// <summary>
    /// True when the index is a block parameter and every value that arrives is less than the length.
    /// </summary>
    private static bool ProvenOnAllEdges(Function f, Cfg cfg, Value index, Value length, long n)
    {
        if (f[index] is not { Kind: ValueKind.BlockParameter, Block: { } block, Index: var p } || block == f.Entry)
            return false;
        foreach (var from in cfg.Predecessors(block))
        {
            var id = f.TerminatorOf(from);
            var s = (Successors)f[id].Payload!;
            for (var k = 0; k < s.Blocks.Length; k++)
            {
                if (s.Blocks[k] != block)
                    continue;
                var v = f.ArgumentsFor(id, k)[p];
                var isKnown = n >= 0 && f.TryConstant(v, out var bits) && bits < n;
                if (!isKnown && !Proves(f, from, block, v, length, n))
                    return false;
            }
        }
        return true;
    }

    /// <summary>True when taking the edge from a block to its successor means index &lt; length.</summary>
    private static bool Proves(Function f, Block from, Block to, Value index, Value length, long n)
    {
        var id = f.TerminatorOf(from);
        if (f[id].Op != Op.JumpIf || f.SuccessorsOf(from) is not [var yes, var no] || yes == no)
            return false;
        var c = f.DefinitionOf(f.Operands(id)[0]);
        if (c < 0)
            return false;
        var (a, b) = f[c].Op is >= Op.CmpEq and <= Op.CmpGe ? (f.Operands(c)[0], f.Operands(c)[1]) : default;
        (Value x, Value y, bool Strict) less = f[c].Op switch
        {
            Op.CmpLt when to == yes => (a, b, true),
            Op.CmpGe when to == no => (a, b, true),
            Op.CmpLe when to == yes => (a, b, false),
            Op.CmpGt when to == no => (a, b, false),
            Op.CmpGt when to == yes => (b, a, true),
            Op.CmpLe when to == no => (b, a, true),
            _ => default,
        };
        if (less.x != index || !index.IsValid || f[c].Type.IsSigned)
            return false;
        if (less.Strict && less.y == length)
            return true;
        return n >= 0 && f.TryConstant(less.y, out var bound) && (less.Strict ? bound <= n : bound < n);
    }

    /// <summary>Largest value an unsigned computation can have.</summary>
    private static Int128 MaximumOf(Function f, Value v, int depth)
    {
        if (f.TryConstant(v, out var bits))
            return bits;
        var type = f.TypeOf(v);
        var all = type.IsInteger ? Constants.MaxValue(type) : Int128.MaxValue;
        var d = f.DefinitionOf(v);
        if (d < 0 || depth > 6 || type.IsSigned)
            return all;
        var o = f.Operands(d);
        return f[d].Op switch
        {
            Op.And => Int128.Min(MaximumOf(f, o[0], depth + 1), MaximumOf(f, o[1], depth + 1)),
            Op.Rem when f.TryConstant(o[1], out var m) && m > 0 => m - 1,
            Op.Conv when !f.TypeOf(o[0]).IsSigned && f.TypeOf(o[0]).IsInteger =>
                Int128.Min(all, MaximumOf(f, o[0], depth + 1)),
            Op.Shr when f.TryConstant(o[1], out var k) && k < 64 => MaximumOf(f, o[0], depth + 1) >> (int)k,
            Op.Add => Bounded(MaximumOf(f, o[0], depth + 1) + MaximumOf(f, o[1], depth + 1), all),
            Op.Mul => Bounded(MaximumOf(f, o[0], depth + 1), MaximumOf(f, o[1], depth + 1), all),
            Op.Min => Int128.Min(MaximumOf(f, o[0], depth + 1), MaximumOf(f, o[1], depth + 1)),
            _ => all,
        };
    }

    private static Int128 Bounded(Int128 sum, Int128 all) => sum <= all && sum >= 0 ? sum : all;

    private static Int128 Bounded(Int128 a, Int128 b, Int128 all) =>
        a <= uint.MaxValue && b <= uint.MaxValue && a * b <= all ? a * b : all;
}
