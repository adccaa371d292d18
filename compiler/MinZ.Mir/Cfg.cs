namespace MinZ.Mir;

/// <summary>
/// Control-flow facts of a function at one moment: predecessors, reverse postorder, immediate dominators, loop nesting.
/// Unreachable blocks have no order number. Dominators by Cooper, Harvey and Kennedy, "A Simple, Fast Dominance
/// Algorithm".
/// </summary>
public sealed class Cfg
{
    private readonly List<Block>[] _predecessors;
    private readonly int[] _order;
    private readonly int[] _dominator;
    private readonly int[] _depth;

    /// <summary>Analyses a function whose blocks all have terminators; renumbers its blocks.</summary>
    public Cfg(Function function)
    {
        Function = function;
        function.Renumber();
        var n = function.Blocks.Count;
        _predecessors = new List<Block>[n];
        _order = new int[n];
        _dominator = new int[n];
        _depth = new int[n];
        for (var b = 0; b < n; b++)
            _predecessors[b] = [];
        ReversePostorder = Walk();
        foreach (var b in ReversePostorder)
            foreach (var s in function.SuccessorsOf(b))
                if (!_predecessors[s.Index].Contains(b))
                    _predecessors[s.Index].Add(b);
        FindDominators();
        FindLoops();
    }

    /// <summary>The function whose blocks these are, as they were when the graph was made.</summary>
    public Function Function { get; }

    /// <summary>Reachable blocks, each before its successors but for back edges; the entry first.</summary>
    public List<Block> ReversePostorder { get; }

    /// <summary>Blocks that start a natural loop.</summary>
    public List<Block> LoopHeaders { get; } = [];

    /// <summary>Reachable predecessors of a block, each once.</summary>
    public IReadOnlyList<Block> Predecessors(Block block) => _predecessors[block.Index];

    /// <summary>Position in <see cref="ReversePostorder"/>; -1 when unreachable.</summary>
    public int OrderOf(Block block) => _order[block.Index];

    /// <summary>True when control can come to a block from the entry.</summary>
    public bool IsReachable(Block block) => _order[block.Index] >= 0;

    /// <summary>The closest other block on every way to this one; null for the entry and unreachable blocks.</summary>
    public Block? ImmediateDominator(Block block) =>
        _order[block.Index] <= 0 ? null : ReversePostorder[_dominator[_order[block.Index]]];

    /// <summary>
    /// True when every way to <paramref name="b"/> goes through <paramref name="a"/> (a block dominates itself).
    /// </summary>
    public bool Dominates(Block a, Block b)
    {
        int x = _order[a.Index], y = _order[b.Index];
        if (x < 0 || y < 0)
            return false;
        while (y > x)
            y = _dominator[y];
        return x == y;
    }

    /// <summary>Number of natural loops around a block.</summary>
    public int LoopDepth(Block block) => _depth[block.Index];

    /// <summary>Blocks of the natural loop with this header, the header included.</summary>
    public HashSet<Block> LoopBody(Block header)
    {
        var body = new HashSet<Block> { header };
        var work = new Stack<Block>();
        foreach (var p in Predecessors(header))
            if (Dominates(header, p) && body.Add(p))
                work.Push(p);
        while (work.TryPop(out var b))
            foreach (var p in Predecessors(b))
                if (body.Add(p))
                    work.Push(p);
        return body;
    }

    private List<Block> Walk()
    {
        var postorder = new List<Block>();
        var seen = new bool[Function.Blocks.Count];
        var stack = new Stack<(Block Block, int Next)>();
        Array.Fill(_order, -1);
        stack.Push((Function.Entry, 0));
        seen[0] = true;
        while (stack.TryPop(out var top))
        {
            var successors = Function.SuccessorsOf(top.Block);
            if (top.Next == successors.Length)
            {
                postorder.Add(top.Block);
                continue;
            }
            // Later successors first, so that reverse postorder keeps the first one closest.
            var s = successors[successors.Length - 1 - top.Next];
            stack.Push((top.Block, top.Next + 1));
            if (!seen[s.Index])
            {
                seen[s.Index] = true;
                stack.Push((s, 0));
            }
        }
        postorder.Reverse();
        for (var i = 0; i < postorder.Count; i++)
            _order[postorder[i].Index] = i;
        return postorder;
    }

    private void FindDominators()
    {
        Array.Fill(_dominator, -1);
        _dominator[0] = 0;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = 1; i < ReversePostorder.Count; i++)
            {
                var best = -1;
                foreach (var p in _predecessors[ReversePostorder[i].Index])
                {
                    var o = _order[p.Index];
                    if (_dominator[o] >= 0)
                        best = best < 0 ? o : Common(best, o);
                }
                if (_dominator[i] != best)
                {
                    _dominator[i] = best;
                    changed = true;
                }
            }
        }
    }

    private int Common(int a, int b)
    {
        while (a != b)
        {
            while (a > b)
                a = _dominator[a];
            while (b > a)
                b = _dominator[b];
        }
        return a;
    }

    private void FindLoops()
    {
        foreach (var header in ReversePostorder)
        {
            if (!_predecessors[header.Index].Any(p => Dominates(header, p)))
                continue;
            LoopHeaders.Add(header);
            foreach (var b in LoopBody(header))
                _depth[b.Index]++;
        }
    }
}
