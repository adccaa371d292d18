namespace MinZ.Mir.Passes;

/// <summary>Moves pure computations on values from outside a loop in front of it.</summary>
public static class Licm
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var changed = false;
        var cfg = new Cfg(f);
        var headers = cfg.LoopHeaders;
        // Inner loops first, so that what leaves one may leave the next.
        for (var n = headers.Count - 1; n >= 0; n--)
        {
            var blocks = f.Blocks.Count;
            changed |= Hoist(f, cfg, headers[n]);
            // A block made in front of an inner loop belongs to the outer ones.
            if (f.Blocks.Count != blocks)
                cfg = new Cfg(f);
        }
        return changed;
    }

    private static bool Hoist(Function f, Cfg cfg, Block header)
    {
        var body = cfg.LoopBody(header);
        var outside = cfg.Predecessors(header).Where(p => !body.Contains(p)).ToArray();
        if (outside.Length == 1 && f.SuccessorsOf(outside[0]).Count(b => b == header) > 1)
            return false;
        if (outside.Length != 1)
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
        if (moved.Count == 0)
            return false;
        var front = f[f.TerminatorOf(outside[0])].Op == Op.Jump ? outside[0] : NewPreheader(f, outside[0], header);
        front.Instructions.InsertRange(front.Instructions.Count - 1, moved);
        return true;
    }

    /// <summary>A block on the only edge into a loop: a branch goes elsewhere too and cannot take the code.</summary>
    internal static Block NewPreheader(Function f, Block outside, Block header)
    {
        var preheader = new Block(FreshName(f, header.Name + "$pre"));
        f.Blocks.Insert(f.Blocks.IndexOf(header), preheader);
        var branch = f.TerminatorOf(outside);
        var s = (Successors)f[branch].Payload!;
        var k = s.Blocks.IndexOf(header);
        Value[] arguments = [.. f.ArgumentsFor(branch, k)];
        preheader.Instructions.Add(f.NewInstruction(Op.Jump, MirType.Void, arguments, null,
            new Successors([header], [arguments.Length], []), 0, f[branch].Location));
        for (var n = arguments.Length - 1; n >= 0; n--)
            SimplifyCfg.RemoveArgument(f, branch, k, n);
        s = (Successors)f[branch].Payload!;
        f[branch].Payload = s with { Blocks = s.Blocks.SetItem(k, preheader) };
        return preheader;
    }

    /// <summary>A name that no block has yet.</summary>
    internal static string FreshName(Function f, string name)
    {
        var fresh = name;
        for (var n = 2; f.Blocks.Any(b => b.Name == fresh); n++)
            fresh = $"{name}{n}";
        return fresh;
    }
}
