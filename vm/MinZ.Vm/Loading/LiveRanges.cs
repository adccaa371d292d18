using System.Runtime.InteropServices;
using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

/// <summary>Calls back for the registers an instruction reads or writes.</summary>
internal static class Operands
{
    /// <summary>Registers (positive) it reads.</summary>
    public static void ForEachUse(in Lir i, Action<int> action)
    {
        var f = Codes.Of(i.Op);
        if ((f & Fields.UsesA) != 0 && i.A > 0)
            action(i.A);
        if ((f & Fields.UsesB) != 0 && i.B > 0)
            action(i.B);
        if ((f & Fields.UsesC) != 0 && i.C > 0)
            action(i.C);
        if ((f & Fields.UsesD) != 0 && i.D > 0)
            action(i.D);
        if ((f & Fields.UsesE) != 0 && i.E > 0)
            action(i.E);
    }

    /// <summary>Registers (positive) it writes.</summary>
    public static void ForEachDefinition(in Lir i, Action<int> action)
    {
        var f = Codes.Of(i.Op);
        if ((f & Fields.DefinesA) != 0 && i.A > 0)
            action(i.A);
        if ((f & Fields.DefinesB) != 0 && i.B > 0)
            action(i.B);
        if ((f & Fields.DefinesC) != 0 && i.C > 0)
            action(i.C);
    }
}

/// <summary>
/// Where each register is live, as sorted runs of positions. An instruction reads at an even position and writes at the
/// odd one after it, so a value may take the place of one that dies there.
/// </summary>
internal sealed class LiveRanges
{
    private readonly record struct Run(int Start, int End);

    private readonly record struct Event(int Register, int Block, int Position, bool IsDefinition);

    private readonly List<LirBlock> _blocks;
    private readonly int[] _start;
    private readonly int[] _end;
    private readonly List<int>[] _predecessors;
    private readonly List<Run>?[] _runs;
    private readonly int[] _fixed;
    private readonly List<Event> _events = [];

    public LiveRanges(List<LirBlock> blocks, int registers)
    {
        _blocks = blocks;
        _start = new int[blocks.Count];
        _end = new int[blocks.Count];
        _predecessors = new List<int>[blocks.Count];
        _runs = new List<Run>?[registers];
        _fixed = new int[registers];
        Array.Fill(_fixed, int.MaxValue);
        for (var b = 0; b < blocks.Count; b++)
            _predecessors[b] = [];
        for (var b = 0; b < blocks.Count; b++)
            foreach (var edge in blocks[b].Edges)
                _predecessors[edge.Target].Add(b);
        CollectEvents();
        BuildRuns();
        for (var n = 0; n < blocks[0].Parameters.Length; n++)
            _fixed[blocks[0].Parameters[n]] = n;
    }

    /// <summary>True for a parameter of the function, whose slot is given.</summary>
    public bool IsFixed(int register) => _fixed[register] != int.MaxValue;

    /// <summary>The given slot, or <see cref="int.MaxValue"/>.</summary>
    public int FixedSlot(int register) => _fixed[register];

    /// <summary>Position of the n-th instruction of a block; of its end for as many as it has.</summary>
    public int PositionOf(int block, int instruction) => _start[block] + 2 + 2 * instruction;

    /// <summary>Lets a register hold its value from its definition to the function's end.</summary>
    public void KeepAlive(int register)
    {
        if (_runs[register] is { Count: > 0 } runs)
            _runs[register] = [new Run(runs[0].Start, _end.Max())];
    }

    /// <summary>Where a register is live; each run ends before its second position.</summary>
    public IEnumerable<(int Start, int End)> RunsOf(int register) =>
        _runs[register]?.Select(r => (r.Start, r.End)) ?? [];

    public bool IsLive(int register) => _runs[register] is { Count: > 0 };

    public int Start(int register) => _runs[register]![0].Start;

    public int End(int register) => _runs[register]![^1].End;

    /// <summary>Joins the ranges of two classes into the first unless they meet.</summary>
    public bool TryMerge(int a, int b)
    {
        var (x, y) = (_runs[a], _runs[b]);
        if (x is null || y is null)
            return false;
        for (int i = 0, j = 0; i < x.Count && j < y.Count;)
        {
            if (x[i].Start < y[j].End && y[j].Start < x[i].End)
                return false;
            if (x[i].End <= y[j].End)
                i++;
            else
                j++;
        }
        var merged = new List<Run>(x.Count + y.Count);
        for (int i = 0, j = 0; i < x.Count || j < y.Count;)
            merged.Add(j == y.Count || i < x.Count && x[i].Start < y[j].Start ? x[i++] : y[j++]);
        _runs[a] = merged;
        _runs[b] = null;
        _fixed[a] = Math.Min(_fixed[a], _fixed[b]);
        return true;
    }

    private void CollectEvents()
    {
        var position = 0;
        for (var b = 0; b < _blocks.Count; b++)
        {
            var block = _blocks[b];
            var here = b;
            _start[b] = position;
            foreach (var p in block.Parameters)
                _events.Add(new Event(p, b, position, true));
            position += 2;
            foreach (ref readonly var i in CollectionsMarshal.AsSpan(block.Code))
            {
                var at = position;
                Operands.ForEachUse(i, r => _events.Add(new Event(r, here, at + 1, false)));
                Operands.ForEachDefinition(i, r => _events.Add(new Event(r, here, at + 1, true)));
                position += 2;
            }
            var end = position;
            if (block.End is EndKind.Branch or EndKind.Switch)
                Operands.ForEachUse(block.Test, r => _events.Add(new Event(r, here, end + 1, false)));
            foreach (var r in block.CaseRegisters)
                if (r > 0)
                    _events.Add(new Event(r, b, end + 1, false));
            foreach (var edge in block.Edges)
                foreach (var r in edge.Arguments)
                    if (r > 0)
                        _events.Add(new Event(r, b, end + 2, false));
            position += 2;
            _end[b] = position;
        }
    }

    private void BuildRuns()
    {
        var byRegister = new int[_runs.Length + 1];
        foreach (var e in _events)
            byRegister[e.Register + 1]++;
        for (var r = 1; r < byRegister.Length; r++)
            byRegister[r] += byRegister[r - 1];
        var sorted = new Event[_events.Count];
        var next = byRegister.AsSpan(0, _runs.Length).ToArray();
        foreach (var e in _events)
            sorted[next[e.Register]++] = e;
        var state = new BlockState[_blocks.Count];
        for (var r = 0; r < _runs.Length; r++)
            if (byRegister[r + 1] > byRegister[r])
                _runs[r] = RunsOf(r, sorted.AsSpan(byRegister[r], byRegister[r + 1] - byRegister[r]), state);
    }

    /// <summary>What is known of one register in one block; valid when Register matches.</summary>
    private struct BlockState
    {
        public int Register;
        public int FirstDefinition;
        public int FirstUse;
        public int Last;
        public bool LiveIn;
        public bool LiveOut;
    }

    private List<Run> RunsOf(int register, ReadOnlySpan<Event> events, BlockState[] state)
    {
        var touched = new List<int>();
        ref BlockState Of(int b)
        {
            ref var s = ref state[b];
            if (s.Register != register)
            {
                s = new BlockState { Register = register, FirstDefinition = int.MaxValue, FirstUse = int.MaxValue };
                touched.Add(b);
            }
            return ref s;
        }
        foreach (var e in events)
        {
            ref var s = ref Of(e.Block);
            if (e.IsDefinition)
                s.FirstDefinition = Math.Min(s.FirstDefinition, e.Position);
            else
                s.FirstUse = Math.Min(s.FirstUse, e.Position);
            s.Last = Math.Max(s.Last, e.IsDefinition ? e.Position + 1 : e.Position);
        }
        var work = new Stack<int>();
        for (var n = touched.Count - 1; n >= 0; n--)
        {
            ref var s = ref state[touched[n]];
            // A read and a write at one position are of one instruction, which reads first.
            if (s.FirstUse <= s.FirstDefinition && s.FirstUse != int.MaxValue)
                work.Push(touched[n]);
        }
        while (work.TryPop(out var b))
        {
            if (Of(b).LiveIn)
                continue;
            Of(b).LiveIn = true;
            foreach (var p in _predecessors[b])
            {
                ref var s = ref Of(p);
                s.LiveOut = true;
                if (s.FirstDefinition == int.MaxValue)
                    work.Push(p);
            }
        }
        touched.Sort();
        var runs = new List<Run>(touched.Count);
        foreach (var b in touched)
        {
            ref var s = ref state[b];
            var start = s.LiveIn ? _start[b] : s.FirstDefinition;
            var end = s.LiveOut ? _end[b] : s.Last;
            if (runs.Count > 0 && runs[^1].End == start)
                runs[^1] = new Run(runs[^1].Start, end);
            else
                runs.Add(new Run(start, end));
        }
        return runs;
    }
}
