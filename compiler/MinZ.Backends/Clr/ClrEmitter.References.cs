using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Reference objects: places that can be stored.</summary>
internal sealed partial class ClrEmitter
{
    /// <summary>True when the only step of a place is an index behind a pointer.</summary>
    private bool IsLastPointerStep(PlaceUse p) => p.Place.Path.Length == 1 && IsPointerStep(p);

    /// <summary>Pushes an object that refers to a place.</summary>
    private void PushReference(PlaceUse p)
    {
        var type = p.Place.Type;
        var depth = _body.Depth;
        if (type is ArrayType && !IsLastPointerStep(p))
        {
            PushPlace(p);
            _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Refs", "Array"), type.Element!));
        }
        else if (p.Place.Path.IsEmpty)
            PushBaseReference(p);
        else
            PushPartReference(p, p.Place.Path[^1]);
        _body.Depth = depth + 1;
    }

    private void PushBaseReference(PlaceUse p)
    {
        switch (p.Place.Base)
        {
            case PlaceBase.Local:
                _il.LoadLocal(_slots[p.Place.Local!]);
                break;
            case PlaceBase.Global:
                _module.PushReference(_body, p.Place.Global!);
                break;
            case PlaceBase.Value:
                Push(p.Operands[0]);
                break;
        }
    }

    private void PushPartReference(PlaceUse p, Projection step)
    {
        var parent = ParentOf(p);
        switch (step.Kind)
        {
            case ProjectionKind.Field:
                PushReference(parent);
                PushPart(parent.Place.Type, p.Place.Type, _types.Field(parent.Place.Type, step.Field));
                break;
            case ProjectionKind.Payload:
                var type = (EnumType)parent.Place.Type;
                PushReference(parent);
                if (p.IsChecked)
                {
                    _body.Op(ILOpCode.Dup);
                    _module.Open(_body, type);
                    _body.Op(ILOpCode.Ldfld, _types.Tag(type));
                    CheckTag(type, step.Variant);
                }
                PushPart(type, p.Place.Type, _types.Payload(type, step.Variant, step.Field));
                break;
            case ProjectionKind.Index when IsLastPointerStep(p):
                Push(p.Operands[0]);
                PushElement(p, "Plus");
                break;
            case ProjectionKind.Index:
                PushPlace(parent);
                PushElement(p, parent.Place.Type.Kind == TypeKind.Array ? "Element" : "ElementOf");
                break;
        }
    }

    private void PushElement(PlaceUse p, string how)
    {
        PushIndex(p.LastIndex);
        _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Refs", how), p.Place.Type));
    }

    /// <summary>Makes the reference on the stack one to a field of what it is to.</summary>
    private void PushPart(MirType whole, MirType part, EntityHandle field)
    {
        _body.Op(ILOpCode.Ldnull);
        _body.Op(ILOpCode.Ldftn, _module.FieldPart(whole, part, field));
        _body.Op(ILOpCode.Newobj, _types.RuntimeDelegate("Part`2", whole, part));
        _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Refs", "Part"), whole, part));
    }
}
