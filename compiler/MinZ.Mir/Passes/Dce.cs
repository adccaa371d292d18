namespace MinZ.Mir.Passes;

/// <summary>Removes instructions whose results nobody uses and that do nothing else, and unread slots.</summary>
public static class Dce
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var used = new bool[f.ValueLimit];
        var keep = new bool[f.InstructionLimit];
        var work = new Stack<int>();
        var edges = Incoming(f);
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (!IsRemovable(f, id))
                {
                    keep[id] = true;
                    MarkOwn(f, id, used, work);
                }
        foreach (var v in f.Entry.Parameters)
            used[v.Id] = true;
        while (work.TryPop(out var value))
            Follow(f, new Value(value), used, keep, work, edges);
        return Sweep(f, used, keep);
    }

    /// <summary>True when an unused result makes the instruction pointless.</summary>
    public static bool IsRemovable(Function f, int id)
    {
        ref var i = ref f[id];
        if (!i.Result.IsValid)
            return false;
        var effects = i.Op == Op.Intrinsic ? ((Intrinsic)i.Bits).Info().Effects : i.Op.Info().Effects;
        if ((effects & (Effects.Writes | Effects.Suspends | Effects.Terminates)) != 0)
            return i.Op is Op.Call or Op.TailCall && ((FunctionRef)i.Payload!).Function.Is(FunctionFlags.Pure);
        if ((i.Flags & InstructionFlags.Volatile) != 0)
            return false;
        return (effects & Effects.Traps) == 0 || CannotTrap(f, id);
    }

    private static bool CannotTrap(Function f, int id)
    {
        ref var i = ref f[id];
        return i.Op switch
        {
            Op.Div or Op.Rem => i.Type.IsFloat || f.TryConstant(f.Operands(id)[1], out var b) && b != 0,
            Op.Load or Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf => i.Payload is Place p &&
                p.Path.All(s => s.Kind == ProjectionKind.Field) && !IsRawPointer(f, id, p),
            _ => false,
        };
    }

    private static bool IsRawPointer(Function f, int id, Place p) =>
        p.Base == PlaceBase.Value && f.TypeOf(f.Operands(id)[0]).Kind == TypeKind.Pointer;

    private static Dictionary<Block, List<(int Terminator, int Successor)>> Incoming(Function f)
    {
        var edges = new Dictionary<Block, List<(int, int)>>();
        foreach (var block in f.Blocks)
            if (f[f.TerminatorOf(block)].Payload is Successors s)
                for (var k = 0; k < s.Blocks.Length; k++)
                {
                    if (!edges.TryGetValue(s.Blocks[k], out var list))
                        edges[s.Blocks[k]] = list = [];
                    list.Add((f.TerminatorOf(block), k));
                }
        return edges;
    }

    /// <summary>
    /// Marks the operands an instruction needs itself; arguments for blocks count when the parameter is used.
    /// </summary>
    private static void MarkOwn(Function f, int id, bool[] used, Stack<int> work)
    {
        var own = f[id].Payload is Successors ? f[id].Op == Op.Jump ? 0 : 1 : f.Operands(id).Length;
        foreach (var v in f.Operands(id)[..own])
            Mark(v, used, work);
    }

    private static void Mark(Value v, bool[] used, Stack<int> work)
    {
        if (used[v.Id])
            return;
        used[v.Id] = true;
        work.Push(v.Id);
    }

    private static void Follow(Function f, Value v, bool[] used, bool[] keep, Stack<int> work,
        Dictionary<Block, List<(int Terminator, int Successor)>> edges)
    {
        ref var info = ref f[v];
        if (info.Kind == ValueKind.Instruction)
        {
            if (keep[info.Index])
                return;
            keep[info.Index] = true;
            MarkOwn(f, info.Index, used, work);
        }
        else if (info is { Kind: ValueKind.BlockParameter, Block: { } block } && block != f.Entry &&
            edges.TryGetValue(block, out var list))
        {
            foreach (var (terminator, successor) in list)
                Mark(f.ArgumentsFor(terminator, successor)[info.Index], used, work);
        }
    }

    private static bool Sweep(Function f, bool[] used, bool[] keep)
    {
        var changed = false;
        var edges = Incoming(f);
        foreach (var block in f.Blocks)
        {
            changed |= block.Instructions.RemoveAll(id => !keep[id]) > 0;
            if (block == f.Entry)
                continue;
            for (var p = block.Parameters.Count - 1; p >= 0; p--)
            {
                if (used[block.Parameters[p].Id])
                    continue;
                block.Parameters.RemoveAt(p);
                foreach (var (terminator, successor) in edges.GetValueOrDefault(block) ?? [])
                    SimplifyCfg.RemoveArgument(f, terminator, successor, p);
                changed = true;
            }
        }
        changed |= RemoveUnreadSlots(f);
        f.Renumber();
        return changed;
    }

    /// <summary>A slot that is only written, and nothing points to, is not there.</summary>
    private static bool RemoveUnreadSlots(Function f)
    {
        if (f.Locals.Count == 0)
            return false;
        var read = f.Locals.Where(l => l.Pinned).ToHashSet();
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                switch (f[id].Payload)
                {
                    case Place { Local: { } l } p when !IsPlainWrite(f, id, p):
                        read.Add(l);
                        break;
                    case Place:
                        break;
                    case PlacePair pair:
                        if (pair.From.Local is { } from)
                            read.Add(from);
                        if (pair.To.Local is { } to)
                            read.Add(to);
                        break;
                    case Local named:
                        read.Add(named);
                        break;
                    case AsmBlock asm:
                        read.UnionWith(asm.Bindings.Select(b => b.Local).Concat(asm.Outputs.Select(o => o.Local))
                            .OfType<Local>());
                        break;
                }
        if (f.Locals.RemoveAll(l => !read.Contains(l)) == 0)
            return false;
        foreach (var block in f.Blocks)
            block.Instructions.RemoveAll(id => f[id].Payload is Place { Local: { } l } && !read.Contains(l));
        return true;
    }

    private static bool IsPlainWrite(Function f, int id, Place p) =>
        f[id].Op is Op.Store or Op.Clear && p.Path.All(s => s.Kind == ProjectionKind.Field);
}
