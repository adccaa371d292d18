namespace MinZ.Mir.Passes;

/// <summary>
/// Takes the value that memory was last seen or given to hold instead of loading it again, along ways without a join.
/// On flat-lowered code.
/// </summary>
public static class LoadForwarding
{
    private sealed record Known(Value Pointer, long Displacement, MirType Type, Value Value);

    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var cfg = new Cfg(f);
        var changed = false;
        var ends = new Dictionary<Block, List<Known>>();
        foreach (var block in cfg.ReversePostorder)
        {
            List<Known> known = cfg.Predecessors(block) is [var only] && ends.TryGetValue(only, out var before)
                && block != f.Entry ? [.. before] : [];
            block.Instructions.RemoveAll(id => Visit(f, id, known));
            ends[block] = known;
        }
        f.ApplyReplacements();
        return changed;

        bool Visit(Function function, int id, List<Known> known)
        {
            var redundant = Follow(function, id, known);
            changed |= redundant;
            return redundant;
        }
    }

    // True when the instruction is a load of a known value.
    private static bool Follow(Function f, int id, List<Known> known)
    {
        ref var i = ref f[id];
        var isVolatile = (i.Flags & InstructionFlags.Volatile) != 0;
        switch (i.Op)
        {
            case Op.MemLoad when !isVolatile:
                var (from, displacement, type) = (f.Resolve(f.Operands(id)[0]), i.Bits, i.Type);
                var hit = known.Find(k => k.Pointer == from && k.Displacement == displacement && k.Type == type);
                if (hit is not null)
                {
                    f.Replace(i.Result, hit.Value);
                    return true;
                }
                known.Add(new Known(from, displacement, type, i.Result));
                return false;
            case Op.MemStore when !isVolatile:
                var (to, at, stored) = (f.Resolve(f.Operands(id)[0]), i.Bits, i.Type);
                known.RemoveAll(k => k.Pointer != to || Overlap(k.Displacement, k.Type, at, stored));
                if (SizeOf(stored) is not null && f.TypeOf(f.Resolve(f.Operands(id)[1])) == stored)
                    known.Add(new Known(to, at, stored, f.Resolve(f.Operands(id)[1])));
                return false;
            default:
                if ((i.Op.Info().Effects & (Effects.Writes | Effects.Suspends)) != 0)
                    known.Clear();
                return false;
        }
    }

    private static bool Overlap(long a, MirType x, long b, MirType y) =>
        SizeOf(x) is not { } m || SizeOf(y) is not { } n || (a < b + n && b < a + m);

    private static int? SizeOf(MirType type) => type.Kind == TypeKind.Bool ? 1 : type.IsInteger ? type.Bits / 8 : null;
}
