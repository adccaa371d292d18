using MinZ.Mir;
using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

internal sealed partial class Selector
{
    /// <summary>base + index · scale + displacement, as values.</summary>
    /// <param name="Base">Base address; none = zero (the displacement is absolute) or the frame.</param>
    /// <param name="Index">Index, or none.</param>
    /// <param name="Displacement">Bytes.</param>
    /// <param name="InFrame">True when relative to the addressable frame.</param>
    /// <param name="Pointer">The ptr.add the index comes from; -1 = none.</param>
    /// <param name="Scale">Bytes per step of the index.</param>
    private readonly record struct MemoryOperand(Value Base, Value Index, int Displacement, bool InFrame, int Pointer,
        long Scale);

    /// <summary>The same as registers. Index 0 = none.</summary>
    private readonly record struct Address(int Base, int Index, int Scale, int Displacement);

    private static int SizeOf(Rep rep) => rep switch
    {
        Rep.Bool or Rep.U8 or Rep.I8 => 1,
        Rep.U16 or Rep.I16 => 2,
        Rep.U64 or Rep.I64 or Rep.F64 => 8,
        _ => 4,
    };

    /// <summary>Address of a load or store: an index is taken in when its scale is the access's size.</summary>
    private MemoryOperand AddressOf(int id) =>
        Chase(_f.Operands(id)[0], _f[id].Op is Op.MemLoad or Op.MemStore ? _f[id].Bits : 0,
            SizeOf(RepOf(_f[id].Type)), id);

    /// <summary>Address a ptr.add computes, with the constant parts of its base.</summary>
    private MemoryOperand AddressOfPointer(int id)
    {
        var o = _f.Operands(id);
        if (IsConstant(o[1], out _))
            return Chase(_f[id].Result, 0, -1, id);
        var at = Chase(o[0], 0, -1, id);
        return at with { Index = o[1], Scale = _f[id].Bits, Pointer = id };
    }

    private MemoryOperand Chase(Value v, long displacement, int size, int user)
    {
        var index = Value.None;
        var pointer = -1;
        for (; ; )
        {
            v = Actual(v);
            var id = _f.DefinitionOf(v);
            if (id < 0)
                break;
            ref var i = ref _f[id];
            if (i.Op == Op.PointerAdd)
            {
                var (p, n) = (_f.Operands(id)[0], _f.Operands(id)[1]);
                if (IsConstant(n, out var steps))
                    displacement += steps * i.Bits;
                else if (!index.IsValid && i.Bits == size && !_isNear && _home[id] == _home[user] && _check[id] == 0)
                    (index, pointer) = (n, id);
                else
                    break;
                v = p;
                continue;
            }
            if (i.Op == Op.LocalAddress)
                return new MemoryOperand(default, index, (int)(displacement + _frame.OffsetOf((Local)i.Payload!)), true,
                    pointer, size);
            break;
        }
        return IsConstant(v, out var absolute)
            ? new MemoryOperand(default, index, (int)(displacement + absolute), false, pointer, size)
            : new MemoryOperand(v, index, (int)displacement, false, pointer, size);
    }

    private Address Resolve(MemoryOperand at) => new(
        at.InFrame ? FrameRegister : at.Base.IsValid ? Use(at.Base) : Constant(0),
        at.Index.IsValid ? Use(at.Index) : 0, (int)at.Scale, at.Displacement);

    /// <summary>The address as one register.</summary>
    private int AddressRegister(Address at)
    {
        if (at.Displacement == 0)
            return at.Base;
        var r = NewRegister();
        Emit(AddToAddress, r, at.Base, 0, at.Displacement);
        return r;
    }

    private void SelectPointerAdd(int id)
    {
        var at = Resolve(AddressOfPointer(id));
        var result = _f[id].Result.Id;
        if (at.Index == 0)
        {
            Emit(AddToAddress, result, at.Base, 0, at.Displacement);
            return;
        }
        if (_check[id] == 0)
        {
            Emit(Code.PtrAdd, result, at.Base, at.Index, at.Displacement, at.Scale);
            WrapAddress(result);
            return;
        }
        var place = AddressRegister(at);
        if (IsImmediate(LengthOf(id), out var length))
            Emit(Code.PtrAddBI, result, place, at.Index, at.Scale, length);
        else
            Emit(Code.PtrAddB, result, place, at.Index, at.Scale, Use(LengthOf(id)));
        WrapAddress(result);
    }

    /// <summary>Adds an immediate to an address.</summary>
    private Code AddToAddress => _isNear ? Code.AddIU16 : Code.AddIU32;

    /// <summary>Near addresses wrap around at 64 KB.</summary>
    private void WrapAddress(int register)
    {
        if (_isNear)
            Emit(Code.ExtU16, register, register);
    }

    /// <summary>Length that the bounds check moved into an access compares with.</summary>
    private Value LengthOf(int access) => _f.Operands(_check[access] - 1)[1];

    private void SelectBounds(int id)
    {
        var o = _f.Operands(id);
        if (IsImmediate(o[1], out var length))
            Emit(Code.BoundsI, 0, 0, Use(o[0]), 0, length);
        else
            Emit(Code.Bounds, 0, 0, Use(o[0]), 0, Use(o[1]));
    }

    private void SelectLoad(int id)
    {
        var rep = RepOf(_f[id].Type);
        var result = _f[id].Result.IsValid ? _f[id].Result.Id : NewRegister();
        var target = Reps.Is24(rep) ? NewRegister() : result;
        var kind = rep switch
        {
            Rep.Bool or Rep.U8 => 0,
            Rep.I8 => 1,
            Rep.U16 => 2,
            Rep.I16 => 3,
            Rep.I32 => 5,
            Rep.U64 or Rep.I64 or Rep.F64 => 6,
            _ => 4,
        };
        EmitAccess(id, Code.LdU8 + kind, Code.LdXU8 + kind, Code.LdXBU8 + kind, Code.LdXBIU8 + kind, target);
        if (rep == Rep.Bool)
            // A byte that assembly left is true unless it is zero.
            _block.Code.Add(new Lir
            {
                Op = _isNear ? Code.NeI : Code.AndI, A = result, B = result, D = _isNear ? 0 : 1, Location = _location,
            });
        if (Reps.Is24(rep))
            Emit(rep == Rep.U24 ? Code.ExtU24 : Code.ExtI24, result, target);
    }

    private void SelectStore(int id)
    {
        var value = _f.Operands(id)[1];
        var rep = RepOf(_f[id].Type);
        if (_isNear && Reps.Is24(rep))
        {
            StoreThreeBytes(id, Use(value));
            return;
        }
        var kind = SizeOf(rep) switch { 1 => 0, 2 => 1, 4 => 2, _ => 3 };
        if (_fold[id] == Fold.Accumulate)
        {
            SelectAccumulate(id);
            return;
        }
        var at = AddressOf(id);
        if (!at.Index.IsValid && IsImmediate(value, out var immediate))
        {
            var r = Resolve(at);
            Emit(Code.StI8 + kind, 0, r.Base, 0, r.Displacement, immediate);
            return;
        }
        EmitAccess(id, Code.St8 + kind, Code.StX8 + kind, Code.StXB8 + kind, Code.StXBI8 + kind, Use(value));
    }

    /// <summary>Near memory holds 24-bit values without a byte between them.</summary>
    private void StoreThreeBytes(int id, int value)
    {
        var at = Resolve(AddressOf(id));
        Emit(Code.St16, value, at.Base, 0, at.Displacement);
        var high = NewRegister();
        Emit(Code.SarI, high, value, 0, 16);
        Emit(Code.St8, high, at.Base, 0, at.Displacement + 2);
    }

    private void EmitAccess(int id, Code plain, Code indexed, Code checkedBy, Code checkedByImmediate, int data)
    {
        var at = Resolve(AddressOf(id));
        if (at.Index == 0)
            Emit(plain, data, at.Base, 0, at.Displacement);
        else if (_check[id] == 0)
            Emit(indexed, data, at.Base, at.Index, at.Displacement);
        else if (IsImmediate(LengthOf(id), out var length))
            Emit(checkedByImmediate, data, at.Base, at.Index, at.Displacement, length);
        else
            Emit(checkedBy, data, at.Base, at.Index, at.Displacement, Use(LengthOf(id)));
    }

    private void SelectAccumulate(int id)
    {
        var at = Resolve(AddressOf(id));
        var sum = _f.DefinitionOf(Actual(_f.Operands(id)[1]));
        var isAdd = _f[sum].Op == Op.Add;
        var term = _f.Operands(sum)[1];
        var product = _f.DefinitionOf(Actual(term));
        if (product >= 0 && _fold[product] == Fold.Away && _f[product].Op == Op.Mul)
            Emit(isAdd ? Code.AddMulStF : Code.SubMulStF, Use(_f.Operands(product)[0]), Use(_f.Operands(product)[1]),
                at.Base,
                at.Displacement);
        else
            Emit(isAdd ? Code.AddStF : Code.SubStF, Use(term), at.Base, 0, at.Displacement);
    }

    private void SelectBulk(int id)
    {
        var o = _f.Operands(id);
        if (_f[id].Op == Op.MemFill)
            Emit(Code.Fill, Use(o[0]), Use(o[1]), Use(o[2]));
        else if (IsImmediate(o[2], out var bytes) && bytes >= 0)
            Emit(Code.Copy, Use(o[0]), Use(o[1]), 0, bytes);
        else
            Emit(Code.CopyN, Use(o[0]), Use(o[1]), Use(o[2]));
    }
}
