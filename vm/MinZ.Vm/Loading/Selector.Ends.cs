using MinZ.Mir;
using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

internal sealed partial class Selector
{
    private void SelectCompare(int id, Rep rep)
    {
        var o = _f.Operands(id);
        var (a, b, op) = (o[0], o[1], _f[id].Op);
        var result = _f[id].Result.Id;
        if (!Reps.IsFloat(rep) && rep != Rep.U64 && IsImmediate(b, out var right))
        {
            Emit(Code.EqI + (op - Op.CmpEq), result, Use(a), 0, right);
            return;
        }
        if (op is Op.CmpGt or Op.CmpGe)
            (a, b, op) = (b, a, op == Op.CmpGt ? Op.CmpLt : Op.CmpLe);
        var family = rep switch { Rep.F64 => Code.EqF, Rep.F32 => Code.EqG, _ => Code.Eq };
        var code = rep == Rep.U64 && op is Op.CmpLt ? Code.LtU : rep == Rep.U64 && op is Op.CmpLe ? Code.LeU
            : family + (op - Op.CmpEq);
        Emit(code, result, Use(a), Use(b));
    }

    private void SelectEnd(int id)
    {
        ref var i = ref _f[id];
        switch (i.Op)
        {
            case Op.Jump:
                _block.End = EndKind.Jump;
                _block.Edges = EdgesOf(id);
                break;
            case Op.JumpIf:
                SelectBranch(id);
                break;
            case Op.Switch:
                _block.End = EndKind.Switch;
                _block.Test = new Lir { Op = Code.Switch, A = Use(_f.Operands(id)[0]), Location = _location };
                _block.Edges = EdgesOf(id);
                _block.Cases = [.. ((Successors)i.Payload!).Cases];
                _block.CaseRegisters = Array.ConvertAll(_block.Cases, c => c == (int)c ? 0 : Constant(c));
                break;
            case Op.Ret:
                SelectReturn(id);
                break;
            case Op.TailCall:
                SelectTailCall(id);
                break;
            case Op.Trap when _f.Operands(id).Length > 0:
                Emit(Code.TrapText, Use(_f.Operands(id)[0]), 0, 0, (int)i.Bits);
                break;
            case Op.Trap:
                Emit(Code.Trap, 0, 0, 0, (int)i.Bits);
                break;
            default:
                Emit(Code.Trap, 0, 0, 0, (int)TrapCode.Unreachable);
                break;
        }
    }

    private Edge[] EdgesOf(int id)
    {
        var s = (Successors)_f[id].Payload!;
        var edges = new Edge[s.Blocks.Length];
        for (var k = 0; k < edges.Length; k++)
        {
            var values = _f.ArgumentsFor(id, k).ToArray();
            edges[k] = new Edge(_cfg.OrderOf(s.Blocks[k]) + 1, Array.ConvertAll(values, Use));
        }
        return edges;
    }

    private void SelectBranch(int id)
    {
        var condition = Actual(_f.Operands(id)[0]);
        _block.Edges = EdgesOf(id);
        _block.End = EndKind.Branch;
        var test = _f.DefinitionOf(condition);
        _block.Test = test >= 0 && _fold[test] == Fold.Away
            ? TestOf(test)
            : new Lir { Op = Code.JmpT, A = Use(condition), Location = _location };
    }

    private Lir TestOf(int id)
    {
        var o = _f.Operands(id);
        var (a, b, op) = (o[0], o[1], _f[id].Op);
        var rep = RepOf(a);
        if (!Reps.IsFloat(rep) && rep != Rep.U64)
        {
            if (IsImmediate(a, out _) && !IsImmediate(b, out _))
                (a, b, op) = (b, a, Swap(op));
            if (IsImmediate(b, out var right))
                return new Lir { Op = Code.JEqI + 2 * (op - Op.CmpEq), A = Use(a), E = right, Location = _location };
        }
        if (op is Op.CmpGt or Op.CmpGe)
            (a, b, op) = (b, a, Swap(op));
        var family = rep switch { Rep.F64 => Code.JEqF, Rep.F32 => Code.JEqG, _ => Code.JEq };
        var code = rep == Rep.U64 && op is Op.CmpLt ? Code.JLtU : rep == Rep.U64 && op is Op.CmpLe ? Code.JLeU
            : family + 2 * (op - Op.CmpEq);
        return new Lir { Op = code, A = Use(a), B = Use(b), Location = _location };
    }

    private static Op Swap(Op compare) => compare switch
    {
        Op.CmpLt => Op.CmpGt,
        Op.CmpLe => Op.CmpGe,
        Op.CmpGt => Op.CmpLt,
        Op.CmpGe => Op.CmpLe,
        _ => compare,
    };

    /// <summary>The test that holds exactly when this one does not. May exchange A and B.</summary>
    public static Lir Inverse(Lir test)
    {
        var code = test.Op switch
        {
            Code.JmpT => Code.JmpF,
            Code.JmpF => Code.JmpT,
            Code.JEq => Code.JNe,
            Code.JNe => Code.JEq,
            Code.JLt => Code.JLe,
            Code.JLe => Code.JLt,
            Code.JLtU => Code.JLeU,
            Code.JLeU => Code.JLtU,
            Code.JEqI => Code.JNeI,
            Code.JNeI => Code.JEqI,
            Code.JLtI => Code.JGeI,
            Code.JGeI => Code.JLtI,
            Code.JLeI => Code.JGtI,
            Code.JGtI => Code.JLeI,
            Code.JAndI => Code.JNAndI,
            Code.JNAndI => Code.JAndI,
            Code.JEqF => Code.JNeF,
            Code.JNeF => Code.JEqF,
            Code.JLtF => Code.JNLtF,
            Code.JLeF => Code.JNLeF,
            Code.JNLtF => Code.JLtF,
            Code.JNLeF => Code.JLeF,
            Code.JEqG => Code.JNeG,
            Code.JNeG => Code.JEqG,
            Code.JLtG => Code.JNLtG,
            Code.JLeG => Code.JNLeG,
            Code.JNLtG => Code.JLtG,
            Code.JNLeG => Code.JLeG,
            _ => throw new InvalidOperationException($"{test.Op} is no test"),
        };
        var swaps = test.Op is Code.JLt or Code.JLe or Code.JLtU or Code.JLeU;
        return test with { Op = code, A = swaps ? test.B : test.A, B = swaps ? test.A : test.B };
    }

    private void SelectReturn(int id)
    {
        var o = _f.Operands(id);
        var value = o.Length > 0 ? o[0] : Value.None;
        var isImmediate = value.IsValid && IsImmediate(value, out _);
        var register = value.IsValid && !isImmediate ? Use(value) : 0;
        if (_frame.Bytes > 0)
            Emit(Code.Leave, FrameRegister);
        if (!value.IsValid)
            Emit(Code.RetVoid);
        else if (IsImmediate(value, out var immediate))
            Emit(Code.RetI, 0, 0, 0, immediate);
        else
            Emit(Code.Ret, register);
    }
}
