using MinZ.Mir;
using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

internal sealed partial class Selector
{
    private void SelectArithmetic(int id)
    {
        ref var i = ref _f[id];
        var rep = RepOf(i.Type);
        var result = i.Result.Id;
        if (i.Op is >= Op.CmpEq and <= Op.CmpGe)
            SelectCompare(id, rep);
        else if (rep is Rep.F64 or Rep.F32)
            SelectFloat(id, rep, result);
        else
            SelectInteger(id, rep, result);
    }

    private void SelectInteger(int id, Rep rep, int result)
    {
        var o = _f.Operands(id);
        var op = _f[id].Op;
        // A 24-bit result is computed in 64 bits and cut; other widths wrap in the instruction.
        var is24 = Reps.Is24(rep);
        var made = is24 ? NewRegister() : result;
        switch (op)
        {
            case Op.Add or Op.Sub or Op.Mul:
                SelectSum(op, o[0], o[1], Reps.Width(rep), made, rep);
                break;
            case Op.AddCarry or Op.SubBorrow:
                var (code, partial) = (op == Op.AddCarry ? Code.Add64 : Code.Sub64, NewRegister());
                Emit(code + Reps.Width(rep), partial, Use(o[0]), Use(o[1]));
                Emit(code + Reps.Width(rep), made, partial, Use(o[2]));
                break;
            case Op.MulWide:
                Emit(Code.Mul64, made, Use(o[0]), Use(o[1]));
                return;
            case Op.Neg:
                Emit(Code.SubFrom64 + Reps.Width(rep), made, Use(o[0]), 0, 0);
                break;
            case Op.Abs:
                SelectAbs(o[0], rep, result);
                return;
            case Op.Not:
                SelectNot(o[0], rep, result);
                return;
            case Op.And or Op.Or or Op.Xor:
                SelectBits(op, o[0], o[1], result);
                return;
            case Op.Shl or Op.Shr:
                SelectShift(op, o[0], o[1], rep, made);
                break;
            case Op.Rotl or Op.Rotr:
                SelectRotation(id, rep, result);
                return;
            case Op.Div or Op.Rem:
                SelectDivision(op, o[0], o[1], rep, result);
                return;
            case Op.Min or Op.Max:
                var min = rep == Rep.U64 ? Code.MinU : Code.Min;
                Emit(op == Op.Min ? min : min + 1, result, Use(o[0]), Use(o[1]));
                return;
            default:
                SelectEvaluation(id, result);
                return;
        }
        if (is24)
            Extend(rep, result, made);
    }

    private void Extend(Rep rep, int result, int from)
    {
        Emit(rep switch
        {
            Rep.U8 => Code.ExtU8,
            Rep.I8 => Code.ExtI8,
            Rep.U16 => Code.ExtU16,
            Rep.I16 => Code.ExtI16,
            Rep.U24 => Code.ExtU24,
            Rep.I24 => Code.ExtI24,
            Rep.U32 => Code.ExtU32,
            Rep.I32 => Code.ExtI32,
            _ => Code.Mov,
        }, result, from);
    }

    /// <summary>Immediate of a sum that wraps: any constant equal modulo the width will do.</summary>
    private bool IsWrapping(Value v, Rep rep, out int immediate)
    {
        if (IsImmediate(v, out immediate))
            return true;
        var isWord = rep is Rep.U32 or Rep.I32 && IsConstant(v, out var bits) && (immediate = (int)bits) == (int)bits;
        return isWord;
    }

    private void SelectSum(Op op, Value a, Value b, int width, int result, Rep rep)
    {
        if (op == Op.Sub && IsWrapping(a, rep, out var from))
            Emit(Code.SubFrom64 + width, result, Use(b), 0, from);
        else if (op == Op.Sub && IsWrapping(b, rep, out var less) && less != int.MinValue)
            Emit(Code.AddI64 + width, result, Use(a), 0, -less);
        else if (op != Op.Sub && IsWrapping(b, rep, out var right))
            Emit((op == Op.Add ? Code.AddI64 : Code.MulI64) + width, result, Use(a), 0, right);
        else if (op != Op.Sub && IsWrapping(a, rep, out var left))
            Emit((op == Op.Add ? Code.AddI64 : Code.MulI64) + width, result, Use(b), 0, left);
        else if (op == Op.Add && IsFolded(b, Op.Mul, out var product))
            SelectMulAdd(product, a, width, result, rep);
        else if (op == Op.Add && IsFolded(a, Op.Mul, out product))
            SelectMulAdd(product, b, width, result, rep);
        else
            Emit((op == Op.Add ? Code.Add64 : op == Op.Sub ? Code.Sub64 : Code.Mul64) + width, result, Use(a), Use(b));
    }

    private bool IsFolded(Value v, Op op, out int id)
    {
        id = _f.DefinitionOf(Actual(v));
        return id >= 0 && _fold[id] == Fold.Away && _f[id].Op == op;
    }

    private void SelectMulAdd(int product, Value term, int width, int result, Rep rep)
    {
        var o = _f.Operands(product);
        var (x, y) = IsWrapping(o[0], rep, out _) ? (o[1], o[0]) : (o[0], o[1]);
        if (IsWrapping(y, rep, out var factor))
            Emit(Code.MulIAdd64 + width, result, Use(x), Use(term), factor);
        else
            Emit(Code.MulAdd64 + width, result, Use(x), Use(y), Use(term));
    }

    private void SelectAbs(Value a, Rep rep, int result)
    {
        if (!Reps.IsSigned(rep))
            Emit(Code.Mov, result, Use(a));
        else if (rep == Rep.I64)
            Emit(Code.Abs, result, Use(a));
        else
        {
            var wide = NewRegister();
            Emit(Code.Abs, wide, Use(a));
            Extend(rep, result, wide);
        }
    }

    private void SelectNot(Value a, Rep rep, int result)
    {
        switch (rep)
        {
            case Rep.U32:
                Emit(Code.Xor, result, Use(a), Constant(uint.MaxValue));
                break;
            case Rep.U8 or Rep.U16 or Rep.U24 or Rep.Bool:
                Emit(Code.XorI, result, Use(a), 0, (1 << Reps.Bits(rep)) - 1);
                break;
            default:
                Emit(Code.XorI, result, Use(a), 0, -1);
                break;
        }
    }

    private void SelectBits(Op op, Value a, Value b, int result)
    {
        var code = op == Op.And ? Code.And : op == Op.Or ? Code.Or : Code.Xor;
        if (IsImmediate(b, out var right))
            Emit(code + 1, result, Use(a), 0, right);
        else if (IsImmediate(a, out var left))
            Emit(code + 1, result, Use(b), 0, left);
        else
            Emit(code, result, Use(a), Use(b));
    }

    private void SelectShift(Op op, Value a, Value count, Rep rep, int result)
    {
        var isLeft = op == Op.Shl;
        if (!IsImmediate(count, out var n))
        {
            Emit(isLeft ? Code.Shl64 + Reps.Width(rep) : rep == Rep.U64 ? Code.Shr : Code.Sar, result, Use(a),
                Use(count));
            return;
        }
        if (n > 63)
        {
            if (isLeft || !Reps.IsSigned(rep))
                Emit(Code.LdI, result);
            else
                Emit(Code.SarI, result, Use(a), 0, 63);
            return;
        }
        Emit(isLeft ? Code.ShlI64 + Reps.Width(rep) : rep == Rep.U64 ? Code.ShrI : Code.SarI, result, Use(a), 0, n);
    }

    private void SelectRotation(int id, Rep rep, int result)
    {
        if (Reps.Is24(rep))
        {
            SelectEvaluation(id, result);
            return;
        }
        var o = _f.Operands(id);
        var (code, width) = Reps.Bits(rep) switch
        {
            8 => (Code.Rotl8, 8), 16 => (Code.Rotl16, 16), 32 => (Code.Rotl32, 32), _ => (Code.Rotl64, 64),
        };
        var count = Use(o[1]);
        if (_f[id].Op == Op.Rotr)
        {
            // Counts are taken modulo the width, so turning right is turning left by the negative.
            var left = NewRegister();
            Emit(Code.SubFrom64, left, count, 0, width);
            count = left;
        }
        if (!Reps.IsSigned(rep) || width == 64)
        {
            Emit(code, result, Use(o[0]), count);
            return;
        }
        var turned = NewRegister();
        Emit(code, turned, Use(o[0]), count);
        Extend(rep, result, turned);
    }

    private void SelectDivision(Op op, Value a, Value b, Rep rep, int result)
    {
        if (rep == Rep.U64)
        {
            Emit(op == Op.Div ? Code.DivU : Code.RemU, result, Use(a), Use(b));
            return;
        }
        if (IsImmediate(b, out var n) && n is not (0 or -1))
        {
            Emit(op == Op.Div ? Code.DivI : Code.RemI, result, Use(a), 0, n);
            return;
        }
        // Only the minimum divided by -1 leaves the type's range.
        var overflows = op == Op.Div && Reps.IsSigned(rep) && rep != Rep.I64;
        var made = overflows ? NewRegister() : result;
        Emit(op == Op.Div ? Code.Div : Code.Rem, made, Use(a), Use(b));
        if (overflows)
            Extend(rep, result, made);
    }

    private void SelectFloat(int id, Rep rep, int result)
    {
        var o = _f.Operands(id);
        var isDouble = rep == Rep.F64;
        switch (_f[id].Op)
        {
            case Op.Add or Op.Sub or Op.Mul when isDouble:
                SelectDouble(_f[id].Op, o[0], o[1], result);
                break;
            case Op.Add:
                Emit(Code.AddG, result, Use(o[0]), Use(o[1]));
                break;
            case Op.Sub:
                Emit(Code.SubG, result, Use(o[0]), Use(o[1]));
                break;
            case Op.Mul:
                Emit(Code.MulG, result, Use(o[0]), Use(o[1]));
                break;
            case Op.Div:
                Emit(isDouble ? Code.DivF : Code.DivG, result, Use(o[0]), Use(o[1]));
                break;
            case Op.Neg:
                Emit(isDouble ? Code.NegF : Code.NegG, result, Use(o[0]));
                break;
            case Op.Abs:
                Emit(isDouble ? Code.AbsF : Code.AbsG, result, Use(o[0]));
                break;
            case Op.Min:
                Emit(isDouble ? Code.MinF : Code.MinG, result, Use(o[0]), Use(o[1]));
                break;
            case Op.Max:
                Emit(isDouble ? Code.MaxF : Code.MaxG, result, Use(o[0]), Use(o[1]));
                break;
            default:
                SelectEvaluation(id, result);
                break;
        }
    }

    private void SelectDouble(Op op, Value a, Value b, int result)
    {
        if (op != Op.Mul && IsFolded(b, Op.Mul, out var right))
            Emit(op == Op.Add ? Code.AddMulF : Code.SubMulF, result, Use(_f.Operands(right)[0]),
                Use(_f.Operands(right)[1]),
                Use(a));
        else if (op != Op.Mul && IsFolded(a, Op.Mul, out var left))
            Emit(op == Op.Add ? Code.MulAddF : Code.MulSubF, result, Use(_f.Operands(left)[0]),
                Use(_f.Operands(left)[1]),
                Use(b));
        else if (IsFolded(b, Op.MemLoad, out var second))
            SelectLoadAnd(op, a, second, result);
        else if (IsFolded(a, Op.MemLoad, out var first))
            SelectLoadAnd(op, b, first, result);
        else
            Emit(op == Op.Add ? Code.AddF : op == Op.Sub ? Code.SubF : Code.MulF, result, Use(a), Use(b));
    }

    private void SelectLoadAnd(Op op, Value other, int load, int result)
    {
        var at = Resolve(AddressOf(load));
        if (op == Op.Sub && IsFolded(other, Op.MemLoad, out var minuend))
        {
            var from = Resolve(AddressOf(minuend));
            Emit(Code.LdSubLdF, result, from.Base, at.Base, at.Displacement, from.Displacement);
            return;
        }
        Emit(op == Op.Add ? Code.AddLdF : op == Op.Sub ? Code.SubLdF : Code.MulLdF, result, Use(other), at.Base,
            at.Displacement);
    }

    private void SelectConversion(int id)
    {
        ref var i = ref _f[id];
        var from = RepOf(_f.Operands(id)[0]);
        var to = RepOf(i.Type);
        var source = Use(_f.Operands(id)[0]);
        var result = i.Result.Id;
        if (i.Op == Op.Bitcast && Reps.IsFloat(from))
        {
            Emit(from == Rep.F64 ? Code.BitsF : Code.BitsG, result, source);
            if (to == Rep.I32)
                Extend(to, result, result);
        }
        else if (i.Op == Op.Bitcast)
            Extend(to == Rep.F32 ? Rep.U32 : to, result, source);
        else if (Reps.IsFloat(from) || Reps.IsFloat(to))
            SelectFloatConversion(id, from, to, source, result);
        else if (to == Rep.Bool)
            Emit(Code.NeI, result, source);
        else
            Extend(to, result, source);
    }

    private void SelectFloatConversion(int id, Rep from, Rep to, int source, int result)
    {
        var code = (from, to) switch
        {
            (Rep.F32, Rep.F64) => Code.GToF,
            (Rep.F64, Rep.F32) => Code.FToG,
            (Rep.F64, Rep.I64) => Code.FToI64,
            (Rep.F64, Rep.U64) => Code.FToU64,
            (Rep.F64, Rep.I32) => Code.FToI32,
            (Rep.F64, Rep.U32) => Code.FToU32,
            (Rep.U64, Rep.F64) => Code.U64ToF,
            (not (Rep.F32 or Rep.F64 or Rep.U64), Rep.F64) => Code.IntToF,
            (not (Rep.F32 or Rep.F64 or Rep.U64), Rep.F32) => Code.IntToG,
            _ => Code.Convert,
        };
        Emit(code, result, source, 0,
            code == Code.Convert ? _program.Conversion(_f.TypeOf(_f.Operands(id)[0]), _f[id].Type) : 0);
    }

    private void SelectEvaluation(int id, int result)
    {
        var o = _f.Operands(id);
        Emit(Code.Evaluate, result, Use(o[0]), o.Length > 1 ? Use(o[1]) : Constant(0),
            _program.Evaluation(_f[id].Op, _f[id].Type));
    }
}
