using System.Collections;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Which variables are live where, and which may not share a register.</summary>
internal sealed class Liveness
{
    private readonly LFunction _function;
    private readonly int _count;
    private readonly BitArray[] _liveIn;
    private readonly HashSet<int>[] _neighbours;

    public Liveness(LFunction function)
    {
        _function = function;
        _count = function.Variables.Count;
        _liveIn = new BitArray[function.Blocks.Count];
        _neighbours = new HashSet<int>[_count];
        for (var v = 0; v < _count; v++)
            _neighbours[v] = [];
        for (var b = 0; b < _liveIn.Length; b++)
        {
            function.Blocks[b].Index = b;
            _liveIn[b] = new BitArray(_count);
        }
        Solve();
        for (var b = 0; b < _liveIn.Length; b++)
            Scan(function.Blocks[b]);
    }

    /// <summary>Variables that are live at the same time as this one with another value.</summary>
    public HashSet<int> Neighbours(int variable) => _neighbours[variable];

    /// <summary>Variables live where a block begins.</summary>
    public BitArray LiveIn(LBlock block) => _liveIn[block.Index];

    private BitArray LiveOut(LBlock block)
    {
        var live = new BitArray(_count);
        foreach (var s in block.Successors)
            live.Or(_liveIn[s.Index]);
        return live;
    }

    private void Solve()
    {
        for (var changed = true; changed;)
        {
            changed = false;
            for (var b = _liveIn.Length - 1; b >= 0; b--)
            {
                var live = LiveOut(_function.Blocks[b]);
                var list = _function.Blocks[b].Instructions;
                for (var i = list.Count - 1; i >= 0; i--)
                    Step(list[i], live);
                if (Same(live, _liveIn[b]))
                    continue;
                _liveIn[b] = live;
                changed = true;
            }
        }
    }

    private static bool Same(BitArray a, BitArray b)
    {
        for (var i = 0; i < a.Length; i++)
            if (a[i] != b[i])
                return false;
        return true;
    }

    private static void Step(LInst inst, BitArray live)
    {
        foreach (var o in inst.Outs)
            live[o] = false;
        foreach (var a in inst.Args)
            if (!a.IsConstant)
                live[a.Register] = true;
    }

    private void Scan(LBlock block)
    {
        var live = LiveOut(block);
        for (var i = block.Instructions.Count - 1; i >= 0; i--)
        {
            var inst = block.Instructions[i];
            inst.Frequency = block.Frequency;
            foreach (var o in inst.Outs)
                live[o] = false;
            inst.LiveThrough = Members(live);
            for (var k = 0; k < inst.Outs.Length; k++)
            {
                var o = inst.Outs[k];
                var source = inst.Op == LOp.Copy ? inst.Args[k].Register : -1;
                foreach (var v in inst.LiveThrough)
                    if (v != source)
                        Connect(o, v);
                foreach (var p in inst.Outs)
                    Connect(o, p);
            }
            foreach (var a in inst.Args)
                if (!a.IsConstant)
                    live[a.Register] = true;
        }
    }

    /// <summary>
    /// Makes an instruction's results neighbours of its operands: their cells may not overlap, since code works byte by
    /// byte and knows cells by name.
    /// </summary>
    public void KeepApart(LInst inst)
    {
        foreach (var o in inst.Outs)
            foreach (var a in inst.Args)
                if (!a.IsConstant)
                    Connect(o, a.Register);
    }

    private void Connect(int a, int b)
    {
        if (a == b)
            return;
        _neighbours[a].Add(b);
        _neighbours[b].Add(a);
    }

    private static int[] Members(BitArray set)
    {
        var list = new List<int>();
        for (var i = 0; i < set.Length; i++)
            if (set[i])
                list.Add(i);
        return [.. list];
    }
}
