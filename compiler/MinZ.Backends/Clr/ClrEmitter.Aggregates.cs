using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

internal sealed partial class ClrEmitter
{
    private void EmitAggregate(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        var type = i.Result.IsValid ? _f.TypeOf(i.Result) : i.Type;
        switch (i.Op)
        {
            case Op.StructMake or Op.TupleMake:
                EmitMake(type, o);
                break;
            case Op.EnumMake:
                EmitEnum((EnumType)type, (int)i.Bits, o);
                break;
            case Op.ArrayMake:
                EmitArray((ArrayType)type, o);
                break;
            case Op.ArrayFill:
                Push(o[0]);
                _il.LoadConstantI4(((ArrayType)type).Length);
                _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Runs", "Fill"), type.Element!));
                break;
            case Op.StructGet or Op.TupleGet:
                Push(o[0]);
                _body.Op(ILOpCode.Ldfld, _types.Field(_f.TypeOf(o[0]), (int)i.Bits));
                break;
            case Op.EnumTag:
                Push(o[0]);
                if (_f.TypeOf(o[0]) is EnumType { HasPayload: true } tagged)
                    _body.Op(ILOpCode.Ldfld, _types.Tag(tagged));
                break;
            default:
                EmitPayload(id, o[0]);
                break;
        }
    }

    private void EmitMake(MirType type, ReadOnlySpan<Value> fields)
    {
        var made = _body.Borrow(type);
        if (fields.IsEmpty)
        {
            _il.LoadLocalAddress(made);
            _body.Op(ILOpCode.Initobj, _types.Token(type));
        }
        var depth = _body.Depth;
        for (var n = 0; n < fields.Length; n++)
        {
            _il.LoadLocalAddress(made);
            _body.Depth = depth + 1;
            Push(fields[n]);
            _body.Op(ILOpCode.Stfld, _types.Field(type, n));
        }
        _il.LoadLocal(made);
        _body.Release(type, made);
    }

    private void EmitEnum(EnumType type, int variant, ReadOnlySpan<Value> payload)
    {
        if (!type.HasPayload)
        {
            PushConstant(type, type.Variants[variant].Value);
            return;
        }
        var made = _body.Borrow(type);
        _il.LoadLocalAddress(made);
        _body.Op(ILOpCode.Initobj, _types.Token(type));
        _il.LoadLocalAddress(made);
        PushConstant(type.Tag, type.Variants[variant].Value);
        _body.Op(ILOpCode.Stfld, _types.Tag(type));
        var depth = _body.Depth;
        for (var n = 0; n < payload.Length; n++)
        {
            _il.LoadLocalAddress(made);
            _body.Depth = depth + 1;
            Push(payload[n]);
            _body.Op(ILOpCode.Stfld, _types.Payload(type, variant, n));
        }
        _il.LoadLocal(made);
        _body.Release(type, made);
    }

    private void EmitArray(ArrayType type, ReadOnlySpan<Value> items)
    {
        _il.LoadConstantI4(type.Length);
        _body.Op(ILOpCode.Newarr, _types.Token(type.Element));
        var depth = _body.Depth;
        for (var n = 0; n < items.Length; n++)
        {
            _body.Op(ILOpCode.Dup);
            _il.LoadConstantI4(n);
            _body.Depth = depth + 3;
            Push(items[n]);
            _body.Op(ILOpCode.Stelem, _types.Token(type.Element));
        }
    }

    private void EmitPayload(int id, Value v)
    {
        var type = (EnumType)_f.TypeOf(v);
        var (variant, item) = ((int)(_f[id].Bits >> 16), (int)(_f[id].Bits & 0xFFFF));
        Push(v);
        if ((_f[id].Flags & InstructionFlags.Unchecked) == 0)
        {
            _body.Op(ILOpCode.Dup);
            _body.Op(ILOpCode.Ldfld, _types.Tag(type));
            CheckTag(type, variant);
        }
        _body.Op(ILOpCode.Ldfld, _types.Payload(type, variant, item));
    }

    /// <summary>Traps unless the tag on the stack is that of a variant.</summary>
    private void CheckTag(EnumType type, int variant)
    {
        Widen(type.Tag);
        _il.LoadConstantI8(type.Variants[variant].Value);
        _il.Call(_module.Runtime("Traps", "CheckVariant"));
    }

    private void EmitSliceOp(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        Push(o[0]);
        switch (i.Op)
        {
            case Op.Len when _f.TypeOf(o[0]).Kind == TypeKind.Str:
                _il.Call(_module.Runtime("Strings", "Length"));
                Resize(MirType.I32, i.Type);
                break;
            case Op.Len:
                _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Runs", "Length"), _f.TypeOf(o[0]).Element!));
                Resize(MirType.I32, i.Type);
                break;
            case Op.Slice:
                PushIndex(o[1]);
                PushIndex(o[2]);
                _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Runs", "Slice"), _f.TypeOf(o[0]).Element!));
                break;
            case Op.SliceNew:
                Widen(_f.TypeOf(o[0]));
                _copies.NewSlice(_body, _f.TypeOf(i.Result));
                break;
            default:
                _copies.Clone(_body, i.Type);
                _body.Op(ILOpCode.Newobj, _types.BoxConstructor(_f.TypeOf(i.Result)));
                break;
        }
    }

    /// <summary>
    /// Pushes an index or count as int64; values of 2^63 and above become negative and so out of range.
    /// </summary>
    private void PushIndex(Value v)
    {
        Push(v);
        Widen(_f.TypeOf(v));
    }
}
