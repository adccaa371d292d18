namespace MinZ.Mir.Passes;

/// <summary>
/// Gives two nested loops that begin at the same block a header each, so that what belongs to the outer one has a
/// place.
/// </summary>
public static class LoopSplitting
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var changed = false;
        while (Split(f))
            changed = true;
        return changed;
    }

    private static bool Split(Function f)
    {
        var cfg = new Cfg(f);
        foreach (var header in cfg.LoopHeaders)
        {
            var edges = cfg.Predecessors(header);
            if (header == f.Entry || edges.Any(p => f.SuccessorsOf(p).Count(b => b == header) > 1))
                continue;
            var latches = edges.Where(p => cfg.Dominates(header, p)).ToArray();
            if (latches.Length != 2)
                continue;
            var first = BodyOf(cfg, header, latches[0]);
            var second = BodyOf(cfg, header, latches[1]);
            var inner = !first.Contains(latches[1]) && second.Contains(latches[0]) ? latches[0]
                : !second.Contains(latches[0]) && first.Contains(latches[1]) ? latches[1] : null;
            if (inner is null)
                continue;
            Split(f, header, inner, edges.Where(p => p != inner));
            return true;
        }
        return false;
    }

    // The blocks that reach a latch without passing the header.
    private static HashSet<Block> BodyOf(Cfg cfg, Block header, Block latch)
    {
        var body = new HashSet<Block> { header, latch };
        var work = new Stack<Block>([latch]);
        while (work.TryPop(out var b))
            if (b != header)
                foreach (var p in cfg.Predecessors(b))
                    if (body.Add(p))
                        work.Push(p);
        return body;
    }

    private static void Split(Function f, Block header, Block inner, IEnumerable<Block> others)
    {
        var outer = new Block(Licm.FreshName(f, header.Name + "$outer"));
        f.Blocks.Insert(f.Blocks.IndexOf(header), outer);
        Value[] arguments = [.. header.Parameters.Select(p => f.NewParameter(outer, f.TypeOf(p), f[p].Name))];
        foreach (var block in others.ToList())
        {
            var id = f.TerminatorOf(block);
            var s = (Successors)f[id].Payload!;
            f[id].Payload = s with { Blocks = s.Blocks.Replace(header, outer) };
        }
        var jump = f.NewInstruction(Op.Jump, MirType.Void, arguments, null,
            new Successors([header], [arguments.Length], []));
        outer.Instructions.Add(jump);
        RemoveUnchanged(f, header, inner, jump, arguments);
    }

    // What the inner loop only passes on is a value of the outer one.
    private static void RemoveUnchanged(Function f, Block header, Block inner, int jump, Value[] arguments)
    {
        var latch = f.TerminatorOf(inner);
        var successor = f.SuccessorsOf(inner).IndexOf(header);
        for (var p = header.Parameters.Count - 1; p >= 0; p--)
        {
            if (f.ArgumentsFor(latch, successor)[p] != header.Parameters[p])
                continue;
            f.Replace(header.Parameters[p], arguments[p]);
            header.Parameters.RemoveAt(p);
            SimplifyCfg.RemoveArgument(f, latch, successor, p);
            SimplifyCfg.RemoveArgument(f, jump, 0, p);
        }
        f.ApplyReplacements();
        f.Renumber();
    }
}
