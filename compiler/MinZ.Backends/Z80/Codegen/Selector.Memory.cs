using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Runtime;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Loads, stores, addresses, copies of memory, ports.</summary>
internal sealed partial class Selector
{
    private void SelectMemory(int id)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        switch (i.Op)
        {
            case Op.PointerAdd:
                SelectPointerAdd(id, Val(o[0]), o[1]);
                break;
            case Op.MemLoad or Op.Peek:
                Add(new LInst(LOp.Load, SizeOf(_f.TypeOf(i.Result)))
                {
                    Outs = [NewVariable(i.Result).Register], Args = [Address(o[0])],
                    Displacement = i.Op == Op.MemLoad ? (int)i.Bits : 0, IsVolatile = IsVolatile(i),
                });
                break;
            case Op.MemStore or Op.Poke:
                var value = Val(o[1]);
                Add(new LInst(LOp.Store, i.Op == Op.Poke ? SizeOf(i.Type) : value.Size)
                {
                    Args = [Address(o[0]), value], Displacement = i.Op == Op.MemStore ? (int)i.Bits : 0,
                    IsVolatile = IsVolatile(i),
                });
                break;
            case Op.MemCopy:
                SelectCopy(Val(o[0]), Val(o[1]), Word(o[2]));
                break;
            case Op.MemFill:
                SelectFill(Val(o[0]), Val(o[1]), Word(o[2]));
                break;
            case Op.Bounds:
                _values[i.Result.Id] = Val(o[0]);
                if (_scope.Options.CheckBounds)
                    Add(new LInst(LOp.Check, SizeOf(i.Type))
                    {
                        Args = [Val(o[0]), Val(o[1])], Comparison = Comparison.Lt,
                        Payload = Site(TrapCode.IndexOutOfRange),
                    });
                break;
            case Op.In:
                Add(new LInst(LOp.In, 1) { Outs = [NewVariable(i.Result).Register], Args = [Word(o[0])] });
                break;
            default:
                Add(new LInst(LOp.Out, 1) { Args = [Word(o[0]), Val(o[1])] });
                break;
        }
    }

    private static bool IsVolatile(in MinZ.Mir.Instruction i) =>
        i.Op is Op.Peek or Op.Poke || (i.Flags & InstructionFlags.Volatile) != 0;

    private Opnd Address(Value v) => Word(v);

    /// <summary>An operand as 16 bits.</summary>
    private Opnd Word(Value v)
    {
        var x = Val(v);
        return x.Size == 2 ? x
            : x.IsConstant ? Opnd.Of(Truncated(x.Constant!, 2), 2)
            : x.Size > 2 ? x with { Size = 2 }
            : Do(_f.TypeOf(v).IsSigned ? LOp.SignExtend : LOp.ZeroExtend, 2, x);
    }

    private void SelectPointerAdd(int id, Opnd p, Value index)
    {
        var i = _f[id];
        var scale = (int)i.Bits;
        var x = Val(index);
        if (x.IsConstant)
        {
            // Addresses wrap at 16 bits: one element back is -1, not 65535 elements ahead.
            var offset = x.Number is { } n ? Expr.Of((short)((SignedIndex(index, n) * scale) & 0xFFFF))
                : Expr.Fold(BinaryOp.Mul, x.Constant!, scale);
            if (p.IsConstant)
                _values[i.Result.Id] = Opnd.Of(p.Constant! + offset, 2);
            else
                DoInto(NewVariable(i.Result), LOp.Add, p, Opnd.Of(Truncated(offset, 2), 2));
            return;
        }
        if (scale == 1 && x.Size == 1 && !_f.TypeOf(index).IsSigned)
        {
            DoInto(NewVariable(i.Result), LOp.AddByte, p, x);
            return;
        }
        var scaled = MultiplyBy(Word(index), scale, 2);
        if (p.Number == 0)
            _values[i.Result.Id] = scaled;
        else
            DoInto(NewVariable(i.Result), LOp.Add, p, scaled);
    }

    private int SignedIndex(Value index, int bits) => _f.TypeOf(index) switch
    {
        { IsSigned: true, Bits: 8 } => (sbyte)bits,
        { IsSigned: true } => (short)bits,
        _ => bits,
    };

    private void SelectCopy(Opnd to, Opnd from, Opnd count)
    {
        if (count.Number == 0)
            return;
        if (count.Number is not null && to.IsConstant && from.IsConstant
            && AreApart(to.Constant!, from.Constant!, count.Number.Value))
        {
            Add(new LInst(LOp.CopyMemory, 0) { Args = [to, from, count] });
            return;
        }
        Add(new LInst(LOp.Routine, 0) { Args = [from, to, count], Payload = RuntimeLibrary.MoveMemory });
    }

    private static bool AreApart(Expr to, Expr from, int count) =>
        (to is Expr.Symbol a && from is Expr.Symbol b && a != b)
        || (to is Expr.Constant c && from is Expr.Constant d && Math.Abs(c.Value - d.Value) >= count);

    private void SelectFill(Opnd to, Opnd value, Opnd count)
    {
        if (count.Number == 0)
            return;
        if (count.Number is not null)
            Add(new LInst(LOp.FillMemory, 0) { Args = [to, value, count] });
        else
            Add(new LInst(LOp.Routine, 0) { Args = [to, value, count], Payload = RuntimeLibrary.FillMemory });
    }
}
