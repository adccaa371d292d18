using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

internal sealed partial class ClrEmitter
{
    /// <summary>Largest share of a jump table that may be holes: cases times this must reach its length.</summary>
    private const int TableDensity = 3;

    private void EmitTerminator(int id, Block? next)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        switch (i.Op)
        {
            case Op.Jump:
                Go(id, 0, next);
                break;
            case Op.JumpIf:
                EmitJumpIf(id, next);
                break;
            case Op.Switch:
                EmitSwitch(id, next);
                break;
            case Op.Ret:
                foreach (var v in o)
                    PushAs(v, !_references.IsByRefResult(_f));
                LeaveFrame();
                _body.Op(ILOpCode.Ret);
                break;
            case Op.TailCall:
                EmitTailCall(id);
                break;
            case Op.Trap when o.Length > 0:
                _il.LoadConstantI4((int)i.Bits);
                Push(o[0]);
                _il.Call(_module.Runtime("Traps", "NewWith"));
                _body.Op(ILOpCode.Throw);
                break;
            case Op.Trap:
                _body.Throw((int)i.Bits);
                break;
            default:
                _body.Throw((int)TrapCode.Unreachable);
                break;
        }
    }

    private void LeaveFrame()
    {
        if (_frame < 0)
            return;
        _il.LoadLocal(_frame);
        _il.Call(_module.Runtime("RawMemory", "Leave"));
    }

    /// <summary>Passes the arguments for a successor and goes there.</summary>
    private void Go(int id, int successor, Block? next)
    {
        var target = ((Successors)_f[id].Payload!).Blocks[successor];
        if (_module.HasThreads && _positions[target] <= _block)
            _il.Call(_module.Runtime("Threads", "Count"));
        Pass(_f.ArgumentsFor(id, successor), target);
        if (target != next)
            _il.Branch(ILOpCode.Br, _labels[target]);
    }

    /// <summary>All arguments are pushed before the first parameter changes: a parallel copy.</summary>
    private void Pass(ReadOnlySpan<Value> arguments, Block target)
    {
        _body.Depth = 0;
        var to = target.Parameters;
        for (var n = 0; n < arguments.Length; n++)
            if (arguments[n] != to[n])
                PushAs(arguments[n], !IsPointer(to[n]));
        for (var n = arguments.Length - 1; n >= 0; n--)
        {
            if (arguments[n] == to[n])
                continue;
            if (target == _f.Entry)
                _il.StoreArgument(n);
            else
                _il.StoreLocal(LocalOf(to[n]));
        }
        _body.Depth = 0;
    }

    private void EmitJumpIf(int id, Block? next)
    {
        var s = (Successors)_f[id].Payload!;
        var condition = _f.Operands(id)[0];
        var passesThen = s.ArgumentCounts[0] > 0;
        var passesElse = s.ArgumentCounts[1] > 0;
        if (!passesThen && (passesElse || s.Blocks[0] != next))
        {
            BranchIf(condition, _labels[s.Blocks[0]]);
            Go(id, 1, next);
            return;
        }
        var otherwise = passesElse ? _il.DefineLabel() : _labels[s.Blocks[1]];
        BranchUnless(condition, otherwise);
        Go(id, 0, passesElse ? null : next);
        if (!passesElse)
            return;
        _il.MarkLabel(otherwise);
        Go(id, 1, next);
    }

    private void BranchIf(Value condition, LabelHandle to) => Branch(condition, to, true);

    private void BranchUnless(Value condition, LabelHandle to) => Branch(condition, to, false);

    private void Branch(Value condition, LabelHandle to, bool when)
    {
        ref var v = ref _f[condition];
        if (v.Kind == ValueKind.Instruction && _trees.IsInlined(v.Index))
        {
            var id = v.Index;
            if (_f[id].Op == Op.Not && _f[id].Type.Kind == TypeKind.Bool)
            {
                Branch(_f.Operands(id)[0], to, !when);
                return;
            }
            if (BranchCode(id, when) is { } code)
            {
                var depth = _body.Depth;
                PushAll(_f.Operands(id));
                _body.Depth = depth;
                _il.Branch(code, to);
                return;
            }
        }
        var before = _body.Depth;
        Push(condition);
        _body.Depth = before;
        _il.Branch(when ? ILOpCode.Brtrue : ILOpCode.Brfalse, to);
    }

    /// <summary>The branch that a comparison of numbers fuses with; null when it does not.</summary>
    private ILOpCode? BranchCode(int id, bool when)
    {
        var type = ClrTypes.Integer(_f[id].Type);
        if (!type.IsNumeric)
            return null;
        // The unsigned forms of floats are the ones that are taken for NaN: what the negation of an ordered test needs.
        var un = type.IsFloat ? !when : !type.IsSigned;
        return (_f[id].Op, when) switch
        {
            (Op.CmpEq, true) or (Op.CmpNe, false) => ILOpCode.Beq,
            (Op.CmpNe, true) or (Op.CmpEq, false) => ILOpCode.Bne_un,
            (Op.CmpLt, true) or (Op.CmpGe, false) => un ? ILOpCode.Blt_un : ILOpCode.Blt,
            (Op.CmpLe, true) or (Op.CmpGt, false) => un ? ILOpCode.Ble_un : ILOpCode.Ble,
            (Op.CmpGt, true) or (Op.CmpLe, false) => un ? ILOpCode.Bgt_un : ILOpCode.Bgt,
            (Op.CmpGe, true) or (Op.CmpLt, false) => un ? ILOpCode.Bge_un : ILOpCode.Bge,
            _ => null,
        };
    }

    private void EmitSwitch(int id, Block? next)
    {
        var s = (Successors)_f[id].Payload!;
        var selector = _f.Operands(id)[0];
        var type = _f.TypeOf(selector);
        var targets = new LabelHandle[s.Blocks.Length];
        for (var n = 0; n < targets.Length; n++)
            targets[n] = s.ArgumentCounts[n] > 0 ? _il.DefineLabel() : _labels[s.Blocks[n]];
        var value = _body.Borrow(type);
        Push(selector);
        _il.StoreLocal(value);
        if (_types.CarrierOf(type) == Carrier.I4 && s.Cases.Length > 2 && IsDense(s.Cases))
            EmitTable(s, targets, value);
        else
            for (var n = 0; n < s.Cases.Length; n++)
            {
                _il.LoadLocal(value);
                PushConstant(type, s.Cases[n]);
                _il.Branch(ILOpCode.Beq, targets[n]);
            }
        _body.Release(type, value);
        var last = s.Cases.Length;
        var isPassing = s.ArgumentCounts.Take(last).Any(c => c > 0);
        Go(id, last, isPassing ? null : next);
        for (var n = 0; n < last; n++)
            if (s.ArgumentCounts[n] > 0)
            {
                _il.MarkLabel(targets[n]);
                Go(id, n, null);
            }
    }

    private static bool IsDense(IReadOnlyList<long> cases) =>
        cases.Max() - cases.Min() < (long)cases.Count * TableDensity;

    private void EmitTable(Successors s, LabelHandle[] targets, int value)
    {
        var low = s.Cases.Min();
        _il.LoadLocal(value);
        _il.LoadConstantI4((int)low);
        _body.Op(ILOpCode.Sub);
        var size = (int)(s.Cases.Max() - low) + 1;
        var otherwise = _il.DefineLabel();
        var table = _il.Switch(size);
        for (var n = 0; n < size; n++)
        {
            var which = s.Cases.IndexOf(low + n);
            table.Branch(which < 0 ? otherwise : targets[which]);
        }
        _il.MarkLabel(otherwise);
    }

    private void EmitTailCall(int id)
    {
        var callee = ((FunctionRef)_f[id].Payload!).Function;
        PushArguments(callee, _f.Operands(id));
        LeaveFrame();
        // A frame must stay while managed pointers into it are in use.
        var isOpened = _references.IsByRefResult(_f) && !_references.IsByRefResult(callee);
        var takesPointers = Enumerable.Range(0, callee.Parameters.Length).Any(n => _references.IsByRef(callee, n));
        if (_frame < 0 && !isOpened && !takesPointers)
            _body.Op(ILOpCode.Tail);
        CallFunction(id, callee);
        if (isOpened)
            _module.Open(_body, _f.Result.Element!);
        _body.Op(ILOpCode.Ret);
    }
}
