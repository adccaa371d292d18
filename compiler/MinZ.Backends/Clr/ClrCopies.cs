using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>
/// Values with arrays in them. A CLR array belongs to the one place it was made for and never moves: storing copies the
/// elements into it, loading makes a copy. A value in flight is never changed, so copies of it may share arrays.
/// </summary>
internal sealed class ClrCopies(ClrModule module)
{
    private readonly Dictionary<(string, MirType), MethodDefinitionHandle> _helpers = [];
    private readonly Dictionary<MirType, bool> _deep = [];

    /// <summary>True when a value of the type holds arrays, so that copying its bits is not enough.</summary>
    public bool IsDeep(MirType type)
    {
        if (!_deep.TryGetValue(type, out var deep))
            _deep[type] = deep = type switch
            {
                ArrayType => true,
                StructType s => s.Fields.Any(f => IsDeep(f.Type)),
                TupleType t => t.Items.Any(IsDeep),
                EnumType e => e.Variants.Any(v => v.Payload.Any(IsDeep)),
                _ => false,
            };
        return deep;
    }

    /// <summary>Pushes the zero value.</summary>
    public void Zero(ClrBody body, MirType type)
    {
        var carrier = module.Types.CarrierOf(type);
        switch (carrier)
        {
            case Carrier.I4:
                body.Il.LoadConstantI4(0);
                break;
            case Carrier.I8:
                body.Il.LoadConstantI8(0);
                break;
            case Carrier.R4:
                body.Il.LoadConstantR4(0);
                break;
            case Carrier.R8:
                body.Il.LoadConstantR8(0);
                break;
            case Carrier.Other when type.Kind is TypeKind.Box or TypeKind.Function or TypeKind.Reference
                or TypeKind.Pointer or TypeKind.Interface or TypeKind.Channel or TypeKind.Actor:
                body.Op(ILOpCode.Ldnull);
                break;
            case Carrier.Other when type is ArrayType a && !IsDeep(a.Element):
                body.Il.LoadConstantI4(a.Length);
                body.Op(ILOpCode.Newarr, module.Types.Token(a.Element));
                break;
            case Carrier.Other when IsDeep(type):
                body.Il.Call(Helper("zero", type, [], type, EmitZero));
                break;
            case Carrier.Other:
                body.Default(type);
                break;
        }
    }

    /// <summary>Replaces the value on the stack by one that shares nothing with it.</summary>
    public void Clone(ClrBody body, MirType type)
    {
        if (type is ArrayType a && !IsDeep(a.Element))
            body.Op(ILOpCode.Call, module.Types.Generic(module.Runtime("Runs", "Clone"), a.Element));
        else if (IsDeep(type))
            body.Il.Call(Helper("clone", type, [type], type, EmitClone));
    }

    /// <summary>
    /// Stores a value into a place. On the stack: for an array type the place's array, else a managed pointer to the
    /// place;
    /// then the value.
    /// </summary>
    public void CopyInto(ClrBody body, MirType type)
    {
        if (type is ArrayType a && !IsDeep(a.Element))
            body.Op(ILOpCode.Call, module.Types.Generic(module.Runtime("Runs", "Copy"), a.Element));
        else if (IsDeep(type))
            body.Il.Call(Helper("copy", type, [type, type], null, EmitCopy, byRef: type is ArrayType ? -1 : 0));
        else
            body.Op(ILOpCode.Stobj, module.Types.Token(type));
    }

    private MethodDefinitionHandle Helper(string what, MirType type, MirType[] parameters, MirType? result,
        Action<ClrBody, MirType> emit, int byRef = -1)
    {
        if (!_helpers.TryGetValue((what, type), out var handle))
            _helpers[(what, type)] = handle = module.AddHelper(what + " " + type,
                module.Types.Signature(parameters, result, byRefParameter: byRef), body => emit(body, type));
        return handle;
    }

    /// <summary>Fields of an aggregate with their tokens; of an enum the payload items of all variants.</summary>
    private IEnumerable<(EntityHandle Field, MirType Type)> FieldsOf(MirType type) => type switch
    {
        EnumType e => e.Variants.SelectMany((v, n) =>
            v.Payload.Select((t, item) => (module.Types.Payload(e, n, item), t))),
        _ => Enumerable.Range(0, TypeMembers.FieldCount(type))
            .Select(n => (module.Types.Field(type, n), TypeMembers.FieldType(type, n)!)),
    };

    private void EmitZero(ClrBody body, MirType type)
    {
        var result = body.NewLocal(type);
        if (type is ArrayType a)
        {
            body.Il.LoadConstantI4(a.Length);
            body.Op(ILOpCode.Newarr, module.Types.Token(a.Element));
            body.Il.StoreLocal(result);
            FillZero(body, result, a.Element);
        }
        else
        {
            foreach (var (field, t) in FieldsOf(type).Where(f => IsDeep(f.Type)))
            {
                body.Il.LoadLocalAddress(result);
                Zero(body, t);
                body.Op(ILOpCode.Stfld, field);
            }
        }
        body.Il.LoadLocal(result);
        body.Op(ILOpCode.Ret);
    }

    private void FillZero(ClrBody body, int array, MirType element) =>
        Loop(body, () => body.Il.LoadLocal(array), index =>
    {
        body.Il.LoadLocal(array);
        body.Il.LoadLocal(index);
        Zero(body, element);
        body.Op(ILOpCode.Stelem, module.Types.Token(element));
    });

    /// <summary>Pushes a slice of zeroed elements; their number, int64, is on the stack.</summary>
    public void NewSlice(ClrBody body, MirType slice)
    {
        var element = slice.Element!;
        body.Op(ILOpCode.Call, module.Types.Generic(module.Runtime("Runs", "New"), element));
        if (IsDeep(element))
            body.Il.Call(Helper("fill", slice, [slice], slice, EmitFill));
    }

    private void EmitFill(ClrBody body, MirType slice)
    {
        var element = slice.Element!;
        body.ForEachIndex(PushLength, index =>
        {
            body.Il.LoadArgument(0);
            body.Il.LoadLocal(index);
            body.Op(ILOpCode.Call, module.Types.Generic(module.Runtime("Runs", "At", "ArraySegment`1,int32"), element));
            Zero(body, element);
            body.Op(ILOpCode.Stobj, module.Types.Token(element));
        });
        body.Il.LoadArgument(0);
        body.Op(ILOpCode.Ret);

        void PushLength()
        {
            body.Il.LoadArgument(0);
            body.Op(ILOpCode.Call, module.Types.Generic(module.Runtime("Runs", "Length"), element));
        }
    }

    /// <summary>Repeats code for each index of an array.</summary>
    private static void Loop(ClrBody body, Action array, Action<int> each)
    {
        body.ForEachIndex(PushLength, each);

        void PushLength()
        {
            array();
            body.Op(ILOpCode.Ldlen);
            body.Op(ILOpCode.Conv_i4);
        }
    }

    private void EmitClone(ClrBody body, MirType type)
    {
        if (type is ArrayType a)
        {
            var copy = body.NewLocal(type);
            var exists = body.Il.DefineLabel();
            body.Il.LoadArgument(0);
            body.Il.Branch(ILOpCode.Brtrue, exists);
            body.Op(ILOpCode.Ldnull);
            body.Op(ILOpCode.Ret);
            body.Il.MarkLabel(exists);
            body.Il.LoadConstantI4(a.Length);
            body.Op(ILOpCode.Newarr, module.Types.Token(a.Element));
            body.Il.StoreLocal(copy);
            Loop(body, () => body.Il.LoadLocal(copy), index =>
            {
                body.Il.LoadLocal(copy);
                body.Il.LoadLocal(index);
                body.Il.LoadArgument(0);
                body.Il.LoadLocal(index);
                body.Op(ILOpCode.Ldelem, module.Types.Token(a.Element));
                Clone(body, a.Element);
                body.Op(ILOpCode.Stelem, module.Types.Token(a.Element));
            });
            body.Il.LoadLocal(copy);
        }
        else
        {
            foreach (var (field, t) in FieldsOf(type).Where(f => IsDeep(f.Type)))
            {
                body.Il.LoadArgumentAddress(0);
                body.Il.LoadArgument(0);
                body.Op(ILOpCode.Ldfld, field);
                Clone(body, t);
                body.Op(ILOpCode.Stfld, field);
            }
            body.Il.LoadArgument(0);
        }
        body.Op(ILOpCode.Ret);
    }

    private void EmitCopy(ClrBody body, MirType type)
    {
        switch (type)
        {
            case ArrayType a:
                Loop(body, () => body.Il.LoadArgument(0), index =>
                {
                    body.Il.LoadArgument(0);
                    body.Il.LoadLocal(index);
                    body.Op(a.Element is ArrayType ? ILOpCode.Ldelem : ILOpCode.Ldelema, module.Types.Token(a.Element));
                    body.Il.LoadArgument(1);
                    body.Il.LoadLocal(index);
                    body.Op(ILOpCode.Ldelem, module.Types.Token(a.Element));
                    CopyInto(body, a.Element);
                });
                break;
            case EnumType:
                body.Il.LoadArgument(0);
                body.Il.LoadArgument(1);
                Clone(body, type);
                body.Op(ILOpCode.Stobj, module.Types.Token(type));
                break;
            default:
                foreach (var (field, t) in FieldsOf(type))
                {
                    body.Il.LoadArgument(0);
                    if (IsDeep(t))
                        body.Op(t is ArrayType ? ILOpCode.Ldfld : ILOpCode.Ldflda, field);
                    body.Il.LoadArgument(1);
                    body.Op(ILOpCode.Ldfld, field);
                    if (IsDeep(t))
                        CopyInto(body, t);
                    else
                        body.Op(ILOpCode.Stfld, field);
                }
                break;
        }
        body.Op(ILOpCode.Ret);
    }
}
