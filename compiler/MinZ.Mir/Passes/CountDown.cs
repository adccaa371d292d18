namespace MinZ.Mir.Passes;

/// <summary>
/// Lets loops whose counter serves nothing but the counting count down to zero, in the narrowest type that does.
/// </summary>
public static class CountDown
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var cfg = new Cfg(f);
        var changed = false;
        foreach (var header in cfg.LoopHeaders)
            if (SimpleLoop.Of(f, cfg, header) is { } loop)
                foreach (var v in loop.Inductions().ToList())
                    changed |= Run(f, loop, v);
        return changed;
    }

    private static bool Run(Function f, SimpleLoop loop, Induction v)
    {
        if (loop.Rounds(v, out var c) is not { } rounds || !OnlyCounts(f, v, c))
            return false;
        var branch = f.TerminatorOf(loop.Latch);
        var counter = rounds <= 256 ? MirType.U8 : rounds <= 65536 ? MirType.U16 : MirType.U32;
        var down = loop.NewVariable(counter, f.Constant(counter, rounds));
        var id = f.NewInstruction(Op.Add, counter, [down, f.Constant(counter, -1)], counter, null, 0, f[c].Location);
        var test = f.NewInstruction(Op.CmpNe, counter, [f[id].Result, f.Constant(counter, 0)], MirType.Bool, null, 0,
            f[c].Location);
        loop.Latch.Instructions.InsertRange(loop.Latch.Instructions.Count - 1, [id, test]);
        loop.Repeat(f[id].Result);
        f.MutableOperands(branch)[0] = f[test].Result;
        if (loop.LatchSuccessor == 1)
            f[test].Op = Op.CmpEq;
        return true;
    }

    // The variable is used for its next value alone, that one for the comparison and the next way round.
    private static bool OnlyCounts(Function f, Induction v, int comparison)
    {
        var next = f.DefinitionOf(v.Next);
        var nexts = 0;
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                foreach (var o in f.Operands(id))
                {
                    if (o == v.Variable && id != next)
                        return false;
                    if (o == v.Next)
                        nexts += id == comparison ? 0 : 1;
                }
        return nexts == 1;
    }
}
