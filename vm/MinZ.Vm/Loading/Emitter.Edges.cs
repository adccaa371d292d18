using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

internal sealed partial class Emitter
{
    /// <summary>A dense switch jumps through a table when at least this many cases share it.</summary>
    private const int FewestTableCases = 4;

    /// <summary>All moves of an edge at once: a slot is overwritten only after it was read, cycles go through a spare
    /// slot.</summary>
    private void EmitMoves(Edge edge)
    {
        var parameters = _blocks[edge.Target].Parameters;
        List<(ushort To, ushort From)>? moves = null;
        for (var n = 0; n < parameters.Length; n++)
        {
            var (to, from) = (Slot(parameters[n]), Slot(edge.Arguments[n]));
            if (to != from)
                (moves ??= []).Add((to, from));
        }
        while (moves is { Count: > 0 })
        {
            var ready = moves.FindIndex(m => !moves.Exists(o => o.From == m.To));
            if (ready >= 0)
            {
                EmitMove(moves[ready].To, moves[ready].From);
                moves.RemoveAt(ready);
                continue;
            }
            var (blocked, spare) = (moves[0].To, (ushort)_slots.Scratch);
            EmitMove(spare, blocked);
            for (var n = 0; n < moves.Count; n++)
                if (moves[n].From == blocked)
                    moves[n] = (moves[n].To, spare);
        }
    }

    private void EmitMove(ushort to, ushort from) =>
        Append(new Insn { Op = Interpreter.Code.Mov, A = to, B = from }, Locations.Count > 0 ? Locations[^1] : 0);

    private void EmitSwitch(int b, LirBlock block)
    {
        var order = Enumerable.Range(0, block.Cases.Length).OrderBy(n => block.Cases[n]).ToArray();
        var wide = block.CaseRegisters.Any(r => r != 0);
        var first = wide || order.Length == 0 ? 0 : block.Cases[order[0]];
        var range = wide || order.Length == 0 ? 0 : block.Cases[order[^1]] - first + 1;
        if (!wide && order.Length >= FewestTableCases && range <= 4L * order.Length + 8)
            EmitTable(b, block, (int)first, (int)range);
        else if (wide)
            EmitChain(b, block, order);
        else
            EmitSearch(b, block, order);
    }

    private void EmitTable(int b, LirBlock block, int first, int range)
    {
        Append(new Insn { Op = Interpreter.Code.Switch, A = Slot(block.Test.A), D = first, E = range },
            block.Test.Location);
        var edges = new Edge[range];
        Array.Fill(edges, block.Edges[^1]);
        // The first of equal cases counts, so go backwards.
        for (var n = block.Cases.Length - 1; n >= 0; n--)
            edges[block.Cases[n] - first] = block.Edges[n];
        foreach (var edge in edges)
            EmitJump(b, edge, block.Test.Location);
        EmitJump(b, block.Edges[^1], block.Test.Location);
    }

    /// <summary>One jump instruction: to the edge's target, or to its moves out of line.</summary>
    private void EmitJump(int b, Edge edge, int location)
    {
        if (HasMoves(edge))
            _stubs.Enqueue((Code.Count, b, edge));
        else
            _jumps.Add((Code.Count, edge.Target));
        var isBack = !HasMoves(edge) && edge.Target <= b;
        Add(new Insn { Op = isBack ? Interpreter.Code.JmpB : Interpreter.Code.Jmp }, location);
    }

    private void EmitCase(int b, LirBlock block, int n)
    {
        var register = block.CaseRegisters[n];
        var test = register != 0
            ? new Lir { Op = Interpreter.Code.JEq, A = block.Test.A, B = register, Location = block.Test.Location }
            : new Lir { Op = Interpreter.Code.JEqI, A = block.Test.A, E = (int)block.Cases[n],
                Location = block.Test.Location };
        if (HasMoves(block.Edges[n]))
        {
            _stubs.Enqueue((Code.Count, b, block.Edges[n]));
            EmitTest(test, -1, false);
        }
        else
        {
            EmitTest(test, block.Edges[n].Target, block.Edges[n].Target <= b);
        }
    }

    private void EmitChain(int b, LirBlock block, ReadOnlySpan<int> cases)
    {
        foreach (var n in cases)
            EmitCase(b, block, n);
        EmitJump(b, block.Edges[^1], block.Test.Location);
    }

    /// <summary>Binary search over sorted cases.</summary>
    private void EmitSearch(int b, LirBlock block, ReadOnlySpan<int> cases)
    {
        if (cases.Length <= 3)
        {
            EmitChain(b, block, cases);
            return;
        }
        var middle = cases.Length / 2;
        var at = Code.Count;
        EmitTest(new Lir
        {
            Op = Interpreter.Code.JLtI, A = block.Test.A, E = (int)block.Cases[cases[middle]],
                Location = block.Test.Location,
        }, -1, false);
        EmitSearch(b, block, cases[middle..]);
        Bind(at);
        EmitSearch(b, block, cases[..middle]);
    }
}
