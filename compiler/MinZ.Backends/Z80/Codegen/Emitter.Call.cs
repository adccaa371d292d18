using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Runtime;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Calls, returns, traps and inline assembly.</summary>
internal sealed partial class Emitter
{
    /// <summary>Frames of at most this many bytes leave the stack one by one.</summary>
    private const int SmallFrame = 4;

    private bool EmitEntry()
    {
        if (!function.HasFreeConvention)
        {
            var parameters = function.Convention.Parameters;
            return Moves(_outs.Zip(parameters).Where(p => p.First.Kind != LocKind.None), _live);
        }
        // Callers bring parameters wherever they are wanted; into memory that costs them something.
        foreach (var o in _outs)
            if (o.IsMem)
                Adjust(8 * o.Size);
        return true;
    }

    private bool EmitJump()
    {
        _items.Add(Jump(_inst.Targets[0].Label));
        return true;
    }

    private bool EmitSwitch()
    {
        var cases = (long[])_inst.Payload!;
        // The comparisons need it until the last jump: what lives in A then could not be put back on each way.
        if ((_live & MaskA) != 0 && Arg(0).Seq != RegSeq.A)
            return false;
        var done = Use([In(Arg(0), RegSeq.A)], [], 0, _ =>
        {
        }, flags: true);
        if (!done)
            return false;
        for (var k = 0; k < cases.Length; k++)
        {
            I((cases[k] & 0xFF) == 0 ? Or(A) : Cp((int)(cases[k] & 0xFF)));
            I(Jump(Cond.Z, _inst.Targets[k].Label));
        }
        _items.Add(Jump(_inst.Targets[^1].Label));
        return true;
    }

    private bool EmitReturn()
    {
        if (_args.Length == 0)
        {
            Leave();
            return true;
        }
        return Use([In(Arg(0), function.Convention.Result)], [], 0, _ => Leave());
    }

    // IX points to the lowest byte of the frame; the caller's IX lies above it. BC is never a result.
    private void LeaveFrame()
    {
        if (function.StackFrame > SmallFrame)
        {
            I(Ld(BC, function.StackFrame));
            I(Add(IX, BC));
        }
        I(Ld(SP, IX));
        if (function.StackFrame <= SmallFrame)
            for (var n = 0; n < function.StackFrame; n++)
                I(Inc(SP));
        I(Pop(IX));
    }

    private void Leave()
    {
        if (function.StackFrame > 0)
            LeaveFrame();
        if (!function.IsInterrupt)
        {
            I(Ret());
            return;
        }
        foreach (var pair in InterruptSaves.Reverse())
            I(Pop(pair));
        I(Ei());
        I(Reti());
    }

    /// <summary>What an interrupt handler keeps, in the order it is pushed.</summary>
    public static Operand[] InterruptSaves => [AF, BC, DE, HL, IX];

    private bool EmitCall()
    {
        var callee = (LFunction)_inst.Payload!;
        var c = callee.Convention;
        var needs = new Need[_args.Length];
        for (var i = 0; i < needs.Length; i++)
            needs[i] = In(Arg(i), c.Parameters[i]);
        var recursive = callee.Suspends || (callee.Component == function.Component && function.IsRecursive);
        return CallWith(needs, c, recursive, () =>
        {
            I(Call(callee.Label));
            if (_inst.Site is { } site)
                MarkTrap(site);
        });
    }

    private bool EmitTailCall()
    {
        var callee = (LFunction)_inst.Payload!;
        var needs = new Need[_args.Length];
        for (var i = 0; i < needs.Length; i++)
            needs[i] = In(Arg(i), callee.Convention.Parameters[i]);
        return Use(needs, [], 0, _ => I(Jump(callee.Label)));
    }

    private bool EmitCallIndirect()
    {
        var c = (Convention)_inst.Payload!;
        var needs = new Need[_args.Length];
        needs[0] = In(Arg(0), RegSeq.IX);
        for (var i = 1; i < needs.Length; i++)
            needs[i] = In(Arg(i), c.Parameters[i - 1]);
        return CallWith(needs, c, function.IsRecursive, () => CallRoutine(RuntimeLibrary.CallIX));
    }

    private bool CallWith(Need[] needs, Convention c, bool recursive, Action call)
    {
        RegSeq[] results = c.Result.IsReg && _outs.Length > 0 ? [c.Result.Seq!] : [];
        var cells = recursive ? LiveCells() : [];
        var arguments = needs.Aggregate(0, (m, n) => m | n.Source.Mask);
        foreach (var cell in cells)
            if (!PushCell(cell, _live | arguments))
                return false;
        if (!Use(needs, results, c.Clobbers, _ => call()))
            return false;
        for (var k = cells.Count - 1; k >= 0; k--)
            if (!PopCell(cells[k], _live | Out.Mask))
                return false;
        return true;
    }

    /// <summary>Memory of variables that are needed after a call that runs this function again.</summary>
    private List<Loc> LiveCells() =>
        [.. _inst.LiveThrough.Select(v => _locations[v]).Where(l => l.IsMem).DistinctBy(l => l.Expr)];

    private bool PushCell(Loc cell, int taken)
    {
        for (var at = 0; at < cell.Size; at += 2)
        {
            if (cell.Size - at == 1)
            {
                if ((taken & MaskA) != 0)
                    return false;
                I(Ld(A, Mem(cell.Expr! + at)));
                I(Push(AF));
            }
            else if (SpareFor(taken) is { } pair)
            {
                I(Ld(pair.Operand, Mem(cell.Expr! + at)));
                I(Push(pair.Operand));
            }
            else
            {
                I(Push(HL));
                I(Ld(HL, Mem(cell.Expr! + at)));
                I(Ex(IndSP, HL));
            }
        }
        return true;
    }

    private bool PopCell(Loc cell, int taken)
    {
        for (var at = (cell.Size - 1) / 2 * 2; at >= 0; at -= 2)
        {
            if (cell.Size - at == 1)
            {
                if ((taken & MaskA) != 0)
                    return false;
                I(Pop(AF));
                I(Ld(Mem(cell.Expr! + at), A));
            }
            else if (SpareFor(taken) is { } pair)
            {
                I(Pop(pair.Operand));
                I(Ld(Mem(cell.Expr! + at), pair.Operand));
            }
            else
            {
                I(Ex(IndSP, HL));
                I(Ld(Mem(cell.Expr! + at), HL));
                I(Pop(HL));
            }
        }
        return true;
    }

    private static RegSeq? SpareFor(int taken) =>
        RegSeq.Pairs.FirstOrDefault(p => p != RegSeq.IX && (p.Mask & taken) == 0);

    private bool EmitRoutine()
    {
        var routine = (Routine)_inst.Payload!;
        if (routine == RuntimeLibrary.Yield)
            return CallWith([], new Convention { Clobbers = ByteRegs.All & ~RegSeq.IX.Mask }, true,
                () => CallRoutine(routine));
        return Best([.. routine.Orders.Select<int[], Func<bool>>(order => () =>
        {
            var needs = new Need[_args.Length];
            for (var i = 0; i < needs.Length; i++)
                needs[i] = In(Arg(order[i]), routine.Inputs[i]);
            return Use(needs, [.. routine.Outputs], routine.Clobbers, _ =>
            {
                CallRoutine(routine);
                Adjust(routine.TypicalTime);
                if (_inst.Site is { } site)
                    MarkTrap(site);
            });
        })]);
    }

    private void CallRoutine(Routine routine)
    {
        if (!_isDry)
            context.Routines.Add(routine);
        I(Call(routine.Label));
    }

    private void EmitTrapCall(Cond? condition)
    {
        var site = (TrapSite)_inst.Payload!;
        var routine = RuntimeLibrary.TrapOf(site.Code);
        I(condition is { } c ? Call(c, routine.Label) : Call(routine.Label));
        if (_isDry)
            return;
        context.Routines.Add(routine);
        MarkTrap(site);
    }

    // The return address tells the trap routine where it was called.
    private void MarkTrap(TrapSite site)
    {
        if (_isDry)
            return;
        var label = context.NewLabel();
        context.Traps.Add((label, site));
        At(label);
    }

    private bool EmitTrap()
    {
        if (_args.Length == 0)
        {
            EmitTrapCall(null);
            return true;
        }
        return Use([In(Arg(0), RegSeq.HL)], [], 0, _ => EmitTrapCall(null));
    }

    private bool EmitAssembly()
    {
        var code = (AssemblyCode)_inst.Payload!;
        var needs = new Need[_args.Length];
        for (var i = 0; i < needs.Length; i++)
            needs[i] = In(Arg(i), code.Inputs[i]);
        return Use(needs, [.. code.Outputs], code.Clobbers, _ =>
        {
            foreach (var item in code.Items)
                _items.Add(item with { Comment = item.Comment ?? "asm" });
            _time += 20;
        });
    }
}
