namespace MinZ.Mir.Lowering;

public sealed partial class FlatMemory
{
    /// <summary>Keeps an instruction on scalars as it is, with lowered types.</summary>
    private void Keep(int id)
    {
        foreach (ref var v in _f.MutableOperands(id))
            v = Scalar(v);
        ref var i = ref _f[id];
        i.Type = LowerScalar(i.Type);
        if (i.Result.IsValid)
        {
            Remember(i.Result, _f.TypeOf(i.Result));
            _f[i.Result].Type = LowerScalar(_f.TypeOf(i.Result));
        }
        _b.Block.Instructions.Add(id);
    }

    /// <summary>Puts off making an aggregate until its use, which may want it somewhere particular.</summary>
    private void Defer(int id)
    {
        var result = _f[id].Result;
        _deferred[result.Id] = id;
        if (_uses[result.Id] != 1)
            HomeOf(result);
    }

    private void LowerInstruction(int[] body, int position)
    {
        var id = body[position];
        var i = _f[id];
        var resultType = i.Result.IsValid ? _f.TypeOf(i.Result) : MirType.Void;
        switch (i.Op)
        {
            case Op.Const or Op.ConstStr or Op.Neg or Op.Abs or Op.Min or Op.Max or Op.MulWide
                or Op.Add or Op.Sub or Op.Rem or Op.And or Op.Or or Op.Xor or Op.Not or Op.Shl or Op.Shr
                or Op.Rotl or Op.Rotr or Op.StrConcat or Op.StrSlice or Op.StrCmp or Op.StrOf
                or Op.Syscall or Op.Native or Op.Peek or Op.Poke or Op.In or Op.Out or Op.Asm or Op.Yield
                or Op.Trap or Op.Unreachable or Op.LocalAddress or Op.GlobalAddress or Op.PointerAdd or Op.MemLoad
                or Op.MemStore or Op.MemCopy or Op.MemFill or Op.Bounds or Op.AddCarry or Op.SubBorrow:
                Keep(id);
                break;
            case Op.FuncRef or Op.Closure:
                LowerFunctionValue(id);
                break;
            case Op.IfaceMake or Op.IfaceIs or Op.IfaceCast:
                LowerInterfaceOp(id);
                break;
            case Op.Intrinsic:
                Keep(id);
                break;
            case Op.Mul or Op.Div:
                if (i.Type is FixedType f)
                    LowerFixedArithmetic(id, f);
                else
                    Keep(id);
                break;
            case Op.CmpEq or Op.CmpNe or Op.CmpLt or Op.CmpLe or Op.CmpGt or Op.CmpGe:
                LowerCompare(id);
                break;
            case Op.Conv:
                LowerConversion(id);
                break;
            case Op.Bitcast:
                LowerBitcast(id);
                break;
            case Op.None:
                LowerNone(id, resultType);
                break;
            case Op.LoadParam:
                LowerAlias(i.Result, _f.Operands(id)[0], resultType);
                break;
            case Op.Select:
                if (resultType.IsAggregate || IsPair(resultType))
                    LowerSelect(i.Result, resultType, _f.Operands(id).ToArray());
                else
                    Keep(id);
                break;
            case Op.StructMake or Op.TupleMake or Op.ArrayMake or Op.ArrayFill:
                Defer(id);
                break;
            case Op.EnumMake:
                LowerEnumMake(id, (EnumType)resultType);
                break;
            case Op.StructGet or Op.TupleGet:
                LowerMember(id, resultType);
                break;
            case Op.EnumTag or Op.EnumGet:
                LowerEnumPart(id, resultType);
                break;
            case Op.Load or Op.Store or Op.Clear or Op.Copy:
                LowerAccess(body, position);
                break;
            case Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf:
                LowerReference(id, resultType);
                break;
            case Op.Len or Op.Slice or Op.SliceNew or Op.New:
                LowerSliceOp(id, resultType);
                break;
            case Op.StrLen or Op.StrAt or Op.StrPtr or Op.StrFrom:
                LowerStringOp(id);
                break;
            case Op.Call or Op.CallIndirect or Op.CallInterface:
                LowerCall(body, position);
                break;
            case Op.Jump or Op.JumpIf or Op.Switch:
                LowerBranch(id);
                break;
            case Op.Ret:
                LowerReturn(id);
                break;
            case Op.TailCall:
                LowerTailCall(body, position);
                break;
            case Op.Spawn or Op.ChanNew or Op.ChanSend or Op.ChanReceive or Op.ChanTake or Op.ChanClose
                or Op.ChanSelect or Op.Sleep or Op.ThreadReport or Op.ThreadGuard:
                LowerConcurrency(id);
                break;
            case Op.ActorSend or Op.ActorAsk or Op.ActorWatch or Op.ActorRestart or Op.ActorStop or Op.Self:
                Error($"'{i.Op.Info().Name}' is not supported on targets with flat memory yet", id);
                break;
        }
    }

    private void LowerCompare(int id)
    {
        if (_f[id].Type.Kind != TypeKind.Str)
        {
            Keep(id);
            return;
        }
        var o = _f.Operands(id).ToArray();
        var order = _b.Emit(Op.StrCmp, MirType.I8, [Scalar(o[0]), Scalar(o[1])], MirType.I8);
        _f.Replace(_f[id].Result, _b.Compare(_f[id].Op, order, _f.Constant(MirType.I8, 0)));
    }

    private void LowerBitcast(int id)
    {
        var v = Scalar(_f.Operands(id)[0]);
        var to = LowerScalar(_f[id].Type);
        if (_f.TypeOf(v) == to)
            _f.Replace(_f[id].Result, v);
        else if (to.IsNumeric && _f.TypeOf(v).IsAddress && to.Bits != _word.Bits)
            _f.Replace(_f[id].Result, _b.Convert(_b.Bitcast(v, _word), to));
        else if (to.IsAddress && _f.TypeOf(v).IsInteger && _f.TypeOf(v).Bits != _word.Bits)
            _f.Replace(_f[id].Result, _b.Bitcast(ToWord(v), to));
        else
            Keep(id);
    }

    private void LowerNone(int id, MirType type)
    {
        var result = _f[id].Result;
        if (IsPair(type))
            _pairs[result.Id] = (ZeroOf(SliceAddress(type)), Word(0));
        else if (type.IsAggregate)
            Defer(id);
        else if (type.IsNumeric || type.Kind is TypeKind.Str or TypeKind.Enum)
            _f.Replace(result, ZeroOf(type));
        else
            Keep(id);
    }

    private void LowerAlias(Value result, Value of, MirType type)
    {
        if (IsPair(type))
            _pairs[result.Id] = Pair(of);
        else if (type.IsAggregate)
            _homes[result.Id] = HomeOf(of);
        else
            _f.Replace(result, Scalar(of));
    }

    private void LowerEnumMake(int id, EnumType type)
    {
        if (type.HasPayload)
            Defer(id);
        else
            _f.Replace(_f[id].Result, _f.Constant(type.Tag, type.Variants[(int)_f[id].Bits].Value));
    }

    private void LowerMember(int id, MirType resultType)
    {
        var v = _f.Operands(id)[0];
        var type = _f.TypeOf(v);
        Member(_f[id].Result, resultType, Behind(HomeOf(v), _layout.OffsetOf(type, (int)_f[id].Bits)));
    }

    private void LowerEnumPart(int id, MirType resultType)
    {
        var v = _f.Operands(id)[0];
        var type = (EnumType)_f.TypeOf(v);
        var result = _f[id].Result;
        if (_f[id].Op == Op.EnumTag)
        {
            _f.Replace(result, type.HasPayload ? LoadFrom(type.Tag, HomeOf(v)) : Scalar(v));
            return;
        }
        var (variant, item) = ((int)(_f[id].Bits >> 16), (int)(_f[id].Bits & 0xFFFF));
        var home = HomeOf(v);
        if ((_f[id].Flags & InstructionFlags.Unchecked) == 0)
            CheckVariant(type, variant, home);
        Member(result, resultType, Behind(home, _layout.OffsetOfPayload(type, variant, item)));
    }

    private void LowerAccess(int[] body, int position)
    {
        var id = body[position];
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        var isChecked = (i.Flags & InstructionFlags.Unchecked) == 0;
        var flags = i.Flags & InstructionFlags.Volatile;
        switch (i.Op)
        {
            case Op.Load:
                LowerLoad(body, position, (Place)i.Payload!, o, isChecked, flags);
                break;
            case Op.Store:
                var place = (Place)i.Payload!;
                if (place.Local is { } aliased && _aliases.ContainsKey(aliased))
                    break;
                StoreValue(place.Type, AddressOf(place, o.AsSpan(0, place.OperandCount), isChecked), o[^1], flags);
                break;
            case Op.Clear:
                ClearMemory(((Place)i.Payload!).Type, AddressOf((Place)i.Payload!, o, isChecked));
                break;
            default:
                var (to, from) = (PlacePair)i.Payload!;
                var n = to.OperandCount;
                var source = AddressOf(from, o.AsSpan(n), isChecked);
                CopyMemory(to.Type, AddressOf(to, o.AsSpan(0, n), isChecked), source);
                break;
        }
    }

    private void LowerLoad(int[] body, int position, Place place, Value[] o, bool isChecked, InstructionFlags flags)
    {
        var result = _f[body[position]].Result;
        var home = AddressOf(place, o, isChecked);
        if (IsPair(place.Type))
            _pairs[result.Id] = LoadPair(place.Type, home);
        else if (!place.Type.IsAggregate)
            _f.Replace(result, LoadFrom(place.Type, home, flags));
        else if (IsReadAtOnce(body, position, place, result))
            _homes[result.Id] = home;
        else
        {
            _homes[result.Id] = new Home(NewTemporary(place.Type), Value.None, 0);
            CopyMemory(place.Type, _homes[result.Id], home);
        }
    }

    /// <summary>
    /// True when a loaded aggregate needs no copy: its only use comes next and reads it before anything is written, or
    /// is a call that cannot reach the slot it came from.
    /// </summary>
    private bool IsReadAtOnce(int[] body, int position, Place place, Value result)
    {
        if (_uses[result.Id] != 1 || position + 1 >= body.Length)
            return false;
        var next = body[position + 1];
        if (!_f.Operands(next).Contains(result))
            return false;
        return _f[next].Op switch
        {
            Op.Store or Op.StructGet or Op.TupleGet or Op.EnumTag or Op.EnumGet or Op.Ret => true,
            Op.Call or Op.CallIndirect => place.Local is { } l && !_exposed.Contains(l),
            _ => false,
        };
    }

    private void LowerReference(int id, MirType resultType)
    {
        var place = (Place)_f[id].Payload!;
        var home = AddressOf(place, _f.Operands(id).ToArray(), (_f[id].Flags & InstructionFlags.Unchecked) == 0);
        var result = _f[id].Result;
        if (_f[id].Op == Op.SliceOf)
            _pairs[result.Id] = (Pointer(home, place.Type.Element!, SliceAddress(resultType)),
                Word(((ArrayType)place.Type).Length));
        else
            _f.Replace(result, Pointer(home, place.Type, resultType));
    }

    private void LowerSliceOp(int id, MirType resultType)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        switch (i.Op)
        {
            case Op.Len:
                _f.Replace(i.Result, _f.TypeOf(o[0]).Kind == TypeKind.Str
                    ? _b.Convert(StringLength(Scalar(o[0])), i.Type)
                    : _b.Convert(Pair(o[0]).Length, i.Type));
                break;
            case Op.Slice:
                LowerSlice(i.Result, resultType, o);
                break;
            case Op.New when o.Length == 0:
            case Op.SliceNew when !IsPair(resultType):
                // Lowered before.
                Keep(id);
                break;
            case Op.SliceNew:
                var n = ToWord(o[0]);
                var size = _layout.SizeOf(i.Type);
                _pairs[i.Result.Id] = (_b.Emit(Op.SliceNew, i.Type, [n], SliceAddress(resultType), null, size), n);
                break;
            default:
                var box = _b.Emit(Op.New, i.Type, [], resultType, null, _layout.SizeOf(i.Type));
                StoreValue(i.Type, new Home(null, box, 0), o[0]);
                _f.Replace(i.Result, box);
                break;
        }
    }

    private void LowerStringOp(int id)
    {
        var o = _f.Operands(id).ToArray();
        var result = _f[id].Result;
        switch (_f[id].Op)
        {
            case Op.StrLen:
                _f.Replace(result, _b.Convert(StringLength(Scalar(o[0])), _f.TypeOf(result)));
                break;
            case Op.StrAt:
                LowerStringAt(result, o);
                break;
            case Op.StrFrom:
                var (start, length) = Pair(o[0]);
                _f.Replace(result, _b.Emit(Op.StrFrom, MirType.Str, [start, length], MirType.Str));
                break;
            default:
                _f.Replace(result, Pointer(new Home(null, Scalar(o[0]), _layout.StringLengthBytes), MirType.U8));
                break;
        }
    }
}
