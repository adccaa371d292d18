using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

/// <summary>
/// Writes the blocks of a function as bytecode: moves on edges, jumps over distances, loops with their test at the end.
/// Whatever jumps to the same or an earlier block is charged fuel, so no loop is free.
/// </summary>
internal sealed partial class Emitter
{
    /// <summary>Longest loop header, in instructions, that is repeated at the loop's end instead of jumped
    /// to.</summary>
    private const int LongestRepeat = 4;

    private readonly List<LirBlock> _blocks;
    private readonly SlotAllocator _slots;
    private readonly int[] _labels;
    private readonly List<(int At, int Block)> _jumps = [];
    private readonly Queue<(int At, int From, Edge Edge)> _stubs = new();
    private int _barrier;
    private int _position;

    public Emitter(List<LirBlock> blocks, SlotAllocator slots)
    {
        _blocks = blocks;
        _slots = slots;
        _labels = new int[blocks.Count];
    }

    /// <summary>The bytecode.</summary>
    public List<Insn> Code { get; } = [];

    /// <summary>For each instruction of <see cref="Code"/> the index into the function's locations.</summary>
    public List<int> Locations { get; } = [];

    /// <summary>For each instruction of <see cref="Code"/> its position in the live ranges.</summary>
    public List<int> Positions { get; } = [];

    /// <summary>Number of the first instruction behind the one that makes the addressable frame; 0 = there is
    /// none.</summary>
    public int Entered { get; private set; }

    public void Run()
    {
        for (var b = 0; b < _blocks.Count; b++)
        {
            _labels[b] = _barrier = Code.Count;
            EmitBody(b);
            EmitEnd(b);
        }
        while (_stubs.TryDequeue(out var stub))
        {
            Bind(stub.At);
            _position = _slots.PositionOf(stub.From, _blocks[stub.From].Code.Count);
            EmitEdge(stub.From, stub.Edge, -1, true);
        }
        foreach (var (at, block) in _jumps)
            Patch(at, _labels[block]);
    }

    private void Patch(int at, int target)
    {
        var i = Code[at];
        i.D = target - at;
        Code[at] = i;
    }

    private void Bind(int at)
    {
        _barrier = Code.Count;
        Patch(at, Code.Count);
    }

    private void EmitBody(int b)
    {
        var code = _blocks[b].Code;
        for (var n = 0; n < code.Count; n++)
        {
            var i = code[n];
            _position = _slots.PositionOf(b, n);
            if (i is not { Op: Interpreter.Code.Mov } || _slots.SlotOf(i.A) != _slots.SlotOf(i.B))
                Emit(i);
            if (i.Op is Interpreter.Code.Enter or Interpreter.Code.EnterZeroed)
                Entered = Code.Count;
        }
        _position = _slots.PositionOf(b, code.Count);
    }

    private void Emit(in Lir i)
    {
        var f = Codes.Of(i.Op);
        Append(new Insn
        {
            Op = i.Op,
            A = (f & (Fields.DefinesA | Fields.UsesA | Fields.ImmediateA)) != 0 ? Slot(i.A) : (ushort)0,
            B = (f & (Fields.DefinesB | Fields.UsesB)) != 0 ? Slot(i.B) : (ushort)0,
            C = (f & (Fields.DefinesC | Fields.UsesC)) != 0 ? Slot(i.C) : (ushort)i.C,
            D = (f & Fields.UsesD) != 0 ? Slot(i.D) : i.D,
            E = (f & Fields.UsesE) != 0 ? Slot(i.E) : i.E,
        }, i.Location);
    }

    private ushort Slot(int register) => (ushort)_slots.SlotOf(register);

    private void Append(in Insn i, int location)
    {
        if (i.Op == Interpreter.Code.Mov && Code.Count > _barrier && Code[^1].Op == Interpreter.Code.Mov)
        {
            var first = Code[^1];
            Code[^1] = new Insn { Op = Interpreter.Code.Mov2, A = first.A, B = first.B, C = i.A, D = i.B };
            return;
        }
        Add(i, location);
    }

    private void Add(in Insn i, int location)
    {
        Code.Add(i);
        Locations.Add(location);
        Positions.Add(_position);
    }

    private void EmitEnd(int b)
    {
        var block = _blocks[b];
        switch (block.End)
        {
            case EndKind.None:
                break;
            case EndKind.Jump:
                EmitEdge(b, block.Edges[0], b + 1, true);
                break;
            case EndKind.Branch:
                EmitBranch(b, block.Test, block.Edges[0], block.Edges[1], b + 1);
                break;
            case EndKind.Switch:
                EmitSwitch(b, block);
                break;
        }
    }

    /// <summary>Moves and jump of an edge; nothing to jump when its target comes next.</summary>
    private void EmitEdge(int from, Edge edge, int next, bool mayRepeat)
    {
        EmitMoves(edge);
        if (edge.Target == next)
            return;
        var isBack = edge.Target <= from;
        if (isBack && mayRepeat && edge.Target != from && TryRepeatHeader(from, edge.Target, next))
            return;
        _jumps.Add((Code.Count, edge.Target));
        Append(new Insn { Op = isBack ? Interpreter.Code.JmpB : Interpreter.Code.Jmp }, LocationOf(from));
    }

    private int LocationOf(int block) =>
        _blocks[block].Code.Count > 0 ? _blocks[block].Code[^1].Location : _blocks[block].Test.Location;

    /// <summary>Turns "jump to the loop's test" into the test itself, which saves a jump per iteration.</summary>
    private bool TryRepeatHeader(int from, int header, int next)
    {
        var h = _blocks[header];
        if (h.End != EndKind.Branch || h.Code.Count > LongestRepeat)
            return false;
        var (stay, leave, test) = (h.Edges[0], h.Edges[1], h.Test);
        if (!IsInside(stay))
            (stay, leave, test) = (leave, stay, Selector.Inverse(test));
        if (!IsInside(stay) || HasMoves(stay))
            return false;
        EmitBody(header);
        EmitTest(test, stay.Target, true);
        EmitEdge(from, leave, next, false);
        return true;
        bool IsInside(Edge e) => e.Target > header && e.Target <= from;
    }

    private bool HasMoves(Edge edge)
    {
        var parameters = _blocks[edge.Target].Parameters;
        for (var n = 0; n < parameters.Length; n++)
            if (Slot(parameters[n]) != Slot(edge.Arguments[n]))
                return true;
        return false;
    }

    private void EmitBranch(int b, Lir test, Edge then, Edge otherwise, int next)
    {
        if (then.Target == next && !HasMoves(then) || HasMoves(then) && !HasMoves(otherwise))
            (then, otherwise, test) = (otherwise, then, Selector.Inverse(test));
        if (HasMoves(then))
        {
            // Both edges move values: the first does so out of line.
            _stubs.Enqueue((Code.Count, b, then));
            EmitTest(test, -1, false);
        }
        else
        {
            EmitTest(test, then.Target, then.Target <= b);
        }
        EmitEdge(b, otherwise, next, true);
    }

    /// <summary>A compare-and-jump; as back edge it swallows the step of the loop counter before it.</summary>
    private void EmitTest(Lir test, int target, bool isBack)
    {
        var i = new Insn { Op = test.Op + (isBack ? 1 : 0), A = Slot(test.A), E = test.E };
        if ((Codes.Of(test.Op) & Fields.UsesB) != 0)
            i.B = Slot(test.B);
        if (isBack && TryFuseStep(test, i))
        {
            _jumps.Add((Code.Count - 1, target));
            return;
        }
        if (target >= 0)
            _jumps.Add((Code.Count, target));
        Add(i, test.Location);
    }

    private bool TryFuseStep(Lir test, Insn i)
    {
        if (Code.Count <= _barrier)
            return false;
        var step = Code[^1];
        if (step.A != step.B || step.A != i.A)
            return false;
        if (step.Op is >= Interpreter.Code.AddI64 and <= Interpreter.Code.AddII32 && step.D == (short)step.D)
        {
            var width = step.Op - Interpreter.Code.AddI64;
            Code? fused = test.Op switch
            {
                Interpreter.Code.JLt => Interpreter.Code.IncJLt64 + width,
                Interpreter.Code.JLe => Interpreter.Code.IncJLe64 + width,
                Interpreter.Code.JLtI => Interpreter.Code.IncJLtI64 + width,
                Interpreter.Code.JNeI => Interpreter.Code.IncJNeI64 + width,
                _ => null,
            };
            if (fused is not { } op || (Codes.Of(test.Op) & Fields.UsesB) != 0 && i.B == i.A)
                return false;
            Code[^1] = i with { Op = op, C = (ushort)(short)step.D };
            return true;
        }
        if (step.Op is >= Interpreter.Code.Add64 and <= Interpreter.Code.AddI32 && step.C != step.A && i.B != i.A)
        {
            var width = step.Op - Interpreter.Code.Add64;
            if (test.Op is not (Interpreter.Code.JLt or Interpreter.Code.JLe))
                return false;
            Code[^1] = i with
            {
                Op = (test.Op == Interpreter.Code.JLe ? Interpreter.Code.AddJLe64 : Interpreter.Code.AddJLt64) + width,
                C = step.C,
            };
            return true;
        }
        return false;
    }
}
