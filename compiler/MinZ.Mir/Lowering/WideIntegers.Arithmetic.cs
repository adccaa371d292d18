namespace MinZ.Mir.Lowering;

public sealed partial class WideIntegers
{
    private Halves Arithmetic(in Instruction i, Value[] o)
    {
        if (i.Op == Op.MulWide)
            return MultiplyWide(o[0], o[1], i.Type.IsSigned);
        var a = Of(o[0]);
        if (i.Op is Op.Shl or Op.Shr or Op.Rotl or Op.Rotr)
            return Shift(i.Op, a, o[1], i.Type.IsSigned);
        var b = o.Length > 1 ? Of(o[1]) : default;
        var isSigned = i.Type.IsSigned;
        return i.Op switch
        {
            Op.Add => Add(a, b),
            Op.Sub => Subtract(a, b),
            Op.Neg => Subtract(new Halves(U32(0), U32(0)), a),
            Op.Abs => isSigned ? Absolute(a) : a,
            Op.Min => Select(Compare(Op.CmpLt, a, b, isSigned), a, b),
            Op.Max => Select(Compare(Op.CmpLt, b, a, isSigned), a, b),
            Op.And or Op.Or or Op.Xor => Each(i.Op, a, b),
            Op.Not => new Halves(_b.Unary(Op.Not, a.Low), _b.Unary(Op.Not, a.High)),
            Op.Mul => Multiply(a, b),
            Op.Div => Divide(isSigned ? "i64_div" : "u64_div", a, b),
            Op.Rem => Divide(isSigned ? "i64_rem" : "u64_rem", a, b),
            Op.AddCarry => WithCarry(Op.AddCarry, a, b, o[2]),
            Op.SubBorrow => WithCarry(Op.SubBorrow, a, b, o[2]),
            _ => throw new InvalidOperationException($"no 64-bit form of {i.Op.Info().Name}"),
        };
    }

    private Halves Each(Op op, Halves a, Halves b) => new(_b.Binary(op, a.Low, b.Low), _b.Binary(op, a.High, b.High));

    private Value HighOf(Op op, Value a, Value b, Value carry) =>
        _b.Emit(op, MirType.U32, [a, b, carry], MirType.U32);

    private Halves Add(Halves a, Halves b)
    {
        if (IsZero(b.Low))
            return new Halves(a.Low, _b.Binary(Op.Add, a.High, b.High));
        var low = _b.Binary(Op.Add, a.Low, b.Low);
        return new Halves(low, HighOf(Op.AddCarry, a.High, b.High, _b.Compare(Op.CmpLt, low, b.Low)));
    }

    private Halves Subtract(Halves a, Halves b)
    {
        if (IsZero(b.Low))
            return new Halves(a.Low, _b.Binary(Op.Sub, a.High, b.High));
        var low = _b.Binary(Op.Sub, a.Low, b.Low);
        return new Halves(low, HighOf(Op.SubBorrow, a.High, b.High, _b.Compare(Op.CmpLt, a.Low, b.Low)));
    }

    private Halves WithCarry(Op op, Halves a, Halves b, Value carry)
    {
        var extra = new Halves(_b.Convert(carry, MirType.U32), U32(0));
        return op == Op.AddCarry ? Add(Add(a, b), extra) : Subtract(Subtract(a, b), extra);
    }

    private Halves Absolute(Halves a)
    {
        var sign = SignOf(a.High);
        var mask = new Halves(sign, sign);
        return Subtract(Each(Op.Xor, a, mask), mask);
    }

    private Halves Multiply(Halves a, Halves b) => IsZero(a.High) && IsZero(b.High)
        ? CallWide("u32_mul_wide", a.Low, b.Low) : CallWide("u64_mul", a.Low, a.High, b.Low, b.High);

    private Halves MultiplyWide(Value a, Value b, bool isSigned)
    {
        var (x, y) = (_b.Convert(a, MirType.U32), _b.Convert(b, MirType.U32));
        var product = CallWide("u32_mul_wide", x, y);
        if (!isSigned)
            return product;
        // A negative factor counts 2^32 too much: the other one goes off the high half.
        var high = _b.Binary(Op.Sub, product.High, _b.Binary(Op.And, SignOf(x), y));
        return new Halves(product.Low, _b.Binary(Op.Sub, high, _b.Binary(Op.And, SignOf(y), x)));
    }

    private Halves Divide(string routine, Halves a, Halves b)
    {
        var isSafe = _f.TryConstant(b.Low, out var low) && _f.TryConstant(b.High, out var high) && (low | high) != 0;
        if (!isSafe)
            TrapUnless(Compare(Op.CmpNe, b, new Halves(U32(0), U32(0)), false), TrapCode.DivideByZero);
        return CallWide(routine, a.Low, a.High, b.Low, b.High);
    }

    private Value Compare(Op op, Halves a, Halves b, bool isSigned) => op switch
    {
        Op.CmpEq or Op.CmpNe => _b.Compare(op, Difference(a, b), U32(0)),
        Op.CmpLt => Less(a, b, isSigned),
        Op.CmpGt => Less(b, a, isSigned),
        Op.CmpGe => _b.Unary(Op.Not, Less(a, b, isSigned)),
        _ => _b.Unary(Op.Not, Less(b, a, isSigned)),
    };

    // Zero when both are equal.
    private Value Difference(Halves a, Halves b) => _b.Binary(Op.Or,
        IsZero(b.Low) ? a.Low : _b.Binary(Op.Xor, a.Low, b.Low),
        IsZero(b.High) ? a.High : _b.Binary(Op.Xor, a.High, b.High));

    private Value Less(Halves a, Halves b, bool isSigned)
    {
        var type = isSigned ? MirType.I32 : MirType.U32;
        var high = _b.Compare(Op.CmpLt, _b.Convert(a.High, type), _b.Convert(b.High, type));
        if (IsZero(b.Low))
            return high;
        var low = _b.Compare(Op.CmpLt, a.Low, b.Low);
        return _b.Select(_b.Compare(Op.CmpEq, a.High, b.High), low, high);
    }

    private Halves Shift(Op op, Halves a, Value count, bool isSigned)
    {
        if (!_f.TryConstant(_f.Resolve(count), out var n))
            return CallWide(op switch
            {
                Op.Shl => "u64_shl", Op.Shr => isSigned ? "i64_shr" : "u64_shr", Op.Rotl => "u64_rotl", _ => "u64_rotr",
            }, a.Low, a.High, count);
        if (op is Op.Rotl or Op.Rotr)
            return Rotate(a, (int)(op == Op.Rotl ? n % 64 : (64 - n % 64) % 64));
        if (op == Op.Shl)
            return n >= 64 ? new Halves(U32(0), U32(0))
                : n >= 32 ? new Halves(U32(0), By(Op.Shl, a.Low, n - 32))
                : new Halves(By(Op.Shl, a.Low, n), Funnel(a.High, a.Low, (int)n));
        var fill = isSigned ? SignOf(a.High) : U32(0);
        return n >= 64 ? new Halves(fill, fill)
            : n >= 32 ? new Halves(ShiftRight(a.High, n - 32, isSigned), fill)
            : new Halves(n == 0 ? a.Low : Funnel(a.High, a.Low, 32 - (int)n), ShiftRight(a.High, n, isSigned));
    }

    private Value By(Op op, Value v, long n) => n == 0 ? v : _b.Binary(op, v, _f.Constant(MirType.U8, n));

    private Value ShiftRight(Value v, long n, bool isSigned) => n == 0 ? v : isSigned
        ? _b.Convert(By(Op.Shr, _b.Convert(v, MirType.I32), n), MirType.U32) : By(Op.Shr, v, n);

    /// <summary>The high half of a 64-bit value shifted left by 0 to 32 bits.</summary>
    private Value Funnel(Value high, Value low, int n) => n switch
    {
        0 => high,
        32 => low,
        _ => _b.Binary(Op.Or, By(Op.Shl, high, n), By(Op.Shr, low, 32 - n)),
    };

    private Halves Rotate(Halves a, int n)
    {
        if (n >= 32)
            (a, n) = (new Halves(a.High, a.Low), n - 32);
        return n == 0 ? a : new Halves(Funnel(a.Low, a.High, n), Funnel(a.High, a.Low, n));
    }
}
