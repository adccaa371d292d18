using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>
/// Places on the managed side. What a place is on the stack depends on what it is for: its value (of an array the array
/// itself, uncopied), or a managed pointer to it.
/// </summary>
internal sealed partial class ClrEmitter
{
    private void EmitPlaceOp(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id).ToArray();
        if (i.Payload is PlacePair pair)
        {
            EmitCopy(id, pair, o);
            return;
        }
        var place = new PlaceUse((Place)i.Payload!, o, (i.Flags & InstructionFlags.Unchecked) == 0);
        switch (i.Op)
        {
            case Op.Load:
                PushPlace(place);
                if (!_residence.IsRaw(_f, place.Place, o) && !IsReadAtOnce(id, place.Place))
                    _copies.Clone(_body, i.Type);
                break;
            case Op.Store:
                EmitStore(place, () => PushAs(o[^1], !IsPointerSlot(place.Place)));
                break;
            case Op.Clear:
                EmitStore(place, () => _copies.Zero(_body, place.Place.Type));
                break;
            case Op.SliceOf when IsRaw(place):
                PushRawAddress(place);
                _il.LoadConstantI4(((ArrayType)place.Place.Type).Length);
                _il.Call(_module.Runtime("RawMemory", "Slice"));
                break;
            case Op.SliceOf:
                PushPlace(place);
                _body.Op(ILOpCode.Newobj, _types.SliceConstructor(_f.TypeOf(i.Result)));
                break;
            default:
                if (_residence.IsRaw(_f[id].Result is var r && r.IsValid ? _f.TypeOf(r) : i.Type))
                    PushRawAddress(place);
                else if (IsPointer(_f[id].Result))
                    PushPlaceAddress(place);
                else
                    PushReference(place);
                break;
        }
    }

    /// <summary>True for a slot that holds managed pointers.</summary>
    private bool IsPointerSlot(Place place) => ClrReferences.WholeSlot(place) is { } slot &&
        _references.IsManaged(slot.Type) && !_references.IsObject(slot);

    /// <summary>
    /// True when a loaded value needs no copy, because its user keeps none of its arrays: it copies them itself, takes
    /// something else out of the value, or returns the content of a slot that ends with it.
    /// </summary>
    private bool IsReadAtOnce(int id, Place place)
    {
        if (_trees.UserOf(id) is not (>= 0 and var user))
            return false;
        return _f[user].Op switch
        {
            Op.Store => true,
            Op.StructGet or Op.TupleGet or Op.EnumGet or Op.EnumTag => !_copies.IsDeep(_f.TypeOf(_f[user].Result)),
            Op.Ret => place.Base == PlaceBase.Local,
            _ => false,
        };
    }

    /// <summary>A place with the operands it takes.</summary>
    private readonly record struct PlaceUse(Place Place, Value[] Operands, bool IsChecked)
    {
        /// <summary>The place without its last step.</summary>
        public PlaceUse Parent(MirType type) =>
            this with { Place = Place with { Path = Place.Path[..^1], Type = type } };

        /// <summary>Operand of the last step, which is an index.</summary>
        public Value LastIndex => Operands[Place.OperandCount - 1];
    }

    private bool IsRaw(PlaceUse p) => _residence.IsRaw(_f, p.Place, p.Operands);

    /// <summary>Type of the place a use starts from, before any step.</summary>
    private MirType BaseType(PlaceUse p) => p.Place.Base switch
    {
        PlaceBase.Local => p.Place.Local!.Type,
        PlaceBase.Global => p.Place.Global!.Type,
        PlaceBase.Value => _f.TypeOf(p.Operands[0]) is { Kind: TypeKind.Slice } slice ? slice
            : _f.TypeOf(p.Operands[0]).Element!,
    };

    private bool IsPointerStep(PlaceUse p) => ClrReferences.IsPointerStep(_f, p.Place, p.Operands);

    /// <summary>Type of a place after its first steps.</summary>
    private MirType TypeAfter(PlaceUse p, int steps)
    {
        var type = BaseType(p);
        var isPointer = IsPointerStep(p);
        for (var n = 0; n < steps; n++)
            type = p.Place.Path[n].Kind switch
            {
                ProjectionKind.Field => Place.FieldType(type, p.Place.Path[n].Field),
                ProjectionKind.Payload =>
                    ((EnumType)type).Variants[p.Place.Path[n].Variant].Payload[p.Place.Path[n].Field],
                // The first index behind a pointer counts in whole pointees.
                ProjectionKind.Index when n == 0 && isPointer => type,
                ProjectionKind.Index => type.Element!,
            };
        return type;
    }

    private PlaceUse ParentOf(PlaceUse p) => p.Parent(TypeAfter(p, p.Place.Path.Length - 1));

    /// <summary>Pushes the value at a place.</summary>
    private void PushPlace(PlaceUse p)
    {
        var type = p.Place.Type;
        var depth = _body.Depth;
        if (IsRaw(p))
        {
            PushRawAddress(p);
            Read(type);
        }
        else if (p.Place.Path.IsEmpty)
            PushBase(p);
        else
        {
            var step = p.Place.Path[^1];
            var parent = ParentOf(p);
            switch (step.Kind)
            {
                case ProjectionKind.Field:
                    PushPlaceAddress(parent);
                    _body.Op(ILOpCode.Ldfld, _types.Field(parent.Place.Type, step.Field));
                    break;
                case ProjectionKind.Payload:
                    PushPayloadParent(parent, step.Variant);
                    _body.Op(ILOpCode.Ldfld, _types.Payload((EnumType)parent.Place.Type, step.Variant, step.Field));
                    break;
                case ProjectionKind.Index when parent.Place.Type.Kind == TypeKind.Array && !IsLastPointerStep(p):
                    PushPlace(parent);
                    PushArrayIndex(p.LastIndex);
                    LoadElement(type);
                    break;
                case ProjectionKind.Index:
                    PushPlaceAddress(p);
                    LoadIndirect(type);
                    break;
            }
        }
        _body.Depth = depth + 1;
    }

    private void PushBase(PlaceUse p)
    {
        switch (p.Place.Base)
        {
            case PlaceBase.Local:
                PushLocal(p.Place.Local!, isAddress: false);
                break;
            case PlaceBase.Global:
                _body.Op(ILOpCode.Ldsfld, _module.FieldOf(p.Place.Global!));
                break;
            case PlaceBase.Value when _f.TypeOf(p.Operands[0]).Kind == TypeKind.Slice &&
                p.Place.Type.Kind == TypeKind.Slice:
                Push(p.Operands[0]);
                break;
            case PlaceBase.Value:
                PushPlaceAddress(p);
                LoadIndirect(p.Place.Type);
                break;
        }
    }

    /// <summary>Pushes a managed pointer to a place.</summary>
    private void PushPlaceAddress(PlaceUse p)
    {
        var type = p.Place.Type;
        var depth = _body.Depth;
        if (p.Place.Path.IsEmpty)
            PushBaseAddress(p);
        else
        {
            var step = p.Place.Path[^1];
            var parent = ParentOf(p);
            switch (step.Kind)
            {
                case ProjectionKind.Field:
                    PushPlaceAddress(parent);
                    _body.Op(ILOpCode.Ldflda, _types.Field(parent.Place.Type, step.Field));
                    break;
                case ProjectionKind.Payload:
                    PushPayloadParent(parent, step.Variant);
                    _body.Op(ILOpCode.Ldflda, _types.Payload((EnumType)parent.Place.Type, step.Variant, step.Field));
                    break;
                case ProjectionKind.Index when IsLastPointerStep(p):
                    Push(p.Operands[0]);
                    PushIndex(p.LastIndex);
                    _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Refs", "At"), type));
                    break;
                case ProjectionKind.Index when parent.Place.Type.Kind == TypeKind.Array:
                    PushPlace(parent);
                    PushArrayIndex(p.LastIndex);
                    _body.Op(ILOpCode.Ldelema, _types.Token(type));
                    break;
                case ProjectionKind.Index:
                    PushPlace(parent);
                    Push(p.LastIndex);
                    var isWide = _types.CarrierOf(_f.TypeOf(p.LastIndex)) == Carrier.I8;
                    _body.Op(ILOpCode.Call, _types.Generic(
                        _module.Runtime("Runs", "At", "ArraySegment`1," + (isWide ? "int64" : "int32")), type));
                    break;
            }
        }
        _body.Depth = depth + 1;
    }

    private void PushBaseAddress(PlaceUse p)
    {
        switch (p.Place.Base)
        {
            case PlaceBase.Local:
                PushLocal(p.Place.Local!, isAddress: true);
                break;
            case PlaceBase.Global:
                _body.Op(ILOpCode.Ldsflda, _module.FieldOf(p.Place.Global!));
                break;
            case PlaceBase.Value:
                PushAs(p.Operands[0], false);
                if (_f.TypeOf(p.Operands[0]) is { Kind: TypeKind.Box } box)
                    _body.Op(ILOpCode.Ldflda, _types.BoxField(box));
                break;
        }
    }

    /// <summary>Pushes a slot's value or a managed pointer to it, out of its box where it lives in one.</summary>
    private void PushLocal(Local local, bool isAddress)
    {
        if (_references.IsBoxed(local))
        {
            _il.LoadLocal(_slots[local]);
            _body.Op(isAddress ? ILOpCode.Ldflda : ILOpCode.Ldfld, _types.BoxField(new BoxType(local.Type)));
        }
        else if (isAddress)
            _il.LoadLocalAddress(_slots[local]);
        else
            _il.LoadLocal(_slots[local]);
    }

    private void PushPayloadParent(PlaceUse parent, int variant)
    {
        PushPlaceAddress(parent);
        if (!parent.IsChecked)
            return;
        var type = (EnumType)parent.Place.Type;
        _body.Op(ILOpCode.Dup);
        _body.Op(ILOpCode.Ldfld, _types.Tag(type));
        CheckTag(type, variant);
    }

    /// <summary>
    /// Pushes an index for ldelem. Whatever is out of range stays so: IL compares the whole native integer with the
    /// length.
    /// </summary>
    private void PushArrayIndex(Value index)
    {
        Push(index);
        var type = ClrTypes.Integer(_f.TypeOf(index));
        if (type.Bits == 64)
            _body.Op(type.IsSigned ? ILOpCode.Conv_ovf_i : ILOpCode.Conv_ovf_i_un);
        else if (type.Kind == TypeKind.U32)
            _body.Op(ILOpCode.Conv_u);
    }

    private void LoadElement(MirType type) => _body.Op(ILOpCode.Ldelem, _types.Token(type));

    private void LoadIndirect(MirType type) => _body.Op(ILOpCode.Ldobj, _types.Token(type));

    /// <summary>Stores what an action pushes into a place.</summary>
    private void EmitStore(PlaceUse p, Action push)
    {
        var type = p.Place.Type;
        if (IsRaw(p))
        {
            PushRawAddress(p);
            push();
            Write(type);
        }
        else if (_copies.IsDeep(type))
        {
            if (type.Kind == TypeKind.Array)
                PushPlace(p);
            else
                PushPlaceAddress(p);
            push();
            _copies.CopyInto(_body, type);
        }
        else if (p.Place.Path.IsEmpty && p.Place.Base == PlaceBase.Local && !_references.IsBoxed(p.Place.Local!))
        {
            push();
            _il.StoreLocal(_slots[p.Place.Local!]);
        }
        else if (p.Place.Path.IsEmpty && p.Place.Base == PlaceBase.Global)
        {
            push();
            _body.Op(ILOpCode.Stsfld, _module.FieldOf(p.Place.Global!));
        }
        else
            EmitStoreBehind(p, push);
    }

    private void EmitStoreBehind(PlaceUse p, Action push)
    {
        var type = p.Place.Type;
        if (p.Place.Path is [.., { Kind: ProjectionKind.Field } step])
        {
            var parent = ParentOf(p);
            PushPlaceAddress(parent);
            push();
            _body.Op(ILOpCode.Stfld, _types.Field(parent.Place.Type, step.Field));
        }
        else if (p.Place.Path is [.., { Kind: ProjectionKind.Index }] &&
            !IsLastPointerStep(p) && ParentOf(p) is { Place.Type.Kind: TypeKind.Array } array)
        {
            PushPlace(array);
            PushArrayIndex(p.LastIndex);
            _body.Depth++;
            push();
            _body.Op(ILOpCode.Stelem, _types.Token(type));
        }
        else
        {
            PushPlaceAddress(p);
            push();
            _body.Op(ILOpCode.Stobj, _types.Token(type));
        }
    }

    private void EmitCopy(int id, PlacePair pair, Value[] o)
    {
        var isChecked = (_f[id].Flags & InstructionFlags.Unchecked) == 0;
        var n = pair.To.OperandCount;
        var to = new PlaceUse(pair.To, o[..n], isChecked);
        var from = new PlaceUse(pair.From, o[n..], isChecked);
        var isOpened = IsPointerSlot(pair.To) && !IsPointerSlot(pair.From);
        EmitStore(to, () =>
        {
            PushPlace(from);
            if (isOpened)
                _module.Open(_body, pair.To.Type.Element!);
        });
    }
}
