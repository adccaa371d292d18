namespace MinZ.Mir.Lowering;

public sealed partial class WideIntegers
{
    private void LowerInstruction(int id, bool returnsWide)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        var isWide = IsWide(i.Type) || i.Result.IsValid && IsWide(_f.TypeOf(i.Result)) ||
            o.Any(v => IsWide(_f.TypeOf(_f.Resolve(v))));
        switch (i.Op)
        {
            case Op.Ret when returnsWide:
                var result = Of(o[0]);
                _b.Emit(Op.MemStore, MirType.U32, [HighAddress(), result.High], null);
                _b.Return(result.Low);
                break;
            case var _ when !isWide:
                _b.Block.Instructions.Add(id);
                break;
            case Op.Const:
                _halves[i.Result.Id] = new Halves(U32(i.Bits), U32(i.Bits >> 32));
                break;
            case Op.None:
                _halves[i.Result.Id] = new Halves(U32(0), U32(0));
                break;
            case Op.LoadParam:
                _halves[i.Result.Id] = Of(o[0]);
                break;
            case Op.Conv or Op.Bitcast:
                LowerConversion(i.Result, o[0]);
                break;
            case Op.Select:
                var (a, b) = (Of(o[1]), Of(o[2]));
                _halves[i.Result.Id] = Select(o[0], a, b);
                break;
            case Op.CmpEq or Op.CmpNe or Op.CmpLt or Op.CmpLe or Op.CmpGt or Op.CmpGe:
                _f.Replace(i.Result, Compare(i.Op, Of(o[0]), Of(o[1]), i.Type.IsSigned));
                break;
            case Op.MemLoad or Op.MemStore or Op.Peek or Op.Poke:
                LowerAccess(i, o);
                break;
            case Op.Call or Op.CallIndirect or Op.TailCall:
                LowerCall(i, o);
                break;
            case Op.New or Op.SliceNew:
                _b.Block.Instructions.Add(id);
                break;
            case Op.StrOf:
                var text = _runtime[_f.TypeOf(_f.Resolve(o[0])).IsSigned ? "i64_text" : "u64_text"];
                _f.Replace(i.Result, _b.Emit(Op.Call, MirType.Str, [.. Flatten(o)], MirType.Str, text.Reference));
                break;
            case Op.Intrinsic:
                LowerIntrinsic(i, o[0]);
                break;
            case Op.Jump or Op.JumpIf or Op.Switch:
                LowerBranch(id, i, o);
                break;
            case Op.PointerAdd:
                o[1] = Of(o[1]).Low;
                _f.SetOperands(id, o);
                _b.Block.Instructions.Add(id);
                break;
            case Op.Bounds:
                TrapUnless(Compare(Op.CmpLt, Of(o[0]), Of(o[1]), false), TrapCode.IndexOutOfRange);
                _halves[i.Result.Id] = Of(o[0]);
                break;
            case (>= Op.Add and <= Op.Rotr) or Op.AddCarry or Op.SubBorrow:
                _halves[i.Result.Id] = Arithmetic(i, o);
                break;
            default:
                var location = _f.Locations[i.Location].Location;
                _errors.Add(new LoweringError(_f, location.IsKnown ? location : _f.Location,
                    $"64-bit values in '{i.Op.Info().Name}' are not supported on this target"));
                if (i.Result.IsValid && IsWide(_f.TypeOf(i.Result)))
                    _halves[i.Result.Id] = new Halves(U32(0), U32(0));
                break;
        }
    }

    private Halves Select(Value condition, Halves a, Halves b) =>
        new(_b.Select(condition, a.Low, b.Low), _b.Select(condition, a.High, b.High));

    private void LowerConversion(Value result, Value source)
    {
        var (from, to) = (_f.TypeOf(_f.Resolve(source)), _f.TypeOf(result));
        if (IsWide(from) && IsWide(to))
            _halves[result.Id] = Of(source);
        else if (IsWide(to))
            _halves[result.Id] = Extend(source);
        else if (to.Kind == TypeKind.Bool)
            _f.Replace(result, Compare(Op.CmpNe, Of(source), new Halves(U32(0), U32(0)), false));
        else
            _f.Replace(result, _b.Convert(Of(source).Low, to));
    }

    private Halves Extend(Value v)
    {
        if (!_f.TypeOf(v).IsNumeric)
            v = _b.Bitcast(v, _module.Layout!.AddressType);
        var low = _b.Convert(v, MirType.U32);
        return new Halves(low, _f.TypeOf(v).IsSigned ? SignOf(low) : U32(0));
    }

    /// <summary>All ones for a negative number, else zero.</summary>
    private Value SignOf(Value high) => _b.Convert(
        _b.Binary(Op.Shr, _b.Convert(high, MirType.I32), _f.Constant(MirType.U8, 31)), MirType.U32);

    private void LowerAccess(in Instruction i, Value[] o)
    {
        var isLoad = i.Op is Op.MemLoad or Op.Peek;
        var (address, far, bits, farBits) = (o[0], o[0], i.Bits, i.Bits + 4);
        if (i.Op is Op.Peek or Op.Poke)
        {
            var type = _f.TypeOf(address);
            far = type.IsAddress ? _b.Emit(Op.PointerAdd, type, [address, _f.Constant(MirType.U8, 4)], type, null, 1)
                : _b.Binary(Op.Add, address, _f.Constant(type, 4));
            farBits = bits;
        }
        if (isLoad)
        {
            _halves[i.Result.Id] = new Halves(
                _b.Emit(i.Op, MirType.U32, [address], MirType.U32, null, bits, i.Flags),
                _b.Emit(i.Op, MirType.U32, [far], MirType.U32, null, farBits, i.Flags));
            return;
        }
        var v = Of(o[1]);
        _b.Emit(i.Op, MirType.U32, [address, v.Low], null, null, bits, i.Flags);
        _b.Emit(i.Op, MirType.U32, [far, v.High], null, null, farBits, i.Flags);
    }

    private void LowerCall(in Instruction i, Value[] o)
    {
        Value[] arguments = [.. Flatten(o)];
        var type = IsWide(i.Type) ? MirType.U32 : i.Type;
        if (!i.Result.IsValid || !IsWide(_f.TypeOf(i.Result)))
        {
            var made = _b.Emit(i.Op, type, arguments, i.Result.IsValid ? type : null, i.Payload, i.Bits, i.Flags);
            if (i.Result.IsValid)
                _f.Replace(i.Result, made);
            return;
        }
        var low = _b.Emit(i.Op, MirType.U32, arguments, MirType.U32, i.Payload, i.Bits, i.Flags);
        _halves[i.Result.Id] = new Halves(low, _b.Emit(Op.MemLoad, MirType.U32, [HighAddress()], MirType.U32));
    }

    private void LowerIntrinsic(in Instruction i, Value operand)
    {
        var v = Of(operand);
        switch ((Intrinsic)i.Bits)
        {
            case Intrinsic.PrintHex:
                _b.Call(Intrinsic.PrintHex, v.High);
                _b.Call(Intrinsic.PrintHex, v.Low);
                break;
            case Intrinsic.Print or Intrinsic.PrintText:
                var isSigned = _f.TypeOf(_f.Resolve(operand)).IsSigned;
                _b.Emit(Op.Call, MirType.Void, [v.Low, v.High], null,
                    _runtime[isSigned ? "i64_print" : "u64_print"].Reference);
                if ((Intrinsic)i.Bits == Intrinsic.Print)
                    _b.Call(Intrinsic.PrintLine);
                break;
        }
    }

    private void LowerBranch(int id, in Instruction i, Value[] o)
    {
        var s = (Successors)i.Payload!;
        var own = i.Op == Op.Jump ? 0 : 1;
        var arguments = new List<Value>[s.Blocks.Length];
        for (var k = 0; k < arguments.Length; k++)
            arguments[k] = Flatten(_f.ArgumentsFor(id, k));
        if (i.Op == Op.Switch && IsWide(_f.TypeOf(_f.Resolve(o[0]))))
        {
            LowerSwitch(Of(o[0]), s, arguments);
            return;
        }
        _b.Emit(i.Op, i.Type, [.. o.AsSpan(0, own), .. arguments.SelectMany(a => a)], null,
            s with { ArgumentCounts = [.. arguments.Select(a => a.Count)] });
    }

    private void LowerSwitch(Halves v, Successors s, List<Value>[] arguments)
    {
        for (var k = 0; k < s.Cases.Length; k++)
        {
            var next = _f.NewBlock($"$case{_f.Blocks.Count}");
            var same = Compare(Op.CmpEq, v, new Halves(U32(s.Cases[k]), U32(s.Cases[k] >> 32)), false);
            _b.JumpIf(same, s.Blocks[k], [.. arguments[k]], next, []);
            _b.At(next);
        }
        _b.Jump(s.Blocks[^1], [.. arguments[^1]]);
    }
}
