namespace MinZ.Mir.Passes;

/// <summary>
/// Loop inversion: the test at the head of a loop is repeated where the loop jumps back, so that each round takes one
/// branch instead of a branch and a jump. Runs on slots, before <see cref="Mem2Reg"/>: there a test's values are used
/// in its own block alone and can be computed twice.
/// </summary>
public static class RotateLoops
{
    /// <summary>Instructions up to which a test is repeated.</summary>
    private const int LongestTest = 12;

    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var cfg = new Cfg(f);
        var changed = false;
        foreach (var header in cfg.LoopHeaders)
        {
            if (!CanRepeat(f, header))
                continue;
            foreach (var latch in cfg.Predecessors(header))
                if (latch != header && cfg.Dominates(header, latch) && f[f.TerminatorOf(latch)].Op == Op.Jump)
                {
                    Repeat(f, header, latch);
                    changed = true;
                }
        }
        return changed;
    }

    private static bool CanRepeat(Function f, Block header)
    {
        if (header.Parameters.Count > 0 || header.Instructions.Count > LongestTest ||
            f[f.TerminatorOf(header)].Op != Op.JumpIf)
            return false;
        if (header.Instructions.Any(id => f[id].Op == Op.Asm))
            return false;
        var own = header.Instructions.Select(id => f[id].Result).Where(v => v.IsValid).ToHashSet();
        foreach (var block in f.Blocks)
            if (block != header)
                foreach (var id in block.Instructions)
                    foreach (var v in f.Operands(id))
                        if (own.Contains(v))
                            return false;
        return true;
    }

    private static void Repeat(Function f, Block header, Block latch)
    {
        latch.Instructions.RemoveAt(latch.Instructions.Count - 1);
        var map = new Dictionary<Value, Value>();
        foreach (var id in header.Instructions)
        {
            var operands = f.Operands(id).ToArray();
            for (var n = 0; n < operands.Length; n++)
                operands[n] = map.GetValueOrDefault(operands[n], operands[n]);
            var i = f[id];
            var copy = f.NewInstruction(i.Op, i.Type, operands, i.Result.IsValid ? f.TypeOf(i.Result) : null, i.Payload,
                i.Bits, i.Location, i.Flags);
            if (i.Result.IsValid)
                map[i.Result] = f[copy].Result;
            latch.Instructions.Add(copy);
        }
    }
}
