using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Emits the initialiser of the module's class: start values of globals.</summary>
internal sealed class ClrGlobals(ClrModule module, ClrBody body)
{
    /// <summary>Emits it, ret included.</summary>
    public void Emit()
    {
        // Addresses first: start values may name any of them.
        foreach (var g in module.Module.Globals.Where(module.Residence.IsRaw))
        {
            if (g.Address is { } address)
                body.Il.LoadConstantI4(address);
            else
            {
                body.Il.LoadConstantI4(ClrResidence.Layout.SizeOf(g.Type));
                body.Il.Call(module.Runtime("RawMemory", "Reserve"));
            }
            body.Op(ILOpCode.Stsfld, module.FieldOf(g));
        }
        // Arrays that slices of other globals look at exist before those.
        foreach (var g in module.Module.Globals.OrderBy(g => HoldsSlice(g.Initial) ? 1 : 0))
            Emit(g);
        body.Op(ILOpCode.Ret);
    }

    private static bool HoldsSlice(ConstantValue value) => value.WithParts().Any(v => v is ConstantValue.SliceOf);

    private void Emit(Global g)
    {
        if (module.Residence.IsRaw(g))
        {
            if (g.Initial is ConstantValue.Zero)
                return;
            body.Op(ILOpCode.Ldsfld, module.FieldOf(g));
            Push(g.Initial, g.Type);
            module.Raw.Write(body, g.Type);
        }
        else if (g.Initial is not ConstantValue.Zero || module.Copies.IsDeep(g.Type))
        {
            Push(g.Initial, g.Type);
            body.Op(ILOpCode.Stsfld, module.FieldOf(g));
        }
    }

    private void Push(ConstantValue value, MirType type)
    {
        switch (value)
        {
            case ConstantValue.Zero:
                module.Copies.Zero(body, type);
                break;
            case ConstantValue.Number n:
                PushNumber(type, n.Bits);
                break;
            case ConstantValue.Text t:
                body.Op(ILOpCode.Ldsfld, module.Literal(t.Value));
                break;
            case ConstantValue.TextPointer t:
                body.Op(ILOpCode.Ldsfld, module.Literal(t.Value));
                body.Il.Call(module.Runtime("RawMemory", "OfText"));
                break;
            case ConstantValue.Bytes b:
                body.Il.LoadString(module.UserString(new string([.. b.Value.Select(x => (char)x)])));
                body.Il.Call(module.Runtime("Runs", type.Element!.IsSigned ? "SignedBytes" : "Bytes"));
                break;
            case ConstantValue.Aggregate { Items: var items } when type is ArrayType array:
                PushArray(array, items);
                break;
            case ConstantValue.Aggregate a:
                PushMembers(type, [.. a.Items.Select((v, n) =>
                    (module.Types.Field(type, n), v, TypeMembers.FieldType(type, n)!))]);
                break;
            case ConstantValue.Enum e when type is EnumType { HasPayload: true } t:
                var payload = e.Payload.Select((v, n) =>
                    (module.Types.Payload(t, e.Variant, n), v, t.Variants[e.Variant].Payload[n]));
                var tag = new ConstantValue.Number(t.Variants[e.Variant].Value);
                PushMembers(t, [(module.Types.Tag(t), tag, t.Tag), .. payload]);
                break;
            case ConstantValue.Enum e:
                PushNumber(type, ((EnumType)type).Variants[e.Variant].Value);
                break;
            case ConstantValue.FunctionValue f:
                body.Op(ILOpCode.Ldnull);
                body.Op(ILOpCode.Ldftn, module.DelegateTarget(f.Function));
                body.Op(ILOpCode.Newobj, module.Types.DelegateConstructor((FunctionType)type));
                break;
            case ConstantValue.Address a:
                PushAddress(a, type);
                break;
            case ConstantValue.SliceOf s when module.Residence.IsRaw(s.Global):
                body.Op(ILOpCode.Ldsfld, module.FieldOf(s.Global));
                body.Il.LoadConstantI4(((ArrayType)s.Global.Type).Length);
                body.Il.Call(module.Runtime("RawMemory", "Slice"));
                break;
            case ConstantValue.SliceOf s:
                body.Op(ILOpCode.Ldsfld, module.FieldOf(s.Global));
                body.Op(ILOpCode.Newobj, module.Types.SliceConstructor(type));
                break;
        }
    }

    private void PushAddress(ConstantValue.Address a, MirType type)
    {
        if (module.Residence.IsRaw(type))
        {
            body.Op(ILOpCode.Ldsfld, module.FieldOf(a.Global));
            body.Il.LoadConstantI4(a.Offset);
            body.Op(ILOpCode.Add);
        }
        else if (type.Element == a.Global.Type)
            module.PushReference(body, a.Global);
        else
        {
            body.Op(ILOpCode.Ldsfld, module.FieldOf(a.Global));
            body.Il.LoadConstantI8(0);
            body.Op(ILOpCode.Call, module.Types.Generic(module.Runtime("Refs", "Element"), type.Element!));
        }
    }

    private void PushNumber(MirType type, long bits)
    {
        switch (module.Types.CarrierOf(type))
        {
            case Carrier.I8:
                body.Il.LoadConstantI8(bits);
                break;
            case Carrier.R4:
                body.Il.LoadConstantR4(BitConverter.Int32BitsToSingle((int)bits));
                break;
            case Carrier.R8:
                body.Il.LoadConstantR8(BitConverter.Int64BitsToDouble(bits));
                break;
            default:
                body.Il.LoadConstantI4((int)bits);
                break;
        }
    }

    private void PushArray(ArrayType type, IReadOnlyList<ConstantValue> items)
    {
        module.Copies.Zero(body, type);
        for (var n = 0; n < items.Count; n++)
        {
            if (items[n] is ConstantValue.Zero)
                continue;
            body.Op(ILOpCode.Dup);
            body.Il.LoadConstantI4(n);
            body.Depth += 3;
            Push(items[n], type.Element);
            body.Depth -= 3;
            body.Op(ILOpCode.Stelem, module.Types.Token(type.Element));
        }
    }

    private void PushMembers(MirType type,
        IReadOnlyList<(EntityHandle Field, ConstantValue Value, MirType Type)> members)
    {
        var made = body.Borrow(type);
        module.Copies.Zero(body, type);
        body.Il.StoreLocal(made);
        body.Depth++;
        foreach (var (field, value, t) in members)
        {
            if (value is ConstantValue.Zero)
                continue;
            body.Il.LoadLocalAddress(made);
            Push(value, t);
            body.Op(ILOpCode.Stfld, field);
        }
        body.Depth--;
        body.Il.LoadLocal(made);
        body.Release(type, made);
    }
}
