using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Places in raw memory: an int32 address on the stack.</summary>
internal sealed partial class ClrEmitter
{
    /// <summary>Pushes a raw address from a value that is one: a raw pointer or reference, or an integer.</summary>
    private void PushAddress(Value v)
    {
        Push(v);
        var type = TypeOf(v);
        if (type.IsNumeric)
            Resize(ClrTypes.Integer(type), MirType.U32);
    }

    private void Read(MirType type) => _module.Raw.Read(_body, type);

    private void Write(MirType type) => _module.Raw.Write(_body, type);

    /// <summary>Pushes the raw address of a place.</summary>
    private void PushRawAddress(PlaceUse p)
    {
        var layout = ClrResidence.Layout;
        var type = BaseType(p);
        var isPointer = IsPointerStep(p);
        var next = 0;
        var displacement = 0;
        var depth = _body.Depth;
        switch (p.Place.Base)
        {
            case PlaceBase.Local:
                _il.LoadLocal(_frame);
                displacement = _offsets[p.Place.Local!];
                break;
            case PlaceBase.Global when p.Place.Global!.Address is { } address:
                _il.LoadConstantI4(address);
                break;
            case PlaceBase.Global:
                _body.Op(ILOpCode.Ldsfld, _module.FieldOf(p.Place.Global!));
                break;
            case PlaceBase.Value:
                PushAddress(p.Operands[next++]);
                break;
        }
        _body.Depth = depth + 1;
        for (var n = 0; n < p.Place.Path.Length; n++)
        {
            var step = p.Place.Path[n];
            var after = TypeAfter(p, n + 1);
            switch (step.Kind)
            {
                case ProjectionKind.Field:
                    displacement += layout.OffsetOf(type, step.Field);
                    break;
                case ProjectionKind.Payload:
                    var e = (EnumType)type;
                    Displace(ref displacement);
                    if (p.IsChecked)
                    {
                        _body.Op(ILOpCode.Dup);
                        Read(e.Tag);
                        CheckTag(e, step.Variant);
                    }
                    displacement = layout.OffsetOfPayload(e, step.Variant, step.Field);
                    break;
                case ProjectionKind.Index:
                    Displace(ref displacement);
                    PushRawElement(p.Operands[next++], type as ArrayType, layout.SizeOf(after),
                        n == 0 && isPointer);
                    break;
            }
            type = after;
        }
        Displace(ref displacement);
        _body.Depth = depth + 1;
    }

    private void Displace(ref int displacement)
    {
        if (displacement == 0)
            return;
        _il.LoadConstantI4(displacement);
        _body.Op(ILOpCode.Add);
        displacement = 0;
    }

    /// <summary>Adds an index to the address on the stack: of an array checked, behind a pointer as it is.</summary>
    private void PushRawElement(Value index, ArrayType? array, int size, bool isPointer)
    {
        PushIndex(index);
        if (!isPointer)
        {
            _il.LoadConstantI4(array!.Length);
            _il.LoadConstantI4(size);
            _il.Call(_module.Runtime("RawMemory", "Element"));
            return;
        }
        _body.Op(ILOpCode.Conv_i4);
        if (size != 1)
        {
            _il.LoadConstantI4(size);
            _body.Op(ILOpCode.Mul);
        }
        _body.Op(ILOpCode.Add);
    }
}
