using System.Collections;
using System.Collections.Immutable;

namespace MinZ.Mir.Passes;

/// <summary>
/// Promotes slots of one machine value or handle that are only loaded, stored and cleared whole. Block parameters are
/// placed where a slot is live at a join; those that turn out to receive one value are removed again.
/// </summary>
public static class Mem2Reg
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var promotable = Promotable(f);
        if (promotable.Count == 0)
            return false;
        new Promotion(f, promotable).Run();
        f.Locals.RemoveAll(promotable.ContainsKey);
        SimplifyCfg.RemoveParameters(f);
        return true;
    }

    private static Dictionary<Local, int> Promotable(Function f)
    {
        var set = f.Locals.Where(l => !l.Pinned && !l.Type.IsAggregate).ToHashSet();
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
            {
                ref var i = ref f[id];
                switch (i.Payload)
                {
                    case Place { Local: { } l } p when i.Op is not (Op.Load or Op.Store or Op.Clear) || !p.Path.IsEmpty:
                        set.Remove(l);
                        break;
                    case Local l:
                        set.Remove(l);
                        break;
                    case AsmBlock asm:
                        foreach (var b in asm.Bindings.Select(b => b.Local).Concat(asm.Outputs.Select(o => o.Local)))
                            if (b is not null)
                                set.Remove(b);
                        break;
                }
            }
        // A copy of scalars is a load and a store; whoever wrote a copy keeps the slot.
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (f[id].Payload is PlacePair pair)
                {
                    if (pair.To.Local is { } to)
                        set.Remove(to);
                    if (pair.From.Local is { } from)
                        set.Remove(from);
                }
        return f.Locals.Where(set.Contains).Select((l, n) => (l, n)).ToDictionary(x => x.l, x => x.n);
    }

    private sealed class Promotion(Function f, Dictionary<Local, int> slots)
    {
        private readonly Local[] _locals = [.. slots.Keys];
        private readonly Cfg _cfg = new(f);

        public void Run()
        {
            f.Blocks.RemoveAll(b => !_cfg.IsReachable(b));
            var cfg = new Cfg(f);
            var live = LiveIn(cfg);
            var entering = new Value[f.Blocks.Count][];
            var leaving = new Value[f.Blocks.Count][];
            foreach (var block in cfg.ReversePostorder)
            {
                var current = Enter(cfg, block, live[block.Index], leaving);
                entering[block.Index] = current;
                leaving[block.Index] = Rewrite(block, [.. current]);
            }
            foreach (var block in cfg.ReversePostorder)
                PassArguments(cfg, block, live, leaving[block.Index]);
            f.ApplyReplacements();
            f.Renumber();
        }

        private int SlotOf(int id) =>
            f[id] is { Op: Op.Load or Op.Store or Op.Clear, Payload: Place { Local: { } l } } &&
            slots.TryGetValue(l, out var n) ? n : -1;

        private BitArray[] LiveIn(Cfg cfg)
        {
            var n = f.Blocks.Count;
            var (use, kill, live) = (new BitArray[n], new BitArray[n], new BitArray[n]);
            foreach (var block in cfg.ReversePostorder)
            {
                var (u, k) = (new BitArray(_locals.Length), new BitArray(_locals.Length));
                foreach (var id in block.Instructions)
                    if (SlotOf(id) is var s and >= 0)
                    {
                        if (f[id].Op != Op.Load)
                            k[s] = true;
                        else if (!k[s])
                            u[s] = true;
                    }
                (use[block.Index], kill[block.Index], live[block.Index]) = (u, k, new BitArray(u));
            }
            for (var changed = true; changed;)
            {
                changed = false;
                for (var i = cfg.ReversePostorder.Count - 1; i >= 0; i--)
                {
                    var b = cfg.ReversePostorder[i];
                    var before = new BitArray(live[b.Index]);
                    foreach (var s in f.SuccessorsOf(b))
                        for (var l = 0; l < _locals.Length; l++)
                            if (live[s.Index][l] && !kill[b.Index][l])
                                live[b.Index][l] = true;
                    changed |= before.Xor(live[b.Index]).HasAnySet();
                }
            }
            return live;
        }

        /// <summary>Values of the slots at the start of a block; the zero value at the function's start.</summary>
        private Value[] Enter(Cfg cfg, Block block, BitArray live, Value[][] leaving)
        {
            var current = new Value[_locals.Length];
            var predecessors = cfg.Predecessors(block);
            if (block == f.Entry)
                return current;
            if (predecessors.Count == 1 && leaving[predecessors[0].Index] is { } known)
                return [.. known];
            for (var l = 0; l < _locals.Length; l++)
                if (live[l])
                    current[l] = f.NewParameter(block, _locals[l].Type, _locals[l].Name);
            return current;
        }

        private Value[] Rewrite(Block block, Value[] current)
        {
            var kept = new List<int>(block.Instructions.Count);
            foreach (var id in block.Instructions)
            {
                var s = SlotOf(id);
                if (s < 0)
                {
                    kept.Add(id);
                    continue;
                }
                switch (f[id].Op)
                {
                    case Op.Load:
                        if (!current[s].IsValid)
                            current[s] = Zero(s, kept);
                        f.Replace(f[id].Result, current[s]);
                        break;
                    case Op.Clear:
                        current[s] = Zero(s, kept);
                        break;
                    default:
                        current[s] = f.Resolve(f.Operands(id)[0]);
                        if (f[current[s]] is { Name: null, Kind: ValueKind.Instruction })
                            f[current[s]].Name = _locals[s].Name;
                        break;
                }
            }
            block.Instructions.Clear();
            block.Instructions.AddRange(kept);
            return current;
        }

        private Value Zero(int slot, List<int> into)
        {
            var type = _locals[slot].Type;
            if (type.IsNumeric)
                return f.Constant(type, 0);
            var id = f.NewInstruction(Op.None, type, [], type);
            into.Add(id);
            return f[id].Result;
        }

        private void PassArguments(Cfg cfg, Block block, BitArray[] live, Value[] leaving)
        {
            var id = f.TerminatorOf(block);
            if (f[id].Payload is not Successors s)
                return;
            var operands = new List<Value>();
            var counts = s.ArgumentCounts.ToBuilder();
            if (f[id].Op != Op.Jump)
                operands.Add(f.Operands(id)[0]);
            var zeros = new List<int>();
            for (var k = 0; k < s.Blocks.Length; k++)
            {
                operands.AddRange(f.ArgumentsFor(id, k));
                var target = s.Blocks[k];
                if (cfg.Predecessors(target).Count == 1 && cfg.OrderOf(block) < cfg.OrderOf(target))
                    continue;
                for (var l = 0; l < _locals.Length; l++)
                    if (live[target.Index][l])
                    {
                        operands.Add(leaving[l].IsValid ? leaving[l] : leaving[l] = Zero(l, zeros));
                        counts[k]++;
                    }
            }
            block.Instructions.InsertRange(block.Instructions.Count - 1, zeros);
            f.SetOperands(id, [.. operands]);
            f[id].Payload = s with { ArgumentCounts = counts.ToImmutable() };
        }
    }
}
