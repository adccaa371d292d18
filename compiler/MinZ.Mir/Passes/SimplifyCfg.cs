using System.Collections.Immutable;

namespace MinZ.Mir.Passes;

/// <summary>
/// Keeps the control-flow graph small: nothing unreachable, no empty hops, no useless block parameters.
/// </summary>
public static class SimplifyCfg
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var changed = false;
        for (var again = true; again;)
        {
            again = FoldBranches(f);
            again |= RemoveUnreachable(f);
            again |= ThreadJumps(f);
            again |= ThreadBranches(f);
            again |= RemoveParameters(f);
            again |= MergeChains(f);
            changed |= again;
        }
        return changed;
    }

    /// <summary>Branches on constants and to one place become jumps; a negated condition swaps the targets.</summary>
    private static bool FoldBranches(Function f)
    {
        var changed = false;
        foreach (var block in f.Blocks)
        {
            var id = f.TerminatorOf(block);
            ref var i = ref f[id];
            if (i.Op is not (Op.JumpIf or Op.Switch))
                continue;
            var s = (Successors)i.Payload!;
            var value = f.Operands(id)[0];
            if (f.TryConstant(value, out var bits))
            {
                ToJump(f, id, i.Op == Op.JumpIf ? (bits != 0 ? 0 : 1) : CaseOf(s, bits));
                changed = true;
            }
            else if (AllAlike(f, id, s))
            {
                ToJump(f, id, 0);
                changed = true;
            }
            else if (i.Op == Op.JumpIf && f.DefinitionOf(value) is var d and >= 0 && f[d].Op == Op.Not)
            {
                Swap(f, id, s, f.Operands(d)[0]);
                changed = true;
            }
        }
        return changed;
    }

    private static int CaseOf(Successors s, long bits)
    {
        var n = s.Cases.IndexOf(bits);
        return n < 0 ? s.Blocks.Length - 1 : n;
    }

    private static bool AllAlike(Function f, int id, Successors s)
    {
        for (var k = 1; k < s.Blocks.Length; k++)
            if (s.Blocks[k] != s.Blocks[0] || !f.ArgumentsFor(id, k).SequenceEqual(f.ArgumentsFor(id, 0)))
                return false;
        return true;
    }

    private static void ToJump(Function f, int id, int successor)
    {
        var s = (Successors)f[id].Payload!;
        Value[] arguments = [.. f.ArgumentsFor(id, successor)];
        f.SetOperands(id, arguments);
        ref var i = ref f[id];
        i.Op = Op.Jump;
        i.Type = MirType.Void;
        i.Payload = new Successors([s.Blocks[successor]], [arguments.Length], []);
    }

    private static void Swap(Function f, int id, Successors s, Value condition)
    {
        Value[] operands = [condition, .. f.ArgumentsFor(id, 1), .. f.ArgumentsFor(id, 0)];
        f.SetOperands(id, operands);
        f[id].Payload = new Successors([s.Blocks[1], s.Blocks[0]], [s.ArgumentCounts[1], s.ArgumentCounts[0]], []);
    }

    private static bool RemoveUnreachable(Function f)
    {
        var reached = new HashSet<Block> { f.Entry };
        var work = new Stack<Block>([f.Entry]);
        while (work.TryPop(out var b))
            foreach (var s in f.SuccessorsOf(b))
                if (reached.Add(s))
                    work.Push(s);
        return reached.Count < f.Blocks.Count && f.Blocks.RemoveAll(b => !reached.Contains(b)) > 0;
    }

    /// <summary>An edge to a block that only jumps on goes to that block's target.</summary>
    private static bool ThreadJumps(Function f) => RetargetEdges(f, (_, _, hop) => CanSkip(f, hop) ? 0 : -1);

    /// <summary>An edge that decides the branch of an otherwise empty block goes where that branch goes.</summary>
    private static bool ThreadBranches(Function f) => RetargetEdges(f, (id, k, hop) => DecidedWay(f, id, k, hop));

    /// <summary>
    /// Leads edges past the block they go to. <paramref name="wayOn"/> takes a terminator, the number of its edge and
    /// that block, and yields which of the block's successors the edge goes to instead; -1: none.
    /// </summary>
    private static bool RetargetEdges(Function f, Func<int, int, Block, int> wayOn)
    {
        var changed = false;
        foreach (var block in f.Blocks)
        {
            var id = f.TerminatorOf(block);
            if (f[id].Payload is not Successors s)
                continue;
            for (var k = 0; k < s.Blocks.Length; k++)
                if (s.Blocks[k] is var hop && hop != block && wayOn(id, k, hop) is var way and >= 0)
                {
                    s = Retarget(f, id, k, hop, way);
                    changed = true;
                }
        }
        return changed;
    }

    /// <summary>Which way an edge takes at the branch of an otherwise empty block; -1 when not known.</summary>
    private static int DecidedWay(Function f, int id, int edge, Block hop)
    {
        if (hop == f.Entry || hop.Instructions.Count != 1)
            return -1;
        var branch = f.TerminatorOf(hop);
        if (f[branch].Op != Op.JumpIf || hop.Parameters.IndexOf(f.Operands(branch)[0]) is not (>= 0 and var p) ||
            !f.TryConstant(f.ArgumentsFor(id, edge)[p], out var bits) || !UsedOnlyBy(f, hop, branch))
            return -1;
        return bits != 0 ? 0 : 1;
    }

    private static bool CanSkip(Function f, Block hop)
    {
        if (hop.Instructions.Count != 1 || hop == f.Entry)
            return false;
        var jump = f.TerminatorOf(hop);
        if (f[jump].Op != Op.Jump || f.SuccessorsOf(hop)[0] == hop)
            return false;
        // Parameters used elsewhere would lose their definition.
        return hop.Parameters.Count == 0 || UsedOnlyBy(f, hop, jump);
    }

    private static bool UsedOnlyBy(Function f, Block hop, int jump)
    {
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (id != jump)
                    foreach (var v in f.Operands(id))
                        if (hop.Parameters.Contains(v))
                            return false;
        return true;
    }

    private static Successors Retarget(Function f, int id, int successor, Block hop, int way)
    {
        var s = (Successors)f[id].Payload!;
        var jump = f.TerminatorOf(hop);
        Value[] passed = [.. f.ArgumentsFor(id, successor)];
        Value[] arguments = [.. f.ArgumentsFor(jump, way)];
        for (var n = 0; n < arguments.Length; n++)
            if (hop.Parameters.IndexOf(arguments[n]) is var p and >= 0)
                arguments[n] = passed[p];
        var (start, count) = f.ArgumentRange(id, successor);
        Value[] all = [.. f.Operands(id)];
        f.SetOperands(id, [.. all.AsSpan(0, start), .. arguments, .. all.AsSpan(start + count)]);
        var result = s with
        {
            Blocks = s.Blocks.SetItem(successor, f.SuccessorsOf(hop)[way]),
            ArgumentCounts = s.ArgumentCounts.SetItem(successor, arguments.Length),
        };
        f[id].Payload = result;
        return result;
    }

    /// <summary>A parameter that always receives the same value is that value.</summary>
    internal static bool RemoveParameters(Function f)
    {
        var incoming = new Dictionary<Block, List<(int Terminator, int Successor)>>();
        foreach (var block in f.Blocks)
        {
            var id = f.TerminatorOf(block);
            if (f[id].Payload is Successors s)
                for (var k = 0; k < s.Blocks.Length; k++)
                {
                    if (!incoming.TryGetValue(s.Blocks[k], out var list))
                        incoming[s.Blocks[k]] = list = [];
                    list.Add((id, k));
                }
        }
        var changed = false;
        foreach (var block in f.Blocks)
        {
            if (block == f.Entry || !incoming.TryGetValue(block, out var edges))
                continue;
            for (var p = block.Parameters.Count - 1; p >= 0; p--)
                if (Single(f, block.Parameters[p], p, edges) is { IsValid: true } only)
                {
                    f.Replace(block.Parameters[p], only);
                    block.Parameters.RemoveAt(p);
                    foreach (var (terminator, successor) in edges)
                        RemoveArgument(f, terminator, successor, p);
                    changed = true;
                }
        }
        if (changed)
        {
            f.ApplyReplacements();
            f.Renumber();
        }
        return changed;
    }

    private static Value Single(Function f, Value parameter, int index, List<(int Terminator, int Successor)> edges)
    {
        var only = Value.None;
        foreach (var (terminator, successor) in edges)
        {
            var v = f.Resolve(f.ArgumentsFor(terminator, successor)[index]);
            if (v == parameter || v == only)
                continue;
            if (only.IsValid)
                return Value.None;
            only = v;
        }
        return only;
    }

    /// <summary>Takes one argument out of an edge.</summary>
    internal static void RemoveArgument(Function f, int terminator, int successor, int index)
    {
        var s = (Successors)f[terminator].Payload!;
        var (start, _) = f.ArgumentRange(terminator, successor);
        Value[] all = [.. f.Operands(terminator)];
        f.SetOperands(terminator, [.. all.AsSpan(0, start + index), .. all.AsSpan(start + index + 1)]);
        f[terminator].Payload = s with
        {
            ArgumentCounts = s.ArgumentCounts.SetItem(successor, s.ArgumentCounts[successor] - 1),
        };
    }

    /// <summary>A block with one predecessor that only goes there joins it.</summary>
    private static bool MergeChains(Function f)
    {
        var predecessors = new Dictionary<Block, int>();
        foreach (var block in f.Blocks)
            foreach (var s in f.SuccessorsOf(block))
                predecessors[s] = predecessors.GetValueOrDefault(s) + 1;
        var gone = new HashSet<Block>();
        foreach (var block in f.Blocks)
        {
            if (gone.Contains(block))
                continue;
            while (f[f.TerminatorOf(block)].Op == Op.Jump && f.SuccessorsOf(block)[0] is var next && next != block &&
                next != f.Entry && predecessors[next] == 1 && !gone.Contains(next))
            {
                var jump = f.TerminatorOf(block);
                for (var p = 0; p < next.Parameters.Count; p++)
                    f.Replace(next.Parameters[p], f.Operands(jump)[p]);
                block.Instructions.RemoveAt(block.Instructions.Count - 1);
                block.Instructions.AddRange(next.Instructions);
                gone.Add(next);
            }
        }
        if (gone.Count == 0)
            return false;
        f.Blocks.RemoveAll(gone.Contains);
        f.ApplyReplacements();
        f.Renumber();
        return true;
    }
}
