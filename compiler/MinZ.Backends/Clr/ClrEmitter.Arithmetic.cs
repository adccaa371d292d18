using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

internal sealed partial class ClrEmitter
{
    /// <summary>IL name of the support code's parameter type that takes a numeric type as it is on the stack.</summary>
    private string StackName(MirType type) => _types.CarrierOf(type) switch
    {
        Carrier.I4 => type.IsSigned || type.Bits < 32 ? "int32" : "uint32",
        Carrier.I8 => type.IsSigned ? "int64" : "uint64",
        Carrier.R4 => "float32",
        Carrier.R8 => "float64",
        Carrier.Other => throw new InvalidOperationException($"{type} is no number"),
    };

    private string SignedName(MirType type) => _types.CarrierOf(type) == Carrier.I8 ? "int64" : "int32";

    private void Number(string name, string parameters) => _il.Call(_module.Runtime("Numbers", name, parameters));

    private void EmitArithmetic(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        var type = ClrTypes.Integer(i.Type);
        if (i.Type is FixedType f && i.Op is Op.Mul or Op.Div)
        {
            EmitFixed(i.Op, f, o);
            return;
        }
        if (i.Op == Op.MulWide)
        {
            EmitMulWide(type, o);
            return;
        }
        PushAll(o);
        switch (i.Op)
        {
            case Op.Add:
                _body.Op(ILOpCode.Add);
                break;
            case Op.Sub:
                _body.Op(ILOpCode.Sub);
                break;
            case Op.Mul:
                _body.Op(ILOpCode.Mul);
                break;
            case Op.Div or Op.Rem:
                EmitDivision(i.Op, type, o[1]);
                break;
            case Op.Neg:
                _body.Op(ILOpCode.Neg);
                break;
            case Op.Abs when type.IsFloat:
                _body.Op(ILOpCode.Call, _types.Framework("Math", "Abs", type, type));
                return;
            case Op.Abs:
                if (type.IsSigned)
                    Number("Abs", StackName(type));
                break;
            case Op.Min or Op.Max:
                Number(i.Op.ToString(), StackName(type) + "," + StackName(type));
                return;
            case Op.And:
                _body.Op(ILOpCode.And);
                return;
            case Op.Or:
                _body.Op(ILOpCode.Or);
                return;
            case Op.Xor:
                _body.Op(ILOpCode.Xor);
                return;
            case Op.Not when type.Kind == TypeKind.Bool:
                _il.LoadConstantI4(0);
                _body.Op(ILOpCode.Ceq);
                return;
            case Op.Not:
                _body.Op(ILOpCode.Not);
                break;
            default:
                EmitShift(i.Op, type, o[1]);
                break;
        }
        Normalize(type);
    }

    /// <summary>Brings the integer on the stack back into the range of its type.</summary>
    private void Normalize(MirType type)
    {
        switch (type.Kind)
        {
            case TypeKind.Bool:
                _il.LoadConstantI4(1);
                _body.Op(ILOpCode.And);
                break;
            case TypeKind.U8:
                _body.Op(ILOpCode.Conv_u1);
                break;
            case TypeKind.I8:
                _body.Op(ILOpCode.Conv_i1);
                break;
            case TypeKind.U16:
                _body.Op(ILOpCode.Conv_u2);
                break;
            case TypeKind.I16:
                _body.Op(ILOpCode.Conv_i2);
                break;
            case TypeKind.U24:
                _il.LoadConstantI4(0xFFFFFF);
                _body.Op(ILOpCode.And);
                break;
            case TypeKind.I24:
                _il.LoadConstantI4(8);
                _body.Op(ILOpCode.Shl);
                _il.LoadConstantI4(8);
                _body.Op(ILOpCode.Shr);
                break;
        }
    }

    private void EmitDivision(Op op, MirType type, Value divisor)
    {
        // IL overflows for the minimum divided by -1; narrower types than the stack's cannot get there.
        var mayOverflow = type.IsSigned && !type.IsFloat && type.Bits >= 32 &&
            !(_f.TryConstant(divisor, out var d) && d is not (0 or -1));
        if (mayOverflow)
            Number(op.ToString(), SignedName(type) + "," + SignedName(type));
        else if (op == Op.Div)
            _body.Op(type.IsSigned || type.IsFloat ? ILOpCode.Div : ILOpCode.Div_un);
        else
            _body.Op(type.IsSigned || type.IsFloat ? ILOpCode.Rem : ILOpCode.Rem_un);
    }

    private void EmitFixed(Op op, FixedType type, ReadOnlySpan<Value> o)
    {
        var widen = type.Signed ? ILOpCode.Conv_i8 : ILOpCode.Conv_u8;
        Push(o[0]);
        _body.Op(widen);
        if (op == Op.Div)
        {
            _il.LoadConstantI4(type.FractionBits);
            _body.Op(ILOpCode.Shl);
        }
        Push(o[1]);
        _body.Op(widen);
        if (op == Op.Mul)
        {
            _body.Op(ILOpCode.Mul);
            _il.LoadConstantI4(type.FractionBits);
            _body.Op(type.Signed ? ILOpCode.Shr : ILOpCode.Shr_un);
        }
        else
            _body.Op(ILOpCode.Div);
        _body.Op(ILOpCode.Conv_i4);
        Normalize(ClrTypes.Integer(type));
    }

    private void EmitMulWide(MirType type, ReadOnlySpan<Value> o)
    {
        foreach (var v in o)
        {
            Push(v);
            if (type.Bits >= 24)
                _body.Op(type.IsSigned ? ILOpCode.Conv_i8 : ILOpCode.Conv_u8);
        }
        _body.Op(ILOpCode.Mul);
        Normalize(type.IsSigned ? MirType.SignedOf(type.Bits * 2) : MirType.Unsigned(type.Bits * 2));
    }

    private void EmitShift(Op op, MirType type, Value count)
    {
        var isWide = type.Bits == 64;
        if (op is Op.Rotl or Op.Rotr)
        {
            if (!isWide)
                _il.LoadConstantI4(type.Bits);
            Number(op.ToString(), isWide ? "int64,int32" : "int32,int32,int32");
        }
        else if (_f.TryConstant(count, out var n) && n < (isWide ? 64 : 32))
            _body.Op(op == Op.Shl ? ILOpCode.Shl : type.IsSigned ? ILOpCode.Shr : ILOpCode.Shr_un);
        else if (op == Op.Shl)
            Number("Shl", SignedName(type) + ",int32");
        else
            Number("Shr", (type.IsSigned ? SignedName(type) : isWide ? "uint64" : "uint32") + ",int32");
    }

    private void EmitCompare(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        PushAll(o);
        var type = ClrTypes.Integer(i.Type);
        switch (type.Kind)
        {
            case TypeKind.Str:
                _il.Call(_module.Runtime("Strings", "Compare"));
                _il.LoadConstantI4(0);
                type = MirType.I32;
                break;
            case TypeKind.Slice:
                _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Runs", "Same"), type.Element!));
                _il.LoadConstantI4(1);
                break;
            case TypeKind.Reference or TypeKind.Pointer when _references.IsManaged(type):
                Same("Refs", type.Element!);
                break;
            case TypeKind.Interface:
                Same("Targets");
                break;
            case TypeKind.Function:
                Same("Functions");
                break;
            case TypeKind.Box or TypeKind.Channel or TypeKind.Actor when i.Op is not (Op.CmpEq or Op.CmpNe):
                Unsupported(id, $"'{i.Op.Info().Name}' of values of type {type} is not supported",
                    "objects have no order there");
                break;
        }
        var un = !type.IsSigned;
        switch (i.Op)
        {
            case Op.CmpEq:
                _body.Op(ILOpCode.Ceq);
                return;
            case Op.CmpLt:
                _body.Op(un ? ILOpCode.Clt_un : ILOpCode.Clt);
                return;
            case Op.CmpGt:
                _body.Op(un ? ILOpCode.Cgt_un : ILOpCode.Cgt);
                return;
            // The negation of the opposite test; for floats that test must be true for NaN.
            case Op.CmpNe:
                _body.Op(ILOpCode.Ceq);
                break;
            case Op.CmpLe:
                _body.Op(un || type.IsFloat ? ILOpCode.Cgt_un : ILOpCode.Cgt);
                break;
            default:
                _body.Op(un || type.IsFloat ? ILOpCode.Clt_un : ILOpCode.Clt);
                break;
        }
        _il.LoadConstantI4(0);
        _body.Op(ILOpCode.Ceq);
    }

    /// <summary>Compares two handles by the support code; 1 is on the stack to compare the result with.</summary>
    private void Same(string type, params ReadOnlySpan<MirType> arguments)
    {
        var method = _module.Runtime(type, "Same");
        _body.Op(ILOpCode.Call, arguments.IsEmpty ? method : _types.Generic(method, arguments));
        _il.LoadConstantI4(1);
    }

    private static int Fraction(MirType type) => type is FixedType f ? f.FractionBits : 0;
}
