namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Gives variables that are copied into each other and never differ while both are live one number, most frequent
/// copies first, and drops copies of a variable to itself (Chaitin's coalescing, without a limit on degree since every
/// variable may live in memory).
/// </summary>
internal static class Coalescer
{
    public static void Run(LFunction function)
    {
        var liveness = new Liveness(function);
        var parent = Enumerable.Range(0, function.Variables.Count).ToArray();
        var neighbours = parent.Select(v => new HashSet<int>(liveness.Neighbours(v))).ToArray();

        int Find(int v)
        {
            while (parent[v] != v)
                v = parent[v] = parent[parent[v]];
            return v;
        }

        foreach (var copy in function.Blocks.SelectMany(b => b.Instructions).Where(i => i.Op == LOp.Copy)
                     .OrderByDescending(i => i.Frequency).ToList())
        {
            for (var k = 0; k < copy.Outs.Length; k++)
            {
                if (copy.Args[k].IsConstant)
                    continue;
                var (a, b) = (Find(copy.Outs[k]), Find(copy.Args[k].Register));
                if (a == b || !MayMerge(function, neighbours, a, b))
                    continue;
                parent[b] = a;
                foreach (var n in neighbours[b])
                {
                    neighbours[n].Remove(b);
                    neighbours[n].Add(a);
                    neighbours[a].Add(n);
                }
                var (kept, merged) = (function.Variables[a], function.Variables[b]);
                if (kept.Name is null || merged.Fixed is not null)
                    function.Variables[a] = new LVar(merged.Name ?? kept.Name, kept.Size)
                    {
                        Fixed = kept.Fixed ?? merged.Fixed,
                    };
            }
        }
        Rename(function, Find);
    }

    private static bool MayMerge(LFunction function, HashSet<int>[] neighbours, int a, int b) =>
        function.Variables[a].Size == function.Variables[b].Size && !neighbours[a].Contains(b)
        && function.Variables[a].Fixed is null && function.Variables[b].Fixed is null;

    private static void Rename(LFunction function, Func<int, int> find)
    {
        foreach (var block in function.Blocks)
        {
            foreach (var inst in block.Instructions)
            {
                inst.Outs = [.. inst.Outs.Select(find)];
                inst.Args = [.. inst.Args.Select(a => a.IsConstant ? a : a with { Register = find(a.Register) })];
                if (inst.Op != LOp.Copy)
                    continue;
                var keep = Enumerable.Range(0, inst.Outs.Length)
                    .Where(k => inst.Args[k].IsConstant || inst.Args[k].Register != inst.Outs[k]).ToList();
                var (outs, args) = (inst.Outs, inst.Args);
                inst.Outs = [.. keep.Select(k => outs[k])];
                inst.Args = [.. keep.Select(k => args[k])];
            }
            block.Instructions.RemoveAll(i => i.Op == LOp.Copy && i.Outs.IsEmpty);
        }
    }
}
