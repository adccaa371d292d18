using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Runtime;
using MinZ.Mir;
using MinZ.Mir.Lowering;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>What a handler of interrupts and the program it interrupts must not share.</summary>
internal sealed partial class ProgramCompiler
{
    // It may run while the main program is within the heap's own routines.
    private void CheckAllocation(Function f)
    {
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (f[id].Op is Op.New or Op.SliceNew or Op.StrConcat or Op.StrSlice or Op.StrOf
                    or Op.StrFrom or Op.Spawn)
                    _scope.Report(1040, $"'{f.Name}' runs in an interrupt handler and asks for memory of the heap",
                        "keep what the handler needs in globals",
                        f.Locations[f[id].Location].Location is { IsKnown: true } at
                            ? at : f.Location);
    }

    // Nor are the shadow registers and the cells of routines saved.
    private void CheckRoutines(HashSet<Function> inHandlers, HashSet<Function> elsewhere)
    {
        if (inHandlers.Count == 0)
            return;
        var outside = new HashSet<Routine>();
        foreach (var f in elsewhere.Except(inHandlers))
            AddRoutines(f, outside);
        var state = elsewhere.SelectMany(StateOf).ToHashSet();
        foreach (var f in inHandlers)
        {
            var own = new HashSet<Routine>();
            AddRoutines(f, own);
            if (own.Any(r => r.KeepsState && outside.Contains(r)) ||
                own.Any(r => r.UsesShadows) && outside.Any(r => r.UsesShadows) ||
                StateOf(f).Any(state.Contains))
                _scope.Report(1041,
                    $"'{f.Name}' runs in an interrupt handler and works with routines that the main program uses",
                    "let only one of both divide 32-bit numbers, use floats or print numbers", f.Location);
        }
    }

    // Variables of the runtime library that a function works with.
    private static IEnumerable<Global> StateOf(Function f) => f.Blocks.SelectMany(b => b.Instructions)
        .Select(id => f[id].Payload).OfType<Global>()
        .Where(g => !g.IsConst && g.Name.StartsWith('$') && g.Name != WideIntegers.HighHalf);

    // What goes through the common cells for parameters may be overwritten before it is taken from there.
    private void CheckArguments(HashSet<Function> inHandlers, HashSet<Function> elsewhere)
    {
        if (!elsewhere.Any(f => Names(_scope[f], Conventions.ArgumentCells)))
            return;
        foreach (var f in inHandlers.Where(f => Names(_scope[f], Conventions.ArgumentCells)))
            _scope.Report(1041,
                $"'{f.Name}' runs in an interrupt handler and hands over more parameters than there are registers, " +
                    "as the main program does",
                "let functions of the handler have fewer parameters, or a struct", f.Location);
    }

    // True when code names a cell.
    private static bool Names(LFunction l, string cell)
    {
        foreach (var item in l.Code)
            if (item is Assembly.Instruction i)
                for (var k = 0; k < i.OperandCount; k++)
                    if (Names(i[k].Expression, cell))
                        return true;
        return false;
    }

    private static bool Names(Expr? e, string cell) => e switch
    {
        Expr.Symbol s => s.Name == cell,
        Expr.Unary u => Names(u.Operand, cell),
        Expr.Binary b => Names(b.Left, cell) || Names(b.Right, cell),
        _ => false,
    };

    private void AddRoutines(Function f, HashSet<Routine> to)
    {
        foreach (var inst in _scope[f].Blocks.SelectMany(b => b.Instructions))
            if (inst.Payload is Routine routine)
                Add(routine);

        void Add(Routine routine)
        {
            if (to.Add(routine))
                foreach (var used in routine.Uses)
                    Add(used);
        }
    }

    // A handler may run while the main program is in the same function: only registers are saved.
    private void CheckShared(Function f)
    {
        var l = _scope[f];
        if (l.Slots.Count == 0 && !l.Locations.Any(x => x is { IsMem: true }) && !Names(l, Emitter.HandlerScratch))
            return;
        _scope.Report(1009,
            $"'{f.Name}' is called by an interrupt handler and by the main program, and keeps variables in memory",
            "give the handler a function of its own", f.Location);
    }
}
