using System.Collections.Frozen;
using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Functions that need no import. A program's own function of the same name hides one.</summary>
internal sealed partial class BodyBinder
{
    private static readonly Dictionary<string, MirType> TypedPrint = new()
    {
        ["print_u8"] = MirType.U8, ["print_u16"] = MirType.U16, ["print_u24"] = MirType.U24,
        ["print_u32"] = MirType.U32, ["print_i8"] = MirType.I8, ["print_i16"] = MirType.I16,
        ["print_i24"] = MirType.I24, ["print_i32"] = MirType.I32,
        ["print_bool"] = MirType.Bool, ["print_f32"] = MirType.F32,
    };

    private static readonly Dictionary<string, MirType?> HexPrint = new()
    {
        ["print_hex_u8"] = MirType.U8, ["print_hex_u16"] = MirType.U16, ["print_hex_u32"] = MirType.U32,
        ["print_hex"] = null, ["hex"] = null,
    };

    private static readonly Dictionary<string, Intrinsic> Maths = new()
    {
        ["sqrt"] = Intrinsic.Sqrt, ["sin"] = Intrinsic.Sin, ["cos"] = Intrinsic.Cos, ["floor"] = Intrinsic.Floor,
        ["ceil"] = Intrinsic.Ceil, ["round"] = Intrinsic.Round,
    };

    /// <summary>All names and how many arguments each takes; null where there are several forms.</summary>
    private static readonly FrozenDictionary<string, int?> ArgumentCounts =
        new (string Names, int? Count)[]
        {
            ("print_newline ln cls yield", 0),
            ("print println print_char rom_print_char putchar print_string print_str", 1),
            ("inc_and_return len strlen peek peek8 peek16 peekw port_in inp", 1),
            ("abs panic exit some to_string sleep", 1),
            (string.Join(' ', [.. TypedPrint.Keys, .. HexPrint.Keys, .. Maths.Keys]), 1),
            ("poke poke8 poke16 pokew port_out outp min max pad", 2),
            ("memcpy memset", 3),
            ("assert assert_eq assert_ne", null),
        }
        .SelectMany(row => row.Names.Split(' '), (row, name) => KeyValuePair.Create(name, row.Count))
        .ToFrozenDictionary();

    /// <summary>
    /// True for <c>extern fn print_u8(x: u8)</c>, which says what is known anyway. Mathematics may be declared for other
    /// numbers than the floats that the built-in functions take.
    /// </summary>
    public static bool IsBuiltIn(string name, int parameters) =>
        ArgumentCounts.GetValueOrDefault(name) == parameters && !Maths.ContainsKey(name);

    /// <summary><c>exit(code)</c>, from which nothing comes back.</summary>
    private BoundBlock BindExit(TextSpan span, Expression code)
    {
        var exit = Void(span, Intrinsic.Exit, CastTo(Bind(code, MirType.U8), MirType.U8));
        return new BoundBlock(span, [new BoundExpressionStatement(exit)],
            new BoundTrap(span, TrapCode.Unreachable, null), Special.Never);
    }

    /// <summary>A call of a built-in function; null when there is none of this name.</summary>
    private BoundExpression? BindBuiltIn(string name, CallExpression c, MirType? expected)
    {
        if (TypedPrint.TryGetValue(name, out var printed))
            return One(c, name) is { } n ? Printed(c.Span, CastTo(Bind(n, printed), printed)) : Failed(c.Span);
        if (HexPrint.TryGetValue(name, out var hex))
            return One(c, name) is { } n ? PrintHex(c.Span, Bind(n, hex), hex) : Failed(c.Span);
        if (Maths.TryGetValue(name, out var function))
            return One(c, name) is { } n ? BindMath(c, n, function) : Failed(c.Span);
        switch (name)
        {
            case "print" or "println":
                CheckPlainHoles(c, name);
                return BindPrintLine(c);
            case "print_char" or "rom_print_char" or "putchar":
                return One(c, name) is { } character
                    ? Void(c.Span, Intrinsic.PrintChar, CastTo(Bind(character, MirType.U8), MirType.U8))
                        : Failed(c.Span);
            case "print_string" or "print_str":
                return One(c, name) is { } text ? Printed(c.Span, Bind(text, MirType.Str)) : Failed(c.Span);
            case "print_newline" or "ln":
                return Count(c, name, 0) ? new BoundIntrinsic(c.Span, Intrinsic.PrintLine, [], MirType.Void)
                    : Failed(c.Span);
            case "inc_and_return":
                return One(c, name) is { } counted ? BindIncrement(c.Span, Bind(counted, null)) : Failed(c.Span);
            case "len" or "strlen":
                return One(c, name) is { } sequence ? BindLength(c, sequence) : Failed(c.Span);
            case "peek" or "peek8" or "peek16" or "peekw":
                return One(c, name) is { } at ? BindPeek(c, at, name is "peek16" or "peekw" ? MirType.U16 : MirType.U8)
                    : Failed(c.Span);
            case "poke" or "poke8" or "poke16" or "pokew":
                return BindPoke(c, name is "poke16" or "pokew" ? MirType.U16 : MirType.U8);
            case "port_in" or "inp":
                return One(c, name) is { } port
                    ? Guarded(c.Span, [CastTo(Bind(port, MirType.U16), MirType.U16)],
                        a => new BoundOperation(c.Span, Op.In, MirType.U8, a, MirType.U8))
                    : Failed(c.Span);
            case "port_out" or "outp":
                return Count(c, name, 2)
                    ? Guarded(c.Span, [CastTo(Bind(c.Arguments[0].Value, MirType.U16), MirType.U16),
                        CastTo(Bind(c.Arguments[1].Value, MirType.U8), MirType.U8)],
                        a => new BoundOperation(c.Span, Op.Out, MirType.U8, a, MirType.Void))
                    : Failed(c.Span);
            case "memcpy" or "memset":
                return Count(c, name, 3) ? Call(_program.Core(name), c, null) : Failed(c.Span);
            case "cls" or "pad":
                return Count(c, name, name == "pad" ? 2 : 0) ? Call(_program.Core(name), c, null) : Failed(c.Span);
            default:
                return BindMoreBuiltIns(name, c, expected);
        }
    }

    private BoundExpression? BindMoreBuiltIns(string name, CallExpression c, MirType? expected)
    {
        switch (name)
        {
            case "abs":
                return One(c, name) is { } number ? BindAbs(c, number, expected) : Failed(c.Span);
            case "min" or "max":
                return Count(c, name, 2) ? BindMinMax(c, name == "min" ? Op.Min : Op.Max, expected) : Failed(c.Span);
            case "assert":
                return BindAssert(c.Arguments, c.Span);
            case "assert_eq" or "assert_ne":
                return BindAssertEqual(c, name == "assert_eq");
            case "panic":
                return One(c, name) is { } reason
                    ? new BoundTrap(c.Span, TrapCode.Panic, BindTo(reason, MirType.Str)) : Failed(c.Span);
            case "exit":
                return One(c, name) is { } code ? BindExit(c.Span, code) : Failed(c.Span);
            case "some" when One(c, name) is { } value:
                var inner = BindValue(value, _program.IsOptional(expected ?? MirType.Void)
                    ? ((EnumType)expected!).Variants[1].Payload[0] : null);
                if (AnyError(inner))
                    return inner;
                var optional = _program.IsOptional(expected ?? MirType.Void) ? (EnumType)expected!
                    : _program.Optional(inner.Type);
                return new BoundEnumValue(c.Span, optional, 1, [Convert(inner, optional.Variants[1].Payload[0])]);
            case "to_string" when One(c, name) is { } shown:
                return BindStringOf(BindValue(shown));
            default:
                return BindThreadBuiltIn(name, c);
        }
    }

    private bool Count(CallExpression c, string name, int count)
    {
        if (c.Arguments.Length == count)
            return true;
        BindAll(c.Arguments);
        _bag.WrongArgumentCount(At(c.Span), $"`{name}`", count, c.Arguments.Length);
        return false;
    }

    private Expression? One(CallExpression c, string name) => Count(c, name, 1) ? c.Arguments[0].Value : null;

    private BoundExpression CastTo(BoundExpression e, MirType to)
    {
        if (AnyError(e))
            return e;
        // What may hold no value has a number, but that is not what is meant.
        if (HoldsValue(e.Type))
            return Convert(e, to);
        if (Cast(Read(e), to) is { } result)
            return result;
        ReportMismatch(e, to);
        return Failed(e.Span);
    }

    private static BoundExpression Guarded(
        TextSpan span, ImmutableArray<BoundExpression> arguments,
        Func<ImmutableArray<BoundExpression>, BoundExpression> make) =>
        arguments.Any(a => a.Type.IsError()) ? new BoundError(span) : make(arguments);

    private static BoundExpression Void(TextSpan span, Intrinsic intrinsic,
        params ImmutableArray<BoundExpression> arguments) =>
        Guarded(span, arguments, a => new BoundIntrinsic(span, intrinsic, a, MirType.Void));

    private BoundExpression BindLength(CallExpression c, Expression sequence)
    {
        var target = Dereferenced(Bind(sequence, null));
        if (AnyError(target))
            return target;
        if (HasLength(target.Type) || IsRange(target))
            return LengthOf(target, c.Span);
        var original = Bind(sequence, null);
        if (original.Type is Mir.PointerType { Element.Kind: TypeKind.U8 })
            return new BoundCall(c.Span, _program.Core("strlen"), [original]);
        _bag.NotIndexable(At(sequence.Span), original.Type.Show());
        return Failed(c.Span);
    }

    private BoundExpression BindPeek(CallExpression c, Expression at, MirType type)
    {
        var address = CastTo(Bind(at, null), new Mir.PointerType(type));
        return AnyError(address) ? address : new BoundOperation(c.Span, Op.Peek, type, [address], type);
    }

    private BoundExpression BindPoke(CallExpression c, MirType type)
    {
        if (!Count(c, "poke", 2))
            return Failed(c.Span);
        var address = CastTo(Bind(c.Arguments[0].Value, null), new Mir.PointerType(type));
        var value = CastTo(Bind(c.Arguments[1].Value, type), type);
        return Guarded(c.Span, [address, value], a => new BoundOperation(c.Span, Op.Poke, type, a, MirType.Void));
    }

    private BoundExpression BindMath(CallExpression c, Expression argument, Intrinsic function)
    {
        var e = Bind(argument, MirType.F32);
        if (e.Type.IsUntyped())
            e = Convert(e, MirType.F32);
        else if (e.Type.IsInteger)
            e = Numeric(e, MirType.F32);
        if (!AnyError(e) && !e.Type.IsFloat)
        {
            _bag.TypeMismatch(At(argument.Span), "a float", e.Type.Show(), null);
            return Failed(c.Span);
        }
        return AnyError(e) ? e : new BoundIntrinsic(c.Span, function, [e], e.Type);
    }

    private BoundExpression BindAbs(CallExpression c, Expression argument, MirType? expected)
    {
        var e = Read(Bind(argument, expected));
        if (AnyError(e))
            return e;
        if (e is BoundUntyped u)
            return new BoundUntyped(c.Span, Int128.Abs(u.Value));
        if (e.Type.IsNumeric && e.Type.Kind != TypeKind.Bool)
            return new BoundUnary(c.Span, Op.Abs, e);
        _bag.NoOperator(At(c.Span), "abs", e.Type.Show());
        return Failed(c.Span);
    }

    private BoundExpression BindMinMax(CallExpression c, Op op, MirType? expected)
    {
        var left = Read(Bind(c.Arguments[0].Value, expected));
        var right = Read(Bind(c.Arguments[1].Value, expected));
        if (AnyError(left, right))
            return Failed(c.Span);
        if (left is BoundUntyped a && right is BoundUntyped b)
            return new BoundUntyped(c.Span, op == Op.Min ? Int128.Min(a.Value, b.Value) : Int128.Max(a.Value, b.Value));
        (left, right) = Meet(left, right, Folding.CommonForCompare);
        if (left.Type == right.Type && left.Type.IsNumeric && left.Type.Kind != TypeKind.Bool)
            return new BoundBinary(c.Span, op, left, right);
        _bag.NoOperator(At(c.Span), op == Op.Min ? "min" : "max", $"{left.Type.Show()} and {right.Type.Show()}");
        return Failed(c.Span);
    }

    private BoundExpression BindStringOf(BoundExpression e)
    {
        if (AnyError(e) || e.Type.Kind == TypeKind.Str)
            return e;
        if (e.Type.Kind == TypeKind.Bool)
            return new BoundIf(e.Span, e, Literal(e.Span, "true"), Literal(e.Span, "false"), MirType.Str);
        if (e.Type.IsNumeric || e.Type.IsPlainEnum())
            return new BoundOperation(e.Span, Op.StrOf, e.Type,
                [e.Type.IsPlainEnum() ? PlainNumber(e, MirType.U8) : e], MirType.Str);
        _bag.NotPrintable(At(e.Span), e.Type.Show());
        return Failed(e.Span);
    }

    private static BoundText Literal(TextSpan span, string text) => new(span, StringConstant.Of(text), MirType.Str);

    private static BoundExpression Concat(TextSpan span, BoundExpression a, BoundExpression b) =>
        new BoundOperation(span, Op.StrConcat, MirType.Str, [a, b], MirType.Str);

    private BoundExpression BindAssert(ImmutableArray<Argument> arguments, TextSpan span)
    {
        if (arguments.Length is not (1 or 2))
        {
            BindAll(arguments);
            _bag.WrongArgumentCount(At(span), "`assert`", 1, arguments.Length);
            return Failed(span);
        }
        var condition = BindCondition(arguments[0].Value);
        var message = arguments.Length == 2 ? BindTo(arguments[1].Value, MirType.Str)
            : Literal(span, $"assertion failed: {_source.ToString(arguments[0].Value.Span)}");
        return AnyError(condition, message) ? Failed(span)
            : new BoundIf(span, new BoundUnary(span, Op.Not, condition),
                new BoundTrap(span, TrapCode.Assert, message), null, MirType.Void);
    }

    /// <summary>Traps with both values when they are not (or are) equal; each is evaluated once.</summary>
    private BoundExpression BindAssertEqual(CallExpression c, bool equal)
    {
        if (c.Arguments.Length is not (2 or 3))
        {
            Count(c, equal ? "assert_eq" : "assert_ne", 2);
            return Failed(c.Span);
        }
        var left = Read(Bind(c.Arguments[0].Value, null));
        var right = Read(Bind(c.Arguments[1].Value, left.Type.IsUntyped() || left.Type.IsError() ? null : left.Type));
        if (AnyError(left, right))
            return Failed(c.Span);
        RaiseCompared(left, right);
        RaiseCompared(right, left);
        (left, right) = Meet(left, right, Folding.CommonForCompare);
        (left, right) = (WithDefaultType(left), WithDefaultType(right));
        var (a, b) = (Hidden("left", left.Type), Hidden("right", right.Type));
        var (x, y) = (new BoundLocal(left.Span, a), new BoundLocal(right.Span, b));
        var test = Combine(equal ? BinaryOperator.NotEqual : BinaryOperator.Equal, c.Span, x, y);
        if (AnyError(test))
            return test;
        BoundExpression message = Literal(c.Span, equal ? "expected equal values" : "expected different values");
        if (c.Arguments.Length == 3)
            message = BindTo(c.Arguments[2].Value, MirType.Str);
        if (CanShow(left.Type) && CanShow(right.Type))
        {
            message = Concat(c.Span, Concat(c.Span, message, Literal(c.Span, ": left is ")), BindStringOf(x));
            message = Concat(c.Span, Concat(c.Span, message, Literal(c.Span, ", right is ")), BindStringOf(y));
        }
        return new BoundBlock(c.Span,
            [
                new BoundDeclare(left.Span, a, left),
                new BoundDeclare(right.Span, b, right),
                new BoundExpressionStatement(new BoundIf(c.Span, test,
                    new BoundTrap(c.Span, TrapCode.Assert, message), null, MirType.Void)),
            ], null, MirType.Void);
    }

    private static bool CanShow(MirType type) => type.IsNumeric || type.IsPlainEnum() || type.Kind == TypeKind.Str;
}
