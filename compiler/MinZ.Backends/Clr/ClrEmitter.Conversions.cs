using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Conversions between numbers, and values taken as another type of the same bits.</summary>
internal sealed partial class ClrEmitter
{
    /// <summary>Converts the number on the stack as <see cref="Evaluators.Convert"/> does.</summary>
    private void Convert(MirType from, MirType to)
    {
        if (from == to)
            return;
        var (source, target) = (ClrTypes.Integer(from), ClrTypes.Integer(to));
        if (to.Kind == TypeKind.Bool)
            ConvertToBool(source);
        else if (to.IsFloat)
        {
            ToDouble(source, Fraction(from));
            if (to.Kind == TypeKind.F32)
                _body.Op(ILOpCode.Conv_r4);
        }
        else if (from.IsFloat)
            Saturate(to);
        else if (Fraction(from) == Fraction(to))
            Resize(source, target);
        else
        {
            Widen(source);
            var shift = Fraction(to) - Fraction(from);
            _il.LoadConstantI4(Math.Abs(shift));
            _body.Op(shift > 0 ? ILOpCode.Shl : ILOpCode.Shr);
            Resize(MirType.I64, target);
        }
    }

    private void ConvertToBool(MirType source)
    {
        switch (_types.CarrierOf(source))
        {
            case Carrier.R4 or Carrier.R8:
                _body.Op(ILOpCode.Conv_r8);
                _il.LoadConstantR8(0);
                _body.Op(ILOpCode.Ceq);
                _il.LoadConstantI4(0);
                _body.Op(ILOpCode.Ceq);
                return;
            case Carrier.I8:
                _il.LoadConstantI8(0);
                break;
            default:
                _il.LoadConstantI4(0);
                break;
        }
        _body.Op(ILOpCode.Cgt_un);
    }

    private void ToDouble(MirType source, int fraction)
    {
        if (!source.IsFloat && !source.IsSigned && source.Bits >= 32)
            _body.Op(ILOpCode.Conv_r_un);
        _body.Op(ILOpCode.Conv_r8);
        if (fraction == 0)
            return;
        _il.LoadConstantR8(Math.ScaleB(1, -fraction));
        _body.Op(ILOpCode.Mul);
    }

    private void Saturate(MirType to)
    {
        var target = ClrTypes.Integer(to);
        _body.Op(ILOpCode.Conv_r8);
        if (Fraction(to) > 0)
        {
            _il.LoadConstantR8(Math.ScaleB(1, Fraction(to)));
            _body.Op(ILOpCode.Mul);
        }
        if (target.Kind == TypeKind.U64)
        {
            Number("Saturate", "float64");
            return;
        }
        _il.LoadConstantI8((long)Constants.MinValue(target));
        _il.LoadConstantI8((long)Constants.MaxValue(target));
        Number("Saturate", "float64,int64,int64");
        Resize(MirType.I64, target);
    }

    /// <summary>int64 from the integer on the stack, extended by its sign.</summary>
    private void Widen(MirType source)
    {
        if (_types.CarrierOf(source) == Carrier.I4)
            _body.Op(source.IsSigned ? ILOpCode.Conv_i8 : ILOpCode.Conv_u8);
    }

    /// <summary>Truncates or extends the integer on the stack.</summary>
    private void Resize(MirType source, MirType target)
    {
        var isWide = _types.CarrierOf(source) == Carrier.I8;
        if (_types.CarrierOf(target) == Carrier.I8)
            Widen(source);
        else if (target.Bits >= 32)
        {
            if (isWide)
                _body.Op(ILOpCode.Conv_i4);
        }
        else if (isWide || source.Bits > target.Bits || source.IsSigned != target.IsSigned && source.IsSigned)
        {
            if (isWide && target.Bits == 24)
                _body.Op(ILOpCode.Conv_i4);
            Normalize(target);
        }
        else if (source.Bits == target.Bits && source.IsSigned != target.IsSigned)
            Normalize(target);
    }

    private void EmitBitcast(int id)
    {
        var v = _f.Operands(id)[0];
        var from = TypeOf(v);
        var to = TypeOf(_f[id].Result);
        if (_residence.IsNullTest(_f, id))
        {
            EmitNullTest(v, to);
            return;
        }
        if (ClrResidence.Alike(from, to) && !_residence.IsRaw(to) && !_residence.IsRaw(from))
        {
            EmitSameAddress(id, v);
            return;
        }
        Push(v);
        var (source, target) = (CastType(from), CastType(to));
        if (source is null || target is null)
            Unsupported(id, $"casting {from} to {to} is not supported");
        else if (source.IsFloat == target.IsFloat)
            Resize(source, target);
        else if (source.IsFloat)
            Number("Bits", source.Bits == 32 ? "float32" : "float64");
        else
            _body.Op(ILOpCode.Call, _types.Framework("BitConverter",
                target.Bits == 64 ? "Int64BitsToDouble" : "Int32BitsToSingle", Bits(source), Bits(target)));
    }

    /// <summary>0 for an address that is null, else 1.</summary>
    private void EmitNullTest(Value address, MirType to)
    {
        Push(address);
        if (_residence.IsRaw(TypeOf(address)) || TypeOf(address).IsNumeric)
            _il.LoadConstantI4(0);
        else
            _body.Op(ILOpCode.Ldnull);
        _body.Op(ILOpCode.Cgt_un);
        if (_types.CarrierOf(to) == Carrier.I8)
            _body.Op(ILOpCode.Conv_u8);
    }

    /// <summary>
    /// An address as one of another kind: references, pointers, boxes and actors are the same objects.
    /// </summary>
    private void EmitSameAddress(int id, Value v)
    {
        var isPointer = IsPointer(_f[id].Result);
        PushAs(v, !isPointer);
        if (isPointer && _f.TypeOf(v).Kind == TypeKind.Box)
            _body.Op(ILOpCode.Ldflda, _types.BoxField(_f.TypeOf(v)));
        else if (isPointer && _f.TypeOf(v).Kind == TypeKind.Actor)
            _module.Open(_body, _f.TypeOf(_f[id].Result).Element!);
    }

    private static MirType Bits(MirType type) => type.IsFloat ? type : MirType.SignedOf(type.Bits);

    private MirType? CastType(MirType type) => _residence.IsRaw(type) ? MirType.U32
        : ClrTypes.Integer(type) is { IsNumeric: true } number ? number : null;
}
