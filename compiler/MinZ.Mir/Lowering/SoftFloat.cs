namespace MinZ.Mir.Lowering;

/// <summary>
/// Takes floats away for targets without them: an f32 value becomes the u32 of its bits, an f64 value a u64, operations
/// become calls of runtime functions. Bit for bit what <see cref="Evaluators"/> says.
/// </summary>
public sealed class SoftFloat
{
    private readonly RuntimeFunctions _runtime;
    private Function _f = null!;
    private Builder _b = null!;

    private SoftFloat(RuntimeFunctions runtime) => _runtime = runtime;

    /// <summary>Lowers a module in place, which <see cref="FlatMemory"/> has lowered.</summary>
    public static void Lower(Module module, RuntimeFunctions runtime)
    {
        var lowering = new SoftFloat(runtime);
        // Runtime functions join the list while it is worked on.
        for (var n = 0; n < module.Functions.Count; n++)
            lowering.LowerFunction(module.Functions[n]);
        foreach (var g in module.Globals)
            g.Type = Plain(g.Type);
        module.Layout = module.Layout! with { HasFloats = false };
    }

    private static MirType Plain(MirType type) => type.Kind switch
    {
        TypeKind.F32 => MirType.U32,
        TypeKind.F64 => MirType.U64,
        _ => type,
    };

    private static string Prefix(MirType type) => type.Kind == TypeKind.F32 ? "f32_" : "f64_";

    private static long SignOf(MirType type) => 1L << (type.Bits - 1);

    private void LowerFunction(Function f)
    {
        f.Parameters = [.. f.Parameters.Select(p => p with { Type = Plain(p.Type) })];
        f.Result = Plain(f.Result);
        foreach (var local in f.Locals)
            local.Type = Plain(local.Type);
        if (f.IsExtern)
            return;
        (_f, _b) = (f, new Builder(f));
        var types = TypesOf(f);
        for (var n = 0; n < f.Blocks.Count; n++)
        {
            var body = f.Blocks[n].Instructions.ToArray();
            if (!body.Any(id => IsOnFloats(id, types)))
                continue;
            f.Blocks[n].Instructions.Clear();
            _b.At(f.Blocks[n]);
            foreach (var id in body)
            {
                _b.Location = f[id].Location;
                if (IsOnFloats(id, types))
                    LowerInstruction(id, types);
                else
                    _b.Keep(id);
            }
        }
        f.ApplyReplacements();
    }

    /// <summary>The types of all values as they were; floats among them now have the type of their bits.</summary>
    private static MirType[] TypesOf(Function f)
    {
        var types = new MirType[f.ValueLimit];
        for (var v = 1; v < types.Length; v++)
        {
            ref var info = ref f[new Value(v)];
            types[v] = info.Type;
            if (info.Type.IsFloat && info.Kind != ValueKind.Constant)
                info.Type = Plain(info.Type);
        }
        return types;
    }

    private bool IsOnFloats(int id, MirType[] types)
    {
        ref var i = ref _f[id];
        if (i.Type.IsFloat || i.Result.IsValid && types[i.Result.Id].IsFloat)
            return true;
        foreach (var v in _f.Operands(id))
            if (types[v.Id].IsFloat)
                return true;
        return false;
    }

    private void LowerInstruction(int id, MirType[] types)
    {
        var i = _f[id];
        var from = _f.Operands(id).Length > 0 ? types[_f.Operands(id)[0].Id] : i.Type;
        foreach (ref var v in _f.MutableOperands(id))
            if (_f[v] is { Kind: ValueKind.Constant, Type.IsFloat: true } c)
                v = _f.Constant(Plain(c.Type), c.Bits);
        var o = _f.Operands(id).ToArray();
        switch (i.Op)
        {
            case Op.Conv:
                _f.Replace(i.Result, Convert(o[0], from, types[i.Result.Id]));
                break;
            case Op.Bitcast:
                // Programs see one NaN only.
                _f.Replace(i.Result, from.IsFloat ? _b.Bitcast(Call(Prefix(from) + "bits", Plain(from), o), i.Type)
                    : _b.Bitcast(o[0], Plain(i.Type)));
                break;
            case Op.StrOf:
                _f.Replace(i.Result, Call(Prefix(from) + "text", MirType.Str, o));
                break;
            case Op.Intrinsic:
                LowerIntrinsic(i, from, o);
                break;
            case (>= Op.Add and <= Op.Max) or (>= Op.CmpEq and <= Op.CmpGe):
                _f.Replace(i.Result, Arithmetic(i.Op, i.Type, o));
                break;
            default:
                _f[id].Type = Plain(i.Type);
                _b.Keep(id);
                break;
        }
    }

    private Value Call(string name, MirType result, params ReadOnlySpan<Value> arguments) =>
        _b.Emit(Op.Call, result, arguments, result, _runtime[name].Reference);

    private Value Arithmetic(Op op, MirType type, Value[] o)
    {
        var bits = Plain(type);
        var name = Prefix(type);
        return op switch
        {
            Op.Add => Call(name + "add", bits, o),
            Op.Sub => Call(name + "sub", bits, o),
            Op.Mul => Call(name + "mul", bits, o),
            Op.Div => Call(name + "div", bits, o),
            Op.Rem => Call(name + "rem", bits, o),
            Op.Neg => _b.Binary(Op.Xor, o[0], _f.Constant(bits, SignOf(type))),
            Op.Abs => _b.Binary(Op.And, o[0], _f.Constant(bits, ~SignOf(type))),
            Op.Min => _b.Select(Call(name + "lt", MirType.Bool, o[0], o[1]), o[0], o[1]),
            Op.Max => _b.Select(Call(name + "lt", MirType.Bool, o[1], o[0]), o[0], o[1]),
            Op.CmpEq => Call(name + "eq", MirType.Bool, o),
            Op.CmpNe => _b.Unary(Op.Not, Call(name + "eq", MirType.Bool, o)),
            Op.CmpLt => Call(name + "lt", MirType.Bool, o),
            Op.CmpLe => Call(name + "le", MirType.Bool, o),
            Op.CmpGt => Call(name + "lt", MirType.Bool, o[1], o[0]),
            Op.CmpGe => Call(name + "le", MirType.Bool, o[1], o[0]),
            _ => throw new InvalidOperationException($"no float form of {op.Info().Name}"),
        };
    }

    private Value Convert(Value v, MirType from, MirType to)
    {
        if (from == to)
            return v;
        if (from.IsFloat && to.IsFloat)
            return Call(to.Kind == TypeKind.F64 ? "f64_of_f32" : "f32_of_f64", Plain(to), v);
        if (to.IsFloat)
            return OfInteger(v, from, to);
        if (to.Kind != TypeKind.Bool)
            return ToInteger(v, from, to);
        var magnitude = _b.Binary(Op.And, v, _f.Constant(Plain(from), ~SignOf(from)));
        return _b.Compare(Op.CmpNe, magnitude, _f.Constant(Plain(from), 0));
    }

    // Integers of 64 bits go through f64, as the evaluators do.
    private Value OfInteger(Value v, MirType from, MirType to)
    {
        var isSigned = from.IsSigned;
        if (to.Kind == TypeKind.F32 && from.Bits <= 32)
            return isSigned ? Call("f32_of_i32", MirType.U32, _b.Convert(v, MirType.I32))
                : Call("f32_of_u32", MirType.U32, _b.Convert(v, MirType.U32));
        var wide = isSigned ? Call("f64_of_i64", MirType.U64, _b.Convert(v, MirType.I64))
            : Call("f64_of_u64", MirType.U64, _b.Convert(v, MirType.U64));
        return to.Kind == TypeKind.F64 ? wide : Call("f32_of_f64", MirType.U32, wide);
    }

    private Value ToInteger(Value v, MirType from, MirType to)
    {
        var isNarrow = from.Kind == TypeKind.F32 && to.Bits <= 32;
        if (from.Kind == TypeKind.F32 && !isNarrow)
            v = Call("f64_of_f32", MirType.U64, v);
        MirType type = (isNarrow, to.IsSigned) switch
        {
            (true, true) => MirType.I32,
            (true, false) => MirType.U32,
            (false, true) => MirType.I64,
            (false, false) => MirType.U64,
        };
        var whole = Call($"{(isNarrow ? "f32" : "f64")}_to_{type}", type, v);
        if (to.Bits == type.Bits)
            return _b.Convert(whole, to);
        whole = _b.Binary(Op.Min, whole, _f.Constant(type, (long)Constants.MaxValue(to)));
        if (to.IsSigned)
            whole = _b.Binary(Op.Max, whole, _f.Constant(type, (long)Constants.MinValue(to)));
        return _b.Convert(whole, to);
    }

    private void LowerIntrinsic(in Instruction i, MirType type, Value[] o)
    {
        var name = Prefix(type);
        switch ((Intrinsic)i.Bits)
        {
            case Intrinsic.Print or Intrinsic.PrintText:
                _b.Emit(Op.Call, MirType.Void, o, null, _runtime[name + "print"].Reference);
                if ((Intrinsic)i.Bits == Intrinsic.Print)
                    _b.Call(Intrinsic.PrintLine);
                break;
            case Intrinsic.PrintHex:
                _b.Call(Intrinsic.PrintHex, Call(name + "bits", Plain(type), o));
                break;
            default:
                _f.Replace(i.Result, Call(name + NameOf((Intrinsic)i.Bits), Plain(type), o));
                break;
        }
    }

    private static string NameOf(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Round => "nearest",
        var other => other.Info().Name,
    };
}
