namespace MinZ.Mir.Lowering;

public sealed partial class FlatMemory
{
    private (Value Address, Value Length) Pair(Value v)
    {
        v = _f.Resolve(v);
        return _pairs[v.Id];
    }

    /// <summary>Memory that holds an aggregate value; made now when the value was deferred to its use.</summary>
    private Home HomeOf(Value v)
    {
        v = _f.Resolve(v);
        if (_homes.TryGetValue(v.Id, out var home))
            return home;
        var type = _f.TypeOf(v);
        home = new Home(NewTemporary(type), Value.None, 0);
        Materialise(v, home);
        return _homes[v.Id] = home;
    }

    /// <summary>Writes an aggregate, slice or scalar value into memory.</summary>
    private void StoreValue(MirType type, Home to, Value v, InstructionFlags flags = InstructionFlags.None)
    {
        v = _f.Resolve(v);
        if (IsPair(type))
            StorePair(type, to, Pair(v));
        else if (!type.IsAggregate)
            StoreTo(type, to, Scalar(v), flags);
        else if (_deferred.ContainsKey(v.Id) && !_homes.ContainsKey(v.Id))
            Materialise(v, to);
        else
            CopyMemory(type, to, HomeOf(v));
    }

    /// <summary>Builds a deferred aggregate in memory.</summary>
    private void Materialise(Value v, Home to)
    {
        var id = _deferred[v.Id];
        var type = _f[id].Op == Op.EnumMake ? (MirType)_f.TypeOf(v) : _f.TypeOf(v);
        var operands = _f.Operands(id).ToArray();
        switch (_f[id].Op)
        {
            case Op.None:
                ClearMemory(type, to);
                break;
            case Op.StructMake or Op.TupleMake:
                for (var i = 0; i < operands.Length; i++)
                    StoreValue(Place.FieldType(type, i), Behind(to, _layout.OffsetOf(type, i)), operands[i]);
                break;
            case Op.ArrayMake:
                for (var i = 0; i < operands.Length; i++)
                    StoreValue(type.Element!, Behind(to, i * _layout.SizeOf(type.Element!)), operands[i]);
                break;
            case Op.ArrayFill:
                Fill((ArrayType)type, to, operands[0]);
                break;
            case Op.EnumMake:
                var e = (EnumType)type;
                var variant = (int)_f[id].Bits;
                StoreTo(e.Tag, to, _f.Constant(e.Tag, e.Variants[variant].Value));
                for (var i = 0; i < operands.Length; i++)
                    StoreValue(e.Variants[variant].Payload[i], Behind(to, _layout.OffsetOfPayload(e, variant, i)),
                        operands[i]);
                break;
        }
    }

    private void Fill(ArrayType type, Home to, Value element)
    {
        var size = _layout.SizeOf(type.Element);
        if (type.Length == 0)
            return;
        if (size == 1 && !type.Element.IsAggregate)
        {
            var b = Scalar(element);
            _b.Emit(Op.MemFill, _word, [Pointer(to, type.Element), _b.Bitcast(b, MirType.U8), Word(type.Length)], null);
            return;
        }
        if (_f.TryConstant(_f.Resolve(element), out var bits) && bits == 0)
        {
            ClearMemory(type, to);
            return;
        }
        // The first element is stored, then the run is copied onto itself one element further.
        StoreValue(type.Element, to, element);
        var start = Pointer(to, type.Element);
        var loop = _f.NewBlock($"$fill{_f.Blocks.Count}");
        var done = _f.NewBlock($"$filled{_f.Blocks.Count}");
        if (type.Length == 1)
        {
            _b.Jump(done);
            _b.At(done);
            _f.Blocks.Remove(loop);
            return;
        }
        _b.Jump(loop, Word(1));
        var i = _f.NewParameter(loop, _word);
        _b.At(loop);
        var p = _b.Emit(Op.PointerAdd, _word, [start, i], new PointerType(type.Element), null, size);
        CopyMemory(type.Element, new Home(null, p, 0), new Home(null, start, 0));
        var next = _b.Binary(Op.Add, i, Word(1));
        _b.JumpIf(_b.Compare(Op.CmpLt, next, Word(type.Length)), loop, [next], done, []);
        _b.At(done);
    }

    /// <summary>A member of an aggregate value that lives in memory becomes the result of an instruction.</summary>
    private void Member(Value result, MirType type, Home home)
    {
        if (IsPair(type))
            _pairs[result.Id] = LoadPair(type, home);
        else if (type.IsAggregate)
            _homes[result.Id] = home;
        else
            _f.Replace(result, LoadFrom(type, home));
    }

    private void LowerSelect(Value result, MirType type, Value[] o)
    {
        var c = Scalar(o[0]);
        if (IsPair(type))
        {
            var (a, b) = (Pair(o[1]), Pair(o[2]));
            _pairs[result.Id] = (_b.Select(c, a.Address, b.Address), _b.Select(c, a.Length, b.Length));
            return;
        }
        _homes[result.Id] = new Home(null, _b.Select(c, Pointer(HomeOf(o[1]), type), Pointer(HomeOf(o[2]), type)), 0);
    }

    private void LowerSlice(Value result, MirType type, Value[] o)
    {
        var (address, length) = Pair(o[0]);
        var (from, to) = (ToWord(o[1]), ToWord(o[2]));
        TrapUnless(_b.Compare(Op.CmpLe, to, length), TrapCode.IndexOutOfRange);
        TrapUnless(_b.Compare(Op.CmpLe, from, to), TrapCode.IndexOutOfRange);
        var start = _b.Emit(Op.PointerAdd, _word, [address, from], SliceAddress(type), null,
            _layout.SizeOf(type.Element!));
        _pairs[result.Id] = (start, _b.Binary(Op.Sub, to, from));
    }

    private Value StringLength(Value s) =>
        _b.Convert(LoadFrom(MirType.Unsigned(_layout.StringLengthBytes * 8), new Home(null, s, 0)), _word);

    private void LowerStringAt(Value result, Value[] o)
    {
        var s = Scalar(o[0]);
        var p = Index(new Home(null, s, 0), MirType.U8, o[1], StringLength(s));
        _f.Replace(result, LoadFrom(MirType.U8, Behind(p, _layout.StringLengthBytes)));
    }

    private void LowerFixedArithmetic(int id, FixedType type)
    {
        var o = _f.Operands(id).ToArray();
        var op = _f[id].Op;
        var plain = LowerScalar(type);
        var wide = type.Signed ? MirType.SignedOf(type.Bits * 2) : MirType.Unsigned(type.Bits * 2);
        var shift = _f.Constant(MirType.U8, type.FractionBits);
        var a = _b.Convert(Scalar(o[0]), wide);
        var b = _b.Convert(Scalar(o[1]), wide);
        var r = op == Op.Mul
            ? _b.Binary(Op.Shr, _b.Binary(Op.Mul, a, b), shift)
            : _b.Binary(Op.Div, _b.Binary(Op.Shl, a, shift), b);
        _f.Replace(_f[id].Result, _b.Convert(r, plain));
    }

    private void LowerConversion(int id)
    {
        var from = _before[_f.Operands(id)[0].Id];
        var to = _f[id].Type;
        var v = Scalar(_f.Operands(id)[0]);
        var (low, high) = (LowerScalar(from), LowerScalar(to));
        var shift = Fraction(to) - Fraction(from);
        Value r;
        if (shift == 0 || to.Kind == TypeKind.Bool)
            r = _b.Convert(v, high);
        else if (to.IsFloat)
            r = _b.Binary(Op.Mul, _b.Convert(v, to), _f.Constant(to, Constants.OfFloat(to, Math.ScaleB(1, shift))));
        else if (from.IsFloat)
            r = _b.Convert(_b.Binary(Op.Mul, v, _f.Constant(from, Constants.OfFloat(from, Math.ScaleB(1, shift)))),
                high);
        else
        {
            var bits = Math.Max(low.Bits, high.Bits);
            var wide = low.IsSigned ? MirType.SignedOf(bits) : MirType.Unsigned(bits);
            var count = _f.Constant(MirType.U8, Math.Abs(shift));
            r = _b.Convert(_b.Binary(shift > 0 ? Op.Shl : Op.Shr, _b.Convert(v, wide), count), high);
        }
        _f.Replace(_f[id].Result, r);
    }

    private static int Fraction(MirType t) => t is FixedType f ? f.FractionBits : 0;
}
