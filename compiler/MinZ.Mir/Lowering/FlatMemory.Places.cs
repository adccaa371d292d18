namespace MinZ.Mir.Lowering;

public sealed partial class FlatMemory
{
    /// <summary>Turns a place into an address and a displacement, with the checks the place asks for.</summary>
    private Home AddressOf(Place place, ReadOnlySpan<Value> operands, bool isChecked)
    {
        var next = 0;
        var home = place.Base switch
        {
            PlaceBase.Local when _aliases.TryGetValue(place.Local!, out var parameter) => HomeOf(parameter),
            PlaceBase.Local => new Home(place.Local, Value.None, 0),
            PlaceBase.Global => new Home(null,
                _b.Emit(Op.GlobalAddress, _word, [], new PointerType(place.Global!.Type), place.Global), 0),
            PlaceBase.Value => default,
        };
        var type = place.Base switch
        {
            PlaceBase.Local => place.Local!.Type,
            PlaceBase.Global => place.Global!.Type,
            PlaceBase.Value => _f.TypeOf(operands[0]),
        };
        var length = Value.None;
        var isPointer = false;
        if (place.Base == PlaceBase.Value)
        {
            var v = operands[next++];
            isPointer = type.Kind == TypeKind.Pointer;
            if (IsPair(type))
                (home, length) = (new Home(null, Pair(v).Address, 0), Pair(v).Length);
            else
                (home, type) = (new Home(null, Scalar(v), 0), type.Element!);
        }
        foreach (var step in place.Path)
        {
            switch (step.Kind)
            {
                case ProjectionKind.Field:
                    home = home with { Displacement = home.Displacement + _layout.OffsetOf(type, step.Field) };
                    type = Place.FieldType(type, step.Field);
                    break;
                case ProjectionKind.Payload:
                    var e = (EnumType)type;
                    if (isChecked)
                        CheckVariant(e, step.Variant, home);
                    var offset = _layout.OffsetOfPayload(e, step.Variant, step.Field);
                    home = home with { Displacement = home.Displacement + offset };
                    type = e.Variants[step.Variant].Payload[step.Field];
                    break;
                case ProjectionKind.Index:
                    var element = isPointer ? type : type.Element!;
                    var bound = isPointer || !isChecked ? Value.None
                        : length.IsValid ? length : Word(((ArrayType)type).Length);
                    home = Index(home, element, operands[next++], bound);
                    type = element;
                    break;
            }
            isPointer = false;
            length = Value.None;
        }
        return home;
    }

    /// <summary>Element of a run; <paramref name="length"/> none = unchecked.</summary>
    private Home Index(Home home, MirType element, Value index, Value length)
    {
        var size = _layout.SizeOf(element);
        index = Scalar(index);
        if (_f.TryConstant(index, out var i) && (!length.IsValid ||
            _f.TryConstant(length, out var n) && i >= 0 && i < n))
            return home with { Displacement = checked(home.Displacement + (int)(i * size)) };
        if (length.IsValid)
            index = Check(index, length);
        return new Home(null, _b.Emit(Op.PointerAdd, _word, [Pointer(home with { Displacement = 0 }, element), index],
            new PointerType(element), null, size), home.Displacement);
    }

    /// <summary>Bounds check in the narrowest type that can tell.</summary>
    private Value Check(Value index, Value length)
    {
        var type = _f.TypeOf(index);
        if (_f.TryConstant(length, out var n))
        {
            if (!type.IsSigned && n > Constants.MaxValue(type))
                return index;
            if (Constants.Fits(type, n))
                return _b.Emit(Op.Bounds, type, [index, _f.Constant(type, n)], type);
        }
        if (type.Bits > _word.Bits)
        {
            _b.Emit(Op.Bounds, type, [index, _b.Convert(length, type)], type);
            return _b.Convert(index, _word);
        }
        return _b.Emit(Op.Bounds, _word, [ToWord(index), length], _word);
    }

    private void CheckVariant(EnumType type, int variant, Home home)
    {
        var tag = LoadFrom(type.Tag, home);
        var expected = _f.Constant(type.Tag, type.Variants[variant].Value);
        TrapUnless(_b.Compare(Op.CmpEq, tag, expected), TrapCode.WrongVariant);
    }

    private void TrapUnless(Value condition, TrapCode code)
    {
        var good = _f.NewBlock($"$ok{_f.Blocks.Count}");
        var bad = _f.NewBlock($"$trap{_f.Blocks.Count}");
        _b.JumpIf(condition, good, bad);
        _b.At(bad).Trap(code);
        _b.At(good);
    }

    /// <summary>The address of a home as one value, displacement included.</summary>
    private Value Pointer(Home home, MirType pointee, MirType? type = null)
    {
        type ??= new PointerType(pointee);
        var p = home.Local is { } local ? _b.Emit(Op.LocalAddress, _word, [], type, local) : home.Address;
        return home.Displacement == 0 ? p
            : _b.Emit(Op.PointerAdd, _word, [p, Word(home.Displacement)], type, null, 1);
    }

    private (Value Address, int Displacement) Split(Home home) => home.Local is { } local
        ? (_b.Emit(Op.LocalAddress, _word, [], new PointerType(local.Type), local), home.Displacement)
        : (home.Address, home.Displacement);

    private Value LoadFrom(MirType type, Home home, InstructionFlags flags = InstructionFlags.None)
    {
        type = LowerScalar(type);
        var (p, d) = Split(home);
        return _b.Emit(Op.MemLoad, type, [p], type, null, d, flags);
    }

    private void StoreTo(MirType type, Home home, Value value, InstructionFlags flags = InstructionFlags.None)
    {
        var (p, d) = Split(home);
        _b.Emit(Op.MemStore, LowerScalar(type), [p, value], null, null, d, flags);
    }

    private void StorePair(MirType slice, Home home, (Value Address, Value Length) pair)
    {
        StoreTo(SliceAddress(slice), home, pair.Address);
        StoreTo(_word, Behind(home, _layout.PointerBytes), pair.Length);
    }

    private (Value Address, Value Length) LoadPair(MirType slice, Home home) =>
        (LoadFrom(SliceAddress(slice), home), LoadFrom(_word, Behind(home, _layout.PointerBytes)));

    private static Home Behind(Home home, int bytes) => home with { Displacement = home.Displacement + bytes };

    private void CopyMemory(MirType type, Home to, Home from)
    {
        if (to == from)
            return;
        if (IsPair(type))
            StorePair(type, to, LoadPair(type, from));
        else if (!type.IsAggregate)
            StoreTo(type, to, LoadFrom(type, from));
        else
            _b.Emit(Op.MemCopy, _word, [Pointer(to, type), Pointer(from, type), Word(_layout.SizeOf(type))], null);
    }

    /// <summary>Writes the zero value of a type into memory.</summary>
    private void ClearMemory(MirType type, Home home)
    {
        if (!type.IsAggregate && !IsPair(type))
            StoreTo(type, home, ZeroOf(type));
        else if (IsPair(type))
            StorePair(type, home, (ZeroOf(SliceAddress(type)), Word(0)));
        else if (!HoldsStrings(type))
            _b.Emit(Op.MemFill, _word,
                [Pointer(home, type), _f.Constant(MirType.U8, 0), Word(_layout.SizeOf(type))], null);
        else if (type is ArrayType a)
            ClearArray(a, home);
        else if (type is EnumType e)
            ClearEnum(e, home);
        else
            for (var i = 0; i < MemberCount(type); i++)
                ClearMemory(Place.FieldType(type, i), Behind(home, _layout.OffsetOf(type, i)));
    }

    private void ClearEnum(EnumType type, Home home)
    {
        StoreTo(type.Tag, home, _f.Constant(type.Tag, 0));
        foreach (var v in type.Variants.Select((v, n) => (v.Value, Index: n)).Where(v => v.Value == 0).Take(1))
            for (var i = 0; i < type.Variants[v.Index].Payload.Length; i++)
                ClearMemory(type.Variants[v.Index].Payload[i], Behind(home, _layout.OffsetOfPayload(type, v.Index, i)));
    }

    private void ClearArray(ArrayType type, Home home)
    {
        if (type.Length == 0)
            return;
        var start = Pointer(home, type.Element);
        var loop = _f.NewBlock($"$clear{_f.Blocks.Count}");
        var done = _f.NewBlock($"$cleared{_f.Blocks.Count}");
        _b.Jump(loop, Word(0));
        var i = _f.NewParameter(loop, _word);
        _b.At(loop);
        var element = _b.Emit(Op.PointerAdd, _word, [start, i], new PointerType(type.Element), null,
            _layout.SizeOf(type.Element));
        ClearMemory(type.Element, new Home(null, element, 0));
        var next = _b.Binary(Op.Add, i, Word(1));
        _b.JumpIf(_b.Compare(Op.CmpLt, next, Word(type.Length)), loop, [next], done, []);
        _b.At(done);
    }

    private Value ZeroOf(MirType type)
    {
        type = LowerScalar(type);
        if (type.IsNumeric)
            return _f.Constant(type, 0);
        return type.Kind == TypeKind.Str ? _b.Text(StringConstant.Of("")) : _b.Emit(Op.None, type, [], type);
    }

    /// <summary>
    /// True when the type's zero value holds addresses of the empty string, so that it is not all zero bytes.
    /// </summary>
    public static bool HoldsStrings(MirType type) => type switch
    {
        ArrayType a => HoldsStrings(a.Element),
        StructType s => s.Fields.Any(f => HoldsStrings(f.Type)),
        TupleType t => t.Items.Any(HoldsStrings),
        EnumType e => e.Variants.Any(v => v.Payload.Any(HoldsStrings)),
        _ => type.Kind == TypeKind.Str,
    };

    private static int MemberCount(MirType type) => type switch
    {
        StructType s => s.Fields.Length,
        TupleType t => t.Items.Length,
        _ => 0,
    };
}
