namespace MinZ.Mir.Passes;

/// <summary>
/// Turns addresses that a loop computes from its counter into pointers that move along with it: for processors where an
/// addition is cheaper than a multiplication and an index register is dear. Addresses that differ by constants share
/// one pointer. On flat-lowered code.
/// </summary>
public static class PointerInduction
{
    /// <summary>More pointers than this in one loop would not stay in registers.</summary>
    private const int MaxPointers = 3;

    /// <summary>The same for loops with calls, which need registers for their arguments.</summary>
    private const int MaxPointersAcrossCalls = 1;

    private sealed record Address(int Instruction, Block Block, Induction Variable, Value Root, string Key,
        List<(Value Index, long Scale)> Fixed, long Scale, long Offset);

    /// <summary>Applies the pass to a lowered module; true when something changed.</summary>
    public static bool Run(Module module)
    {
        var changed = false;
        if (module.Layout is { } layout)
            foreach (var f in module.Functions)
                if (!f.IsExtern)
                    changed |= Run(f, 8 * layout.PointerBytes);
        return changed;
    }

    private static bool Run(Function f, int pointerBits)
    {
        var changed = false;
        var done = new HashSet<Block>();
        while (true)
        {
            var cfg = new Cfg(f);
            // Outer loops first: their pointers are the bases of the inner ones.
            if (cfg.LoopHeaders.FirstOrDefault(h => !done.Contains(h)) is not { } header)
                return changed;
            done.Add(header);
            if (SimpleLoop.Of(f, cfg, header) is { } loop)
                changed |= Run(f, cfg, loop, pointerBits);
        }
    }

    private static bool Run(Function f, Cfg cfg, SimpleLoop loop, int pointerBits)
    {
        var variables = loop.Inductions().Select(v => (Variable: v, Range: new LoopRange(f, cfg, loop, v))).ToList();
        if (variables.Count == 0)
            return false;
        var found = new List<Address>();
        foreach (var block in cfg.ReversePostorder.Where(loop.Body.Contains))
            foreach (var id in block.Instructions)
                if (f[id].Op == Op.PointerAdd && Decompose(f, loop, variables, block, id, pointerBits) is { } address)
                    found.Add(address);
        // Parts of longer sums go away with them.
        var parts = found.Select(a => f[a.Instruction].Result).Where(v => OnlyInSums(f, v)).ToHashSet();
        var groups = found.Where(a => !parts.Contains(f[a.Instruction].Result))
            .GroupBy(a => (a.Key, a.Scale, a.Variable.Index)).Select(g => g.ToList()).ToList();
        if (groups.Count == 0 || groups.Count > (UsesRoutines(f, loop) ? MaxPointersAcrossCalls : MaxPointers))
            return false;
        foreach (var group in groups)
            Replace(f, loop, group);
        f.ApplyReplacements();
        return true;
    }

    private static bool UsesRoutines(Function f, SimpleLoop loop) => loop.Body.Any(b => b.Instructions.Any(id =>
        f[id].Op is Op.Mul or Op.MulWide or Op.Div or Op.Rem or Op.Call or Op.CallIndirect or Op.Intrinsic));

    // Uses as the base of another sum only.
    private static bool OnlyInSums(Function f, Value v)
    {
        var uses = 0;
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
            {
                var operands = f.Operands(id);
                for (var k = 0; k < operands.Length; k++)
                {
                    if (operands[k] != v)
                        continue;
                    if (f[id].Op != Op.PointerAdd || k != 0)
                        return false;
                    uses++;
                }
            }
        return uses > 0;
    }

    private static Address? Decompose(Function f, SimpleLoop loop,
        List<(Induction Variable, LoopRange Range)> variables, Block block, int id, int pointerBits)
    {
        Induction? variable = null;
        long scale = 0, offset = 0;
        var rest = new List<(Value Index, long Scale)>();
        var at = id;
        Value root;
        while (true)
        {
            var (p, index, size) = (f.Operands(at)[0], f.Operands(at)[1], f[at].Bits);
            if (f.TryConstant(index, out var constant))
                offset += constant * size;
            else if (loop.IsInvariant(index))
                rest.Add((index, size));
            else if (variables.FirstOrDefault(v => (variable is null || v.Variable == variable)
                && LoopRange.OffsetFrom(f, v.Variable.Variable, index) is not null) is { Variable: { } v } pair
                && IsExact(f, pair, block, index, pointerBits, out var k))
                (variable, scale, offset) = (v, scale + size, offset + k * size);
            else
                return null;
            root = p;
            at = f.DefinitionOf(p);
            if (at < 0 || f[at].Op != Op.PointerAdd
                || (loop.IsInvariant(p) && !f.TryConstant(f.Operands(at)[1], out _)))
                break;
        }
        if (variable is null || !loop.IsInvariant(root))
            return null;
        rest.Sort((a, b) => (a.Index.Id, a.Scale).CompareTo((b.Index.Id, b.Scale)));
        return new Address(id, block, variable, root, $"{root}: {string.Join(", ", rest)}", rest, scale, offset);
    }

    private static bool IsExact(Function f, (Induction Variable, LoopRange Range) v, Block block, Value index,
        int pointerBits, out long offset)
    {
        offset = LoopRange.OffsetFrom(f, v.Variable.Variable, index)!.Value;
        // As wide as a pointer, it wraps around together with it.
        return (f.TypeOf(v.Variable.Variable).Bits >= pointerBits && f.TypeOf(index) == f.TypeOf(v.Variable.Variable))
            || v.Range.IsExactSum(block, offset);
    }

    // Bytes from one round to the next: a large step of an unsigned variable is one backwards.
    private static long? SignedStep(Function f, Address a)
    {
        if (!f.TryConstant(a.Variable.Step, out var step))
            return null;
        var size = 1L << f.TypeOf(a.Variable.Variable).Bits;
        return (step >= size / 2 ? step - size : step) * a.Scale;
    }

    private static void Replace(Function f, SimpleLoop loop, List<Address> group)
    {
        var first = group[0];
        var lowest = group.Min(a => a.Offset);
        var type = f.TypeOf(first.Root);
        var front = loop.Preheader();
        Value Emit(Block to, int before, Value p, Value index, long scale)
        {
            var id = f.NewInstruction(Op.PointerAdd, type, [p, index], type, null, scale);
            to.Instructions.Insert(before, id);
            return f[id].Result;
        }
        Value AtFront(Value p, Value index, long scale) =>
            f.TryConstant(index, out var c) && c * scale == 0
                ? p
                : Emit(front, front.Instructions.Count - 1, p, index, scale);
        var start = first.Root;
        foreach (var (index, scale) in first.Fixed)
            start = AtFront(start, index, scale);
        start = AtFront(start, first.Variable.Initial, first.Scale);
        start = AtFront(start, f.Constant(MirType.I32, lowest), 1);
        var pointer = loop.NewVariable(type, start);
        var (step, size) = SignedStep(f, first) is { } bytes ? (f.Constant(MirType.I32, bytes), 1L)
            : (first.Variable.Step, first.Scale);
        loop.Repeat(Emit(loop.Latch, loop.Latch.Instructions.Count - 1, pointer, step, size));
        foreach (var a in group)
        {
            var result = f[a.Instruction].Result;
            var position = a.Block.Instructions.IndexOf(a.Instruction);
            var value = a.Offset == lowest ? pointer
                : Emit(a.Block, position, pointer, f.Constant(MirType.I32, a.Offset - lowest), 1);
            f.Replace(result, value);
        }
    }
}
