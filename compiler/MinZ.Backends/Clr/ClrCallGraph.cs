using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Who calls whom.</summary>
internal static class ClrCallGraph
{
    /// <summary>
    /// Functions on a cycle of calls, by Tarjan's algorithm; calls through function values count as cycles.
    /// </summary>
    public static HashSet<Function> FindRecursive(Module module)
    {
        var recursive = new HashSet<Function>();
        var index = new Dictionary<Function, int>();
        var low = new Dictionary<Function, int>();
        var stack = new Stack<Function>();
        var onStack = new HashSet<Function>();
        foreach (var root in module.Functions)
        {
            if (index.ContainsKey(root))
                continue;
            var work = new Stack<(Function F, IEnumerator<Function> Callees)>();
            Enter(root);
            while (work.TryPeek(out var top))
            {
                if (top.Callees.MoveNext())
                {
                    var callee = top.Callees.Current;
                    if (callee == top.F)
                        recursive.Add(callee);
                    if (!index.ContainsKey(callee))
                        Enter(callee);
                    else if (onStack.Contains(callee))
                        low[top.F] = Math.Min(low[top.F], index[callee]);
                    continue;
                }
                work.Pop();
                if (work.TryPeek(out var caller))
                    low[caller.F] = Math.Min(low[caller.F], low[top.F]);
                if (low[top.F] == index[top.F])
                    Leave(top.F);
            }

            void Enter(Function f)
            {
                index[f] = low[f] = index.Count;
                stack.Push(f);
                onStack.Add(f);
                work.Push((f, Callees(f, recursive).GetEnumerator()));
            }
        }
        return recursive;

        void Leave(Function f)
        {
            var alone = stack.Peek() == f;
            Function member;
            do
            {
                member = stack.Pop();
                onStack.Remove(member);
                if (!alone)
                    recursive.Add(member);
            }
            while (member != f);
        }
    }

    private static List<Function> Callees(Function f, HashSet<Function> recursive)
    {
        var callees = new List<Function>();
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (f[id].Op is Op.CallIndirect or Op.CallInterface)
                    recursive.Add(f);
                else if (f[id].Op is Op.Call or Op.TailCall && f[id].Payload is FunctionRef callee)
                    callees.Add(callee.Function);
        return callees;
    }
}
