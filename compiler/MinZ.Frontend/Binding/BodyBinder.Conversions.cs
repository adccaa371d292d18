using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Implicit conversions and casts.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>Binds an expression and converts it to a type.</summary>
    private BoundExpression BindTo(Expression syntax, MirType type) => Convert(Bind(syntax, type), type);

    /// <summary>Converts a value to the type a place has, reporting when there is no implicit conversion.</summary>
    private BoundExpression Convert(BoundExpression e, MirType to)
    {
        if (e.Type == to && to.IsInteger && e is BoundBinary or BoundUnary)
        {
            WishOperands(e, to);
            return Widen(e, to);
        }
        if (e.Type == to || e.Type.IsError() || e.Type.IsNever())
            return e;
        if (Unhandled(e) is var handled && !ReferenceEquals(handled, e))
            return Convert(handled, to);
        if (to.IsError())
            return new BoundError(e.Span);
        Wish(e, to);
        if (TryConvert(e, to) is { } converted)
            return converted;
        if (e is BoundUntyped { IsComputed: true } sum && to.IsInteger && Cast(e, to) is BoundLiteral wrapped)
        {
            _bag.ConstantWraps(At(e.Span), sum.Value.ToString(), to.ToString()!,
                (to.IsSigned ? wrapped.Bits : (Int128)(ulong)wrapped.Bits).ToString(), Asker(e.Span));
            return wrapped;
        }
        if (ValueOfMarked(e) is var value && !ReferenceEquals(value, e))
            return Convert(value, to);
        ReportMismatch(e, to);
        return new BoundError(e.Span);
    }

    /// <summary>
    /// Converts the first value of what is declared with a type. There a number for a raw pointer is an address:
    /// <c>let screen: *u8 = 0x4000</c>.
    /// </summary>
    private BoundExpression ConvertInitial(BoundExpression e, MirType declared)
    {
        var address = e is BoundUntyped && declared is Mir.PointerType ? Cast(e, declared) : null;
        return Convert(address ?? e, declared);
    }

    private void ReportMismatch(BoundExpression e, MirType to)
    {
        if (e is BoundUntyped u && to.IsInteger)
        {
            _bag.LiteralTooLarge(At(e.Span), u.Value.ToString(), to.ToString()!,
                $"{Constants.MinValue(to)} to {Constants.MaxValue(to)}", Asker(e.Span));
            return;
        }
        if (e.Type.IsVoid())
        {
            ReportNoValue(e, e.Span);
            return;
        }
        if (e.Type is EnumType { Variants: [_, { Payload: [_] }] } &&
            _program.IsFallible(e.Type))
        {
            _bag.TypeMismatch(At(e.Span), to.Show(), e.Type.Show(),
                "`?` behind it passes the error on, `?? value` puts a value in its place", Asker(e.Span));
            return;
        }
        if (to is InterfaceType contract)
        {
            _bag.DoesNotImplement(At(e.Span), WithDefaultType(e).Type.Show(), contract.Name, Asker(e.Span));
            return;
        }
        var found = e is BoundNull ? _source.ToString(e.Span) is "none" ? "`none`" : "`null`" : e.Type.Show();
        _bag.TypeMismatch(At(e.Span), to.Show(), found, MismatchHint(e, to), Asker(e.Span));
    }

    /// <summary>The value as another type by an implicit conversion; null when there is none. Never reports.</summary>
    private BoundExpression? TryConvert(BoundExpression e, MirType to)
    {
        if (e.Type == to || e.Type.IsError() || e.Type.IsNever())
            return e;
        if (to is InterfaceType contract && e is not BoundNull)
            return AsInterface(e, contract);
        switch (e)
        {
            case BoundUntyped or BoundFraction or BoundText when _program.IsOptional(to):
                return Some(e, (EnumType)to);
            case BoundUntyped u:
                return ConvertUntyped(u, to);
            case BoundFraction f:
                return to.IsFloat || to is FixedType ? FractionAs(f, to) : null;
            case BoundOpenLambda l:
                return to is Mir.FunctionType wanted && wanted.Parameters.Length == l.Parameters
                    ? new BoundZero(e.Span, to) : null;
            case BoundNull:
                return to.Kind is TypeKind.Pointer or TypeKind.Function or TypeKind.Slice
                    or TypeKind.Reference or TypeKind.Interface ? new BoundZero(e.Span, to)
                    : _program.IsOptional(to) ? new BoundEnumValue(e.Span, (EnumType)to, 0, []) : null;
            case BoundLocal { Local: var last } when ReferenceEquals(last, _lastError) && to.IsPlainEnum():
                return Bits(Numeric(e, ((EnumType)to).Tag), to);
            case BoundBlock { Tail: { } tail } block when TryConvert(tail, to) is { } value:
                return block with { Tail = value, Type = to };
            case BoundText text when to is Mir.PointerType { Element.Kind: TypeKind.U8 }:
                return text with { Type = to };
            case BoundText text when to is Mir.ArrayType { Element: { Bits: 8, IsInteger: true } } array:
                return TextAsArray(text, array);
        }
        if (e.Type.IsInteger && to.IsInteger)
            return ConvertInteger(e, to);
        return ConvertAddress(e, to) ?? ConvertOther(e, to);
    }

    private static BoundExpression? ConvertUntyped(BoundUntyped u, MirType to)
    {
        if (to.IsInteger)
            return Constants.Fits(to, u.Value) ? new BoundLiteral(u.Span, to, (long)u.Value) : null;
        return to.IsFloat || to is FixedType ? FractionAs(new BoundFraction(u.Span, (double)u.Value), to) : null;
    }

    private static BoundLiteral FractionAs(BoundFraction f, MirType to) => new(f.Span, to, to is FixedType x
        ? Constants.Wrap(x, (long)Math.Truncate(Math.ScaleB(f.Value, x.FractionBits)))
        : Constants.OfFloat(to, f.Value));

    private static BoundExpression? TextAsArray(BoundText text, Mir.ArrayType array)
    {
        if (text.Text.Bytes.Length > array.Length)
            return null;
        return new BoundAggregate(text.Span, array, [.. Enumerable.Range(0, array.Length).Select(BoundExpression? (i) =>
            i < text.Text.Bytes.Length ? new BoundLiteral(text.Span, array.Element, text.Text.Bytes[i]) : null)]);
    }

    private BoundExpression? ConvertInteger(BoundExpression e, MirType to)
    {
        if (to.Bits > e.Type.Bits)
            return Widen(e, to);
        // Texts of programs are shorter than 256; one that is not stops the program.
        if (to == MirType.U8 && e is BoundLength { Target: { Type.Kind: TypeKind.Str } text })
            return new BoundCall(e.Span, _program.Core("length_in_byte"), [text]);
        if (to.Bits == e.Type.Bits && IsUnsignedMovedBySigned(e))
            return Numeric(e, to);
        var (low, high) = Reach(e) ?? Folding.RangeOf(e);
        return Constants.Fits(to, low) && Constants.Fits(to, high) ? Numeric(e, to) : null;
    }

    private static BoundExpression Numeric(BoundExpression e, MirType to)
    {
        if (e.Type == to)
            return e;
        return e is BoundLiteral l
            ? new BoundLiteral(e.Span, to,
                Evaluators.Convert(l.Type.IsPlainEnum() ? ((EnumType)l.Type).Tag : l.Type, to, l.Bits))
            : new BoundConversion(e.Span, ConversionKind.Numeric, e, to);
    }

    /// <summary>Evaluates a whole tree of arithmetic at a wider type, as an expected type asks for.</summary>
    private static BoundExpression Widen(BoundExpression e, MirType to) => e switch
    {
        BoundBinary { Op: Op.Shl or Op.Shr } b => b with { Left = Widen(b.Left, to), Type = to },
        BoundBinary b => b with { Left = Widen(b.Left, to), Right = Widen(b.Right, to), Type = to },
        BoundUnary u => u with { Operand = Widen(u.Operand, to), Type = to },
        BoundConversion { Kind: ConversionKind.Numeric, IsCast: false, Operand.Type: { IsInteger: true } from } c
            when from.Bits <= c.Type.Bits && c.Operand is BoundBinary or BoundUnary or BoundConversion =>
                Widen(c.Operand, to),
        _ => Numeric(e, to),
    };

    private BoundExpression? ConvertAddress(BoundExpression e, MirType to)
    {
        switch (e.Type, to)
        {
            // Any address of the same thing stands for any other: the syntax `&x` serves for all of them.
            case (Mir.PointerType or ReferenceType, Mir.PointerType or ReferenceType) when e.Type.Element == to.Element:
                return Readdress(e, to);
            case (Mir.PointerType or ReferenceType, { IsAddress: true, Element: InterfaceType contract }):
                return ReferToInterface(e, contract, to);
            case (Mir.PointerType or ReferenceType, Mir.PointerType or ReferenceType)
                when e.Type.Element is Mir.ArrayType array && array.Element == to.Element:
                return ArrayAddress(new BoundDereference(e.Span, e), to);
            case (Mir.ArrayType array, Mir.PointerType or ReferenceType) when e.IsPlace && array.Element == to.Element:
                return ArrayAddress(e, to);
            case (Mir.ArrayType array, Mir.SliceType slice) when array.Element == slice.Element:
                return new BoundConversion(e.Span, ConversionKind.SliceOf, e, to);
            case (ReferenceType { Element: Mir.ArrayType array }, Mir.SliceType slice)
                when array.Element == slice.Element:
                return new BoundConversion(e.Span, ConversionKind.SliceOf, new BoundDereference(e.Span, e), to);
            case (Mir.PointerType { Element: Mir.ArrayType array }, Mir.SliceType slice)
                when array.Element == slice.Element && e is BoundAddressOf address:
                return new BoundConversion(e.Span, ConversionKind.SliceOf, address.Place, to);
            // A slice refers to its elements already: what wants a reference to one takes that of a hidden variable.
            case (Mir.ArrayType or Mir.SliceType or ReferenceType { Element: Mir.ArrayType },
                ReferenceType { Element: Mir.SliceType wanted }) when TryConvert(e, wanted) is { } slice:
                return ReferToHidden(slice, to);
            case (_, ReferenceType wanted) when wanted.Element == e.Type &&
                e is BoundDereference { Address: BoundLocal { Local.IsAlias: true } self }:
                return Readdress(self, to);
            // `self` is the object and what points to it: `return self` in a method that yields `*Self`.
            case (_, Mir.PointerType wanted) when wanted.Element == e.Type &&
                e is BoundDereference { Address: BoundLocal { Local.Name: "self" } }:
                return new BoundAddressOf(e.Span, e, to);
            case (ReferenceType reference, _) when reference.Element == to:
                return new BoundDereference(e.Span, e);
            // `&names[0]` for a `&str`.
            case (Mir.PointerType { Element.Kind: TypeKind.Str }, { Kind: TypeKind.Str }) when e is BoundAddressOf text:
                return text.Place;
            default:
                return null;
        }
    }

    private static BoundExpression Readdress(BoundExpression e, MirType to) => e switch
    {
        BoundAddressOf a => a with { Type = to },
        _ => new BoundAddressOf(e.Span, new BoundDereference(e.Span, e), to),
    };

    private static BoundExpression ArrayAddress(BoundExpression array, MirType to) => to is Mir.PointerType
        ? new BoundConversion(array.Span, ConversionKind.ArrayPointer, array, to)
        : new BoundAddressOf(array.Span, new BoundIndex(array.Span, array,
            new BoundLiteral(array.Span, MirType.U8, 0), to.Element!), to);

    private BoundExpression? ConvertOther(BoundExpression e, MirType to)
    {
        if (e.Type.Kind == TypeKind.Str && to is Mir.PointerType { Element.Kind: TypeKind.U8 })
            return new BoundConversion(e.Span, ConversionKind.StringPointer, e, to);
        if (e.Type is EnumType { HasPayload: false } plain && to.IsInteger && to.Bits >= plain.Tag.Bits)
            return Numeric(Bits(e, plain.Tag), to);
        if (e.Type.Kind == TypeKind.F32 && to.Kind == TypeKind.F64)
            return Numeric(e, to);
        return _program.IsOptional(to) ? Some(e, (EnumType)to) : null;
    }

    private BoundEnumValue? Some(BoundExpression e, EnumType optional) =>
        TryConvert(e, optional.Variants[1].Payload[0]) is { } some ? new(e.Span, optional, 1, [some]) : null;

    private static BoundExpression Bits(BoundExpression e, MirType to) => e switch
    {
        _ when e.Type == to => e,
        BoundLiteral l when to.IsInteger || to.IsPlainEnum() =>
            new BoundLiteral(e.Span, to, Constants.Wrap(to, l.Bits)),
        _ => new BoundConversion(e.Span, ConversionKind.Bits, e, to),
    };

    /// <summary>A number without type gets the type it has when nothing else decides.</summary>
    private static BoundExpression WithDefaultType(BoundExpression e) => e switch
    {
        BoundUntyped u => new BoundLiteral(u.Span, Folding.DefaultFor(u.Value), (long)u.Value),
        BoundFraction f => FractionAs(f, MirType.F32),
        BoundBlock { Tail: { } tail } b when b.Type.IsUntyped() && WithDefaultType(tail) is var value =>
            b with { Tail = value, Type = value.Type },
        _ => e,
    };

    private BoundExpression BindCast(CastExpression cast)
    {
        var to = BindType(cast.Type);
        var e = Bind(cast.Operand, to.IsNumeric ? null : to);
        if (to.IsError() || AnyError(e))
            return new BoundError(cast.Span);
        if (e.Type.IsVoid())
        {
            ReportNoValue(e, e.Span);
            return new BoundError(cast.Span);
        }
        if (cast.IsBitCast && e.Type.Bits == to.Bits && to.Bits > 0)
            return new BoundConversion(cast.Span, ConversionKind.Bits, e, to);
        if (e.Type == to && e is BoundBinary or BoundUnary)
            return new BoundConversion(cast.Span, ConversionKind.Numeric, e, to) { IsCast = true };
        if (Cast(e, to) is { } result)
            return result is BoundConversion c ? c with { Span = cast.Span, IsCast = true }
                : result with { Span = cast.Span };
        _bag.NoCast(At(cast.Span), e.Type.Show(), to.Show(), to.Kind == TypeKind.Str
            ? $"make text of it: `\"#{{{Quote(e.Span)}}}\"`" : to.IsNumeric && e.Type is StructType or Mir.TupleType
            ? "cast a field" : e.Type.Kind == TypeKind.Str ? MismatchHint(e, to) : null);
        return new BoundError(cast.Span);
    }

    /// <summary>An explicit conversion; null when there is none.</summary>
    private BoundExpression? Cast(BoundExpression e, MirType to)
    {
        if (e.Type == to)
            return e;
        e = ValueOfMarked(e);
        switch (e)
        {
            case BoundUntyped u when to.IsInteger:
                return new BoundLiteral(e.Span, to, Constants.Wrap(to, (long)(ulong)(u.Value & ulong.MaxValue)));
            case BoundUntyped u when to.Kind == TypeKind.Bool:
                return new BoundLiteral(e.Span, to, u.Value != 0 ? 1 : 0);
            case BoundUntyped u when to.IsAddress:
                return Bits(new BoundLiteral(e.Span, AddressInteger(u.Value), (long)u.Value), to);
            case BoundUntyped u when to is EnumType { HasPayload: false } enumeration:
                return new BoundLiteral(e.Span, to, Constants.Wrap(enumeration.Tag, (long)u.Value));
            case BoundUntyped or BoundFraction:
                e = WithDefaultType(e);
                break;
        }
        if (CastInterface(e.Type is ReferenceType { Element: InterfaceType } ? new BoundDereference(e.Span, e) : e, to)
            is { } inner)
            return inner;
        if (e.Type is EnumType { HasPayload: false } plain && to.IsNumeric)
            return Numeric(Bits(e, plain.Tag), to);
        if (e.Type.IsNumeric && to.IsNumeric)
            return Numeric(e, to);
        if (e.Type.IsInteger && to is EnumType { HasPayload: false } target)
            return Bits(Numeric(e, target.Tag), to);
        // What `&` is written before is meant as an address, also where its value would do.
        if (e is BoundAddressOf && to.IsInteger)
            return CastAddress(e, to);
        if (TryConvert(e, to) is { } implicitly)
            return implicitly;
        if (e.Type is EnumType tagged && to.IsNumeric)
            return Numeric(new BoundConversion(e.Span, ConversionKind.Tag, e, tagged.Tag), to);
        return CastAddress(e, to);
    }

    private static ScalarType AddressInteger(Int128 value) => value > ushort.MaxValue ? MirType.U32 : MirType.U16;

    private BoundExpression? CastAddress(BoundExpression e, MirType to)
    {
        if (to.Kind == TypeKind.Str && TryConvert(e, new Mir.SliceType(MirType.U8)) is { } bytes)
            return new BoundOperation(e.Span, Op.StrFrom, to, [bytes], to);
        if (e is BoundFunctionValue function && (to.IsInteger && to.Bits >= 16 || to is Mir.PointerType))
            return CastAddress(AddressOfFunction(function), to) ?? AddressOfFunction(function);
        if (e.Type.IsInteger && to.IsAddress)
            return Bits(Numeric(e, e.Type.Bits > 16 ? MirType.U32 : MirType.U16), to);
        if (e.Type.Kind == TypeKind.Str && (to.IsInteger && to.Bits >= 16 || to.IsAddress))
            return CastAddress(
                new BoundConversion(e.Span, ConversionKind.StringPointer, e, new Mir.PointerType(MirType.U8)), to);
        if (e.Type is Mir.ArrayType array && e.IsPlace && (to.IsInteger || to is Mir.PointerType))
            return CastAddress(
                new BoundConversion(e.Span, ConversionKind.ArrayPointer, e, new Mir.PointerType(array.Element)), to);
        if (e.Type is ReferenceType && (to.IsInteger || to is Mir.PointerType))
            return CastAddress(Readdress(e, new Mir.PointerType(e.Type.Element!)), to);
        if (e.Type is Mir.PointerType && to.IsInteger)
            return Numeric(Bits(e, to.Bits > 16 ? MirType.U32 : MirType.U16), to);
        if (e.Type is Mir.PointerType && to is Mir.PointerType)
            return e.Type == to ? e : Bits(e, to);
        if (e.Type is Mir.PointerType && to is ReferenceType reference)
            return Readdress(Bits(e, new Mir.PointerType(reference.Element)), to);
        return null;
    }

    /// <summary>A condition: bool, or a number or pointer that is not zero.</summary>
    private BoundExpression BindCondition(Expression syntax)
    {
        var condition = Bind(syntax, MirType.Bool);
        if (syntax is not AssignmentExpression || AnyError(condition))
            return AsCondition(condition);
        var assignment = (AssignmentExpression)syntax;
        _bag.NoValue(At(syntax.Span), "an assignment has none",
            $"did you mean `{Quote(assignment.Target.Span)} == {Quote(assignment.Value.Span)}`?");
        return Failed(syntax.Span);
    }

    private BoundExpression AsCondition(BoundExpression e)
    {
        e = ValueOfMarked(e);
        if (e.Type is ReferenceType { Element: { Kind: TypeKind.Bool } })
            e = new BoundDereference(e.Span, e);
        if (e.Type.Kind == TypeKind.Bool || e.Type.IsError() || e.Type.IsNever())
            return e;
        if (e is BoundUntyped u)
            return new BoundLiteral(e.Span, MirType.Bool, u.Value != 0 ? 1 : 0);
        if (e.Type.IsNumeric)
            return new BoundCompare(e.Span, Op.CmpNe, e, new BoundLiteral(e.Span, e.Type, 0));
        if (_program.IsOptional(e.Type))
            return new BoundCompare(e.Span, Op.CmpNe, TagOf(e, (EnumType)e.Type),
                new BoundLiteral(e.Span, ((EnumType)e.Type).Tag, 0));
        if (e.Type is Mir.PointerType)
            return new BoundCompare(e.Span, Op.CmpNe, e, new BoundZero(e.Span, e.Type));
        if (e.Type.IsVoid())
            ReportNoValue(e, e.Span);
        else
            _bag.TypeMismatch(At(e.Span), "`bool`", e.Type.Show(), e.Type.Kind == TypeKind.Str
                ? $"compare it: `{Quote(e.Span)} != \"\"`" : null);
        return new BoundError(e.Span);
    }

    /// <summary>The value a function returns, converted to its result type.</summary>
    private BoundExpression ConvertResult(BoundExpression e)
    {
        var result = _function!.Result;
        if (!_program.IsFallible(result) || e.Type == result || e.Type.IsError())
            return AskedByResult(e, result);
        var ok = ((EnumType)result).Variants[0].Payload;
        return ok.IsEmpty ? Convert(e, result)
            : new BoundEnumValue(e.Span, (EnumType)result, 0, [AskedByResult(e, ok[0])]);
    }

    private BoundExpression AskedByResult(BoundExpression e, MirType result) =>
        Asked(e.Span, ResultPlace() is [var place] ? place.Where : null, $"the result of `{_function!.Name}`",
            () => Convert(e, result));

    /// <summary>Where the result type of the function is written.</summary>
    private Diagnostics.RelatedPlace[] ResultPlace() => _function is { Syntax.Result: { } written, Where: { } where }
        ? [new Diagnostics.RelatedPlace(where.Source.At(written.Span), $"the result of `{_function.Name}`")] : [];
}
