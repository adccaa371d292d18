namespace MinZ.Mir.Passes;

/// <summary>Recognises loops that copy or fill arrays element by element and replaces them by one operation.</summary>
public static class MemoryLoops
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var cfg = new Cfg(f);
        var changed = false;
        foreach (var header in cfg.LoopHeaders)
            if (SimpleLoop.Of(f, cfg, header) is { } loop && loop.Latch == header)
                foreach (var v in loop.Inductions().ToList())
                    if (loop.Rounds(v, out var comparison) is { } rounds && f.TryConstant(v.Step, out var step)
                        && step == 1 && Replace(f, loop, v, comparison, rounds))
                    {
                        changed = true;
                        break;
                    }
        return changed;
    }

    private static bool Replace(Function f, SimpleLoop loop, Induction v, int comparison, long rounds)
    {
        if (loop.Header.Parameters.Count != 1)
            return false;
        int load = -1, store = -1;
        var addresses = new List<int>();
        foreach (var id in loop.Header.Instructions)
        {
            ref var i = ref f[id];
            if (i.Op == Op.MemLoad && load < 0 && store < 0)
                load = id;
            else if (i.Op == Op.MemStore && store < 0)
                store = id;
            else if (i.Op == Op.PointerAdd && f.Operands(id)[1] == v.Variable && loop.IsInvariant(f.Operands(id)[0]))
                addresses.Add(id);
            else if (id != comparison && id != f.TerminatorOf(loop.Latch) && i.Result != v.Next)
                return false;
        }
        if (store < 0 || addresses.Count != (load < 0 ? 1 : 2) || IsUsedOutside(f, loop)
            || !IsElement(f, store, addresses) || (load >= 0 && !IsElement(f, load, addresses)))
            return false;
        return load >= 0 ? Copy(f, loop, load, store, rounds) : Fill(f, loop, store, rounds);
    }

    // An access to consecutive elements, without a distance from one to the next.
    private static bool IsElement(Function f, int access, List<int> addresses)
    {
        var size = f[access].Type is { IsInteger: true } t ? t.Bits / 8 : 0;
        return size > 0 && (f[access].Flags & InstructionFlags.Volatile) == 0
            && addresses.Any(a => f[a].Result == f.Operands(access)[0] && f[a].Bits == size);
    }

    private static bool IsUsedOutside(Function f, SimpleLoop loop)
    {
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (block != loop.Header || id == f.TerminatorOf(block))
                {
                    var exit = block == loop.Header ? f.ArgumentsFor(id, 1 - loop.LatchSuccessor) : f.Operands(id);
                    foreach (var o in exit)
                        if (!loop.IsInvariant(o))
                            return true;
                }
        return false;
    }

    private static bool Copy(Function f, SimpleLoop loop, int load, int store, long rounds)
    {
        var (to, from) = (f.Operands(store)[0], f.Operands(load)[0]);
        if (f.Operands(store)[1] != f[load].Result || f[load].Type != f[store].Type
            || ObjectOf(f, to) is not { } target || ObjectOf(f, from) is not { } source || target == source)
            return false;
        Finish(f, loop, store, Op.MemCopy, [to, from], f[load].Bits, f[store].Bits, rounds * f[load].Type.Bits / 8);
        return true;
    }

    private static bool Fill(Function f, SimpleLoop loop, int store, long rounds)
    {
        var value = f.Operands(store)[1];
        var isZero = f.TryConstant(value, out var bits) && bits == 0;
        if (!loop.IsInvariant(value) || (f[store].Type.Bits != 8 && !isZero))
            return false;
        Finish(f, loop, store, Op.MemFill, [f.Operands(store)[0], isZero ? f.Constant(MirType.U8, 0) : value],
            0, f[store].Bits, rounds * f[store].Type.Bits / 8);
        return true;
    }

    // A variable that lies nowhere else: what two of them hold does not overlap.
    private static object? ObjectOf(Function f, Value address)
    {
        var sum = f.DefinitionOf(address);
        var d = f.DefinitionOf(f.Operands(sum)[0]);
        return d < 0 ? null : f[d] switch
        {
            { Op: Op.GlobalAddress, Payload: Global { Address: null } g } => g,
            { Op: Op.LocalAddress, Payload: Local l } => l,
            _ => null,
        };
    }

    private static void Finish(Function f, SimpleLoop loop, int store, Op op, Value[] operands,
        long fromOffset, long toOffset, long bytes)
    {
        var block = loop.Header;
        var jump = f.TerminatorOf(block);
        var exit = 1 - loop.LatchSuccessor;
        Value[] arguments = [.. f.ArgumentsFor(jump, exit)];
        var target = f.SuccessorsOf(block)[exit];
        var at = block.Instructions.IndexOf(store);
        block.Instructions.RemoveRange(at, block.Instructions.Count - at);
        operands[0] = Displaced(f, block, operands[0], toOffset);
        if (op == Op.MemCopy)
            operands[1] = Displaced(f, block, operands[1], fromOffset);
        block.Instructions.Add(f.NewInstruction(op, MirType.Void, [.. operands, f.Constant(MirType.U32, bytes)],
            null, null, 0, f[store].Location));
        block.Instructions.Add(f.NewInstruction(Op.Jump, MirType.Void, arguments, null,
            new Successors([target], [arguments.Length], []), 0, f[jump].Location));
    }

    private static Value Displaced(Function f, Block block, Value address, long offset)
    {
        if (offset == 0)
            return address;
        var type = f.TypeOf(address);
        var id = f.NewInstruction(Op.PointerAdd, type, [address, f.Constant(MirType.I32, offset)], type, null, 1);
        block.Instructions.Add(id);
        return f[id].Result;
    }
}
