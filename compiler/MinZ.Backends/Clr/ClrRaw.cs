using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Moves values between the stack and raw memory, aggregates member by member.</summary>
internal sealed class ClrRaw(ClrModule module)
{
    private readonly Dictionary<(bool Write, MirType), MethodDefinitionHandle> _helpers = [];

    private static DataLayout Layout => ClrResidence.Layout;

    /// <summary>Replaces the address on the stack by the value there.</summary>
    public void Read(ClrBody body, MirType type)
    {
        if (type.IsAggregate)
        {
            body.Il.Call(Helper(false, type));
            return;
        }
        if (Layout.SizeOf(type) == 1 && !type.IsSigned)
        {
            body.Il.Call(module.Runtime("RawMemory", "Peek", "int32"));
            if (type.Kind == TypeKind.Bool)
            {
                body.Il.LoadConstantI4(0);
                body.Op(ILOpCode.Cgt_un);
            }
            return;
        }
        body.Il.LoadConstantI4(Layout.SizeOf(type));
        body.Il.Call(module.Runtime("RawMemory", "Peek", "int32,int32"));
        FromBits(body, type);
    }

    private void Reinterpret(ClrBody body, string how, MirType from, MirType to) =>
        body.Op(ILOpCode.Call, module.Types.Framework("BitConverter", how, from, to));

    private void FromBits(ClrBody body, MirType type)
    {
        switch (ClrTypes.Integer(type).Kind)
        {
            case TypeKind.F32:
                body.Op(ILOpCode.Conv_i4);
                Reinterpret(body, "Int32BitsToSingle", MirType.I32, MirType.F32);
                break;
            case TypeKind.F64:
                Reinterpret(body, "Int64BitsToDouble", MirType.I64, MirType.F64);
                break;
            case TypeKind.U64 or TypeKind.I64:
                break;
            case TypeKind.I8:
                body.Op(ILOpCode.Conv_i1);
                break;
            case TypeKind.I16:
                body.Op(ILOpCode.Conv_i2);
                break;
            case TypeKind.I24:
                body.Op(ILOpCode.Conv_i4);
                body.Il.LoadConstantI4(8);
                body.Op(ILOpCode.Shl);
                body.Il.LoadConstantI4(8);
                body.Op(ILOpCode.Shr);
                break;
            default:
                body.Op(ILOpCode.Conv_i4);
                break;
        }
    }

    /// <summary>Stores a value; on the stack its address, then the value.</summary>
    public void Write(ClrBody body, MirType type)
    {
        if (type.IsAggregate)
        {
            body.Il.Call(Helper(true, type));
            return;
        }
        if (type.Kind == TypeKind.F32)
            body.Il.Call(module.Runtime("Numbers", "Bits", "float32"));
        else if (type.Kind == TypeKind.F64)
            body.Il.Call(module.Runtime("Numbers", "Bits", "float64"));
        body.Op(ILOpCode.Conv_i8);
        body.Il.LoadConstantI4(Layout.SizeOf(type));
        body.Il.Call(module.Runtime("RawMemory", "Poke"));
    }

    private MethodDefinitionHandle Helper(bool write, MirType type)
    {
        if (!_helpers.TryGetValue((write, type), out var handle))
            _helpers[(write, type)] = handle = write
                ? module.AddHelper("write " + type, module.Types.Signature([MirType.I32, type], null),
                    b => EmitWrite(b, type))
                : module.AddHelper("read " + type, module.Types.Signature([MirType.I32], type),
                    b => EmitRead(b, type));
        return handle;
    }

    /// <summary>Members of a struct or tuple, or payload items of one variant: field, offset, type.</summary>
    private IEnumerable<(EntityHandle Field, int Offset, MirType Type)> Members(MirType type, int variant = -1) =>
        type switch
    {
        EnumType e => e.Variants[variant].Payload.Select((t, n) =>
            (module.Types.Payload(e, variant, n), Layout.OffsetOfPayload(e, variant, n), t)),
        _ => Enumerable.Range(0, TypeMembers.FieldCount(type)).Select(n =>
            (module.Types.Field(type, n), Layout.OffsetOf(type, n), TypeMembers.FieldType(type, n)!)),
    };

    private void EmitRead(ClrBody body, MirType type)
    {
        var result = body.NewLocal(type);
        switch (type)
        {
            case ArrayType a:
                module.Copies.Zero(body, a);
                body.Il.StoreLocal(result);
                body.ForEachIndex(() => body.Il.LoadConstantI4(a.Length), index =>
                {
                    body.Il.LoadLocal(result);
                    body.Il.LoadLocal(index);
                    ElementAddress(body, a, index);
                    Read(body, a.Element);
                    body.Op(ILOpCode.Stelem, module.Types.Token(a.Element));
                });
                break;
            case EnumType e:
                body.Il.LoadLocalAddress(result);
                body.Il.LoadArgument(0);
                Read(body, e.Tag);
                body.Op(ILOpCode.Stfld, module.Types.Tag(e));
                ForVariant(body, e, () =>
                {
                    body.Il.LoadLocal(result);
                    body.Op(ILOpCode.Ldfld, module.Types.Tag(e));
                }, v => ReadMembers(body, e, result, v));
                break;
            default:
                ReadMembers(body, type, result, -1);
                break;
        }
        body.Il.LoadLocal(result);
        body.Op(ILOpCode.Ret);
    }

    private void ReadMembers(ClrBody body, MirType type, int result, int variant)
    {
        foreach (var (field, offset, t) in Members(type, variant))
        {
            body.Il.LoadLocalAddress(result);
            Offset(body, offset);
            Read(body, t);
            body.Op(ILOpCode.Stfld, field);
        }
    }

    private void EmitWrite(ClrBody body, MirType type)
    {
        switch (type)
        {
            case ArrayType a:
                body.ForEachIndex(() => body.Il.LoadConstantI4(a.Length), index =>
                {
                    ElementAddress(body, a, index);
                    body.Il.LoadArgument(1);
                    body.Il.LoadLocal(index);
                    body.Op(ILOpCode.Ldelem, module.Types.Token(a.Element));
                    Write(body, a.Element);
                });
                break;
            case EnumType e:
                body.Il.LoadArgument(0);
                body.Il.LoadArgument(1);
                body.Op(ILOpCode.Ldfld, module.Types.Tag(e));
                Write(body, e.Tag);
                ForVariant(body, e, () =>
                {
                    body.Il.LoadArgument(1);
                    body.Op(ILOpCode.Ldfld, module.Types.Tag(e));
                }, v => WriteMembers(body, e, v));
                break;
            default:
                WriteMembers(body, type, -1);
                break;
        }
        body.Op(ILOpCode.Ret);
    }

    private void WriteMembers(ClrBody body, MirType type, int variant)
    {
        foreach (var (field, offset, t) in Members(type, variant))
        {
            Offset(body, offset);
            body.Il.LoadArgument(1);
            body.Op(ILOpCode.Ldfld, field);
            Write(body, t);
        }
    }

    private static void Offset(ClrBody body, int offset)
    {
        body.Il.LoadArgument(0);
        if (offset == 0)
            return;
        body.Il.LoadConstantI4(offset);
        body.Op(ILOpCode.Add);
    }

    private static void ElementAddress(ClrBody body, ArrayType array, int index)
    {
        body.Il.LoadArgument(0);
        body.Il.LoadLocal(index);
        body.Il.LoadConstantI4(Layout.SizeOf(array.Element));
        body.Op(ILOpCode.Mul);
        body.Op(ILOpCode.Add);
    }

    private void ForVariant(ClrBody body, EnumType type, Action tag, Action<int> each)
    {
        for (var v = 0; v < type.Variants.Length; v++)
        {
            if (type.Variants[v].Payload.IsEmpty)
                continue;
            var next = body.Il.DefineLabel();
            tag();
            if (module.Types.CarrierOf(type.Tag) == Carrier.I8)
                body.Il.LoadConstantI8(type.Variants[v].Value);
            else
                body.Il.LoadConstantI4((int)type.Variants[v].Value);
            body.Il.Branch(ILOpCode.Bne_un, next);
            each(v);
            body.Il.MarkLabel(next);
        }
    }
}
