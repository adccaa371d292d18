namespace MinZ.Mir.Passes;

/// <summary>Moves pure computations on values from outside a loop in front of it.</summary>
public static class Licm
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var changed = false;
        var cfg = new Cfg(f);
        // Inner loops first, so that what leaves one may leave the next.
        for (var n = cfg.LoopHeaders.Count - 1; n >= 0; n--)
            changed |= Hoist(f, cfg, cfg.LoopHeaders[n]);
        return changed;
    }

    private static bool Hoist(Function f, Cfg cfg, Block header)
    {
        var body = cfg.LoopBody(header);
        var outside = cfg.Predecessors(header).Where(p => !body.Contains(p)).ToArray();
        // Only a block that goes nowhere else can take the code.
        if (outside.Length != 1 || f[f.TerminatorOf(outside[0])].Op != Op.Jump)
            return false;
        var inside = new HashSet<Value>();
        foreach (var b in body)
        {
            inside.UnionWith(b.Parameters);
            foreach (var id in b.Instructions)
                if (f[id].Result.IsValid)
                    inside.Add(f[id].Result);
        }
        var moved = new List<int>();
        foreach (var b in cfg.ReversePostorder.Where(body.Contains))
            b.Instructions.RemoveAll(id =>
            {
                ref var i = ref f[id];
                if (!i.Op.Info().IsPure || !i.Result.IsValid)
                    return false;
                foreach (var v in f.Operands(id))
                    if (inside.Contains(v))
                        return false;
                moved.Add(id);
                inside.Remove(i.Result);
                return true;
            });
        outside[0].Instructions.InsertRange(outside[0].Instructions.Count - 1, moved);
        return moved.Count > 0;
    }
}
