using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Unary and binary operators, assignments.</summary>
internal sealed partial class BodyBinder
{
    private BoundExpression BindUnary(UnaryExpression u, MirType? expected)
    {
        switch (u.Operator)
        {
            case UnaryOperator.AddressOf or UnaryOperator.AddressOfMutable:
                return BindAddressOf(u, expected);
            case UnaryOperator.Dereference:
                return BindDereference(u);
            case UnaryOperator.Not:
                var condition = BindCondition(u.Operand);
                return AnyError(condition) ? condition : new BoundUnary(u.Span, Op.Not, condition);
        }
        var operand = PlainNumber(Read(Bind(u.Operand, expected)), MirType.U8);
        if (AnyError(operand) || u.Operator == UnaryOperator.Plus)
            return operand;
        switch (operand)
        {
            case BoundUntyped n:
                return new BoundUntyped(u.Span, u.Operator == UnaryOperator.Negate ? -n.Value
                    : ComplementOf(n.Value, expected));
            case BoundFraction f when u.Operator == UnaryOperator.Negate:
                return new BoundFraction(u.Span, -f.Value);
        }
        var negate = u.Operator == UnaryOperator.Negate;
        if (negate && KeyOf(operand) is { } key && operand.Type is { IsSigned: false, Bits: < 64 })
            _inference.Wish(key, operand.Type, SignedFor(operand));
        if (negate && operand.Type.IsNumeric && operand.Type.Kind != TypeKind.Bool)
            return new BoundUnary(u.Span, Op.Neg, operand);
        if (!negate && (operand.Type.IsInteger || operand.Type.Kind == TypeKind.Bool))
            return new BoundUnary(u.Span, Op.Not, operand);
        _bag.NoOperator(At(u.Span), negate ? "-" : "~", operand.Type.Show());
        return Failed(u.Span);
    }

    /// <summary>The complement of a number without type, within the unsigned type that is expected.</summary>
    private static Int128 ComplementOf(Int128 value, MirType? expected) =>
        expected is { IsInteger: true, IsSigned: false } ? ~value & Constants.MaxValue(expected) : ~value;

    /// <summary>Reading through a reference where its value is wanted.</summary>
    private static BoundExpression Read(BoundExpression e) =>
        e.Type is ReferenceType { Element.IsNumeric: true } ? new BoundDereference(e.Span, e) : e;

    private BoundExpression BindAddressOf(UnaryExpression u, MirType? expected)
    {
        var place = Bind(u.Operand, expected is Mir.FunctionType ? expected : expected?.Element);
        // A function is its own address.
        if (AnyError(place) || place is BoundFunctionValue)
            return place;
        if (!place.IsPlace && place.Type.Kind == TypeKind.Str)
            return place;
        if (!place.IsPlace && HasParts(place.Type))
        {
            // A value that is no place gets one, which lives as long as the reference.
            var holder = Hidden("value", place.Type);
            var address = new ReferenceType(place.Type, true);
            return new BoundBlock(u.Span, [new BoundDeclare(u.Span, holder, place)],
                new BoundAddressOf(u.Span, new BoundLocal(u.Span, holder), address), address);
        }
        if (!place.IsPlace)
        {
            _bag.NotAssignable(At(u.Operand.Span), _source.ToString(u.Operand.Span) is var name
                && Lookup(name) is ConstantSymbol
                or GlobalSymbol { IsConst: true } ? "a constant" : "a value",
                "only what lies in memory has an address: put it into a variable first");
            return Failed(u.Span);
        }
        if (expected is { IsAddress: true, Element: { } behind } && behind != place.Type)
        {
            RaiseReferred(place, behind);
            RaiseParts(place, behind.IsInteger && place.Type is Mir.ArrayType ? new Mir.SliceType(behind) : behind);
        }
        // Elements and globals are what pointer arithmetic is done on; a variable or field is only referred to.
        var raw = expected is null or { IsAddress: false } ? IsRaw(place) : expected is Mir.PointerType;
        MirType type = raw ? new Mir.PointerType(place.Type) : new ReferenceType(place.Type, true);
        return new BoundAddressOf(u.Span, place, type);
    }

    private static bool IsRaw(BoundExpression place) => place switch
    {
        BoundGlobal or BoundIndex => true,
        BoundField f => IsRaw(f.Target),
        BoundDereference d => d.Address.Type is Mir.PointerType,
        _ => false,
    };

    /// <summary>
    /// The local variable that a place is, or is a part of; null for globals and what lies behind addresses.
    /// </summary>
    private static BoundLocal? RootOf(BoundExpression place) => place switch
    {
        BoundLocal local => local,
        BoundField f => RootOf(f.Target),
        BoundIndex { Target.Type.Kind: TypeKind.Array } i => RootOf(i.Target),
        BoundPayload p => RootOf(p.Target),
        _ => null,
    };

    private BoundExpression BindDereference(UnaryExpression u)
    {
        var address = Bind(u.Operand, null);
        if (AnyError(address))
            return address;
        if (address.Type.IsAddress)
            return new BoundDereference(u.Span, address);
        // `*self` where `self` already means the object, and `*text` of a `&str`.
        if (address is BoundDereference { Address: BoundLocal { Local.IsAlias: true } } or { Type.Kind: TypeKind.Str })
            return address;
        _bag.NoOperator(At(u.Span), "*", address.Type.Show(),
            "only pointers and references have something behind them");
        return Failed(u.Span);
    }

    private BoundExpression BindBinary(BinaryExpression b, MirType? expected)
    {
        switch (b.Operator)
        {
            case BinaryOperator.And or BinaryOperator.Or:
                return BindLogical(b);
            case BinaryOperator.Coalesce:
                return BindCoalesce(b, expected);
            case BinaryOperator.Pipe:
                return BindPipe(b, expected);
        }
        if (b.Operator is BinaryOperator.Equal or BinaryOperator.NotEqual && b.Span.Start == b.Left.Span.Start &&
            b.Left is UnaryExpression { Operator: UnaryOperator.Not } not
                && b.Right is not UnaryExpression { Operator: UnaryOperator.Not })
            _bag.NotBindsTighter(At(not.Span), Quote(not.Operand.Span), b.Operator.Sign(),
                Quote(b.Right.Span));
        var guide = expected is { IsFloat: true } or FixedType ? expected : null;
        var left = Read(Bind(b.Left, guide));
        var right = Read(Bind(b.Right, guide ?? (left.Type.IsPlainEnum() || HasParts(left.Type) &&
            Arithmetic.IsComparison(b.Operator) ? left.Type : null)));
        if (right.Type.IsPlainEnum() && left.Type.IsError())
            left = Failed(b.Left.Span);
        if (guide is not null && left.Type.IsUntyped() && right.Type.IsUntyped())
            (left, right) = (Convert(left, guide), Convert(right, guide));
        return Combine(b.Operator, b.Span, left, right);
    }

    /// <summary>Applies a binary operator to bound operands.</summary>
    private BoundExpression Combine(BinaryOperator op, TextSpan span, BoundExpression left, BoundExpression right)
    {
        if (AnyError(left, right))
            return Failed(span);
        if (left.Type.IsNever() || right.Type.IsNever())
            return left.Type.IsNever() ? left : right;
        if (left.Type != right.Type || !Arithmetic.IsComparison(op))
            (left, right) = (ValueOfMarked(left), ValueOfMarked(right));
        if (op is BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight)
            return Shift(op, span, left, right);
        if (left is BoundUntyped a && right is BoundUntyped b)
            return FoldUntyped(op, span, a.Value, b.Value);
        if (Arithmetic.IsComparison(op))
            return Comparison(op, span, left, right);
        if (left.Type is Mir.PointerType && op is BinaryOperator.Add or BinaryOperator.Subtract &&
            (right.Type.IsInteger || right is BoundUntyped))
            return PointerOffset(op, span, left, right);
        if (left.Type is Mir.PointerType { Element.IsInteger: true } from && right.Type == left.Type
            && op == BinaryOperator.Subtract)
            return Distance(span, left, right, from.Element.Bits / 8);
        if (left.Type.Kind == TypeKind.Str && right.Type.Kind == TypeKind.Str && op == BinaryOperator.Add)
            return new BoundOperation(span, Op.StrConcat, MirType.Str, [left, right], MirType.Str);
        if (op is BinaryOperator.Divide or BinaryOperator.Remainder && right is BoundUntyped divisor &&
            divisor.Value == 0 && left.Type.IsInteger)
        {
            _bag.ConstantTraps(At(span), "division by zero");
            return Failed(span);
        }
        // Flags are enums, too: `Key.Left | Key.Fire` is a number.
        if (left.Type is EnumType { HasPayload: false } first && right.Type is EnumType { HasPayload: false } second)
            (left, right) = (Bits(left, first.Tag), Bits(right, second.Tag));
        (left, right) = Meet(left, right, Folding.Common);
        if (left.Type != right.Type || !Arithmetic.Accepts(op, left.Type))
            return NoOperator(op, span, left, right);
        return new BoundBinary(span, Arithmetic.OpOf(op), left, right);
    }

    private BoundError NoOperator(BinaryOperator op, TextSpan span, BoundExpression left, BoundExpression right)
    {
        if (left.Type.IsVoid() || right.Type.IsVoid())
        {
            var nothing = left.Type.IsVoid() ? left : right;
            ReportNoValue(nothing, nothing.Span);
            return Failed(span);
        }

        var operands = left.Type == right.Type ? left.Type.Show() : $"{left.Type.Show()} and {right.Type.Show()}";
        _bag.NoOperator(At(span), op.Sign(), operands, OperatorHint(op, left, right));
        return Failed(span);
    }

    /// <summary>Brings two operands to one type: literals adopt the other's, integers promote.</summary>
    private (BoundExpression, BoundExpression) Meet(
        BoundExpression left, BoundExpression right, Func<MirType, MirType, MirType> common)
    {
        (left, right) = (PlainNumber(left, right.Type), PlainNumber(right, left.Type));
        if (left.Type.IsUntyped() && right.Type.IsUntyped())
            return (FractionOf(left), FractionOf(right));
        if (left.Type.IsUntyped())
        {
            left = Adopt(left, ref right);
            return (left, right);
        }
        if (right.Type.IsUntyped())
        {
            right = Adopt(right, ref left);
            return (left, right);
        }
        if (left.Type.IsInteger && right.Type.IsInteger && left.Type != right.Type)
        {
            var type = common(left.Type, right.Type);
            return (Numeric(left, type), Numeric(right, type));
        }
        if (left.Type.IsFloat && right.Type.IsFloat && left.Type != right.Type)
            return (Numeric(left, MirType.F64), Numeric(right, MirType.F64));
        return (left, right);
    }

    private static BoundExpression FractionOf(BoundExpression e) =>
        FractionAs(e as BoundFraction ?? new BoundFraction(e.Span, (double)((BoundUntyped)e).Value), MirType.F32);

    /// <summary>An enum that meets a number is its number.</summary>
    private static BoundExpression PlainNumber(BoundExpression e, MirType other) =>
        e.Type is EnumType { HasPayload: false } plain && (other.IsInteger || other.IsUntyped()) ? Bits(e, plain.Tag)
            : e;

    /// <summary>Gives a literal the type of the other operand, or widens that when the literal does not fit.</summary>
    private BoundExpression Adopt(BoundExpression literal, ref BoundExpression other)
    {
        if (TryConvert(literal, other.Type) is { } fits)
            return fits;
        if (literal is BoundUntyped u && other.Type.IsInteger)
        {
            var type = Folding.Widened(other.Type, u.Value);
            other = Numeric(other, type);
            return Convert(literal, type);
        }
        if (literal is BoundFraction && other.Type.IsInteger)
            other = Numeric(other, MirType.F32);
        return TryConvert(literal, other.Type) ?? WithDefaultType(literal);
    }

    private BoundExpression FoldUntyped(BinaryOperator op, TextSpan span, Int128 a, Int128 b)
    {
        if (Arithmetic.IsComparison(op))
            return new BoundLiteral(span, MirType.Bool, Arithmetic.Compare(op, a.CompareTo(b)) ? 1 : 0);
        if (op is BinaryOperator.Divide or BinaryOperator.Remainder && b == 0)
        {
            _bag.ConstantTraps(At(span), "division by zero");
            return Failed(span);
        }
        // The bounds keep every intermediate result far from the limits of 128 bits.
        var result = Arithmetic.Fold(op, a, b);
        if (result is { } value && Int128.Abs(value) <= ulong.MaxValue)
            return new BoundUntyped(span, value, IsComputed: true);
        _bag.LiteralTooLarge(At(span), "the result", "u64", $"0 to {ulong.MaxValue}");
        return Failed(span);
    }

    private BoundExpression Shift(BinaryOperator op, TextSpan span, BoundExpression left, BoundExpression right)
    {
        if (left is BoundUntyped a && right is BoundUntyped b && b.Value >= 0 && b.Value < 64)
        {
            var value = op == BinaryOperator.ShiftLeft ? a.Value << (int)b.Value : a.Value >> (int)b.Value;
            if (Int128.Abs(value) <= ulong.MaxValue)
                return new BoundUntyped(span, value, IsComputed: true);
        }
        left = PlainNumber(WithDefaultType(left), MirType.U8);
        right = PlainNumber(right, MirType.U8);
        if (!left.Type.IsInteger || !(right.Type.IsInteger || right is BoundUntyped))
            return NoOperator(op, span, left, right);
        return new BoundBinary(span, Arithmetic.OpOf(op), left, ShiftCount(right));
    }

    /// <summary>A shift count as u8; what is larger than 255 shifts everything out just as 255 does.</summary>
    private static BoundExpression ShiftCount(BoundExpression count)
    {
        if (count is BoundUntyped u)
            return new BoundLiteral(count.Span, MirType.U8, (long)Int128.Clamp(u.Value < 0 ? 255 : u.Value, 0, 255));
        if (count.Type.Bits == 8)
            return Numeric(count, MirType.U8);
        var unsigned = Numeric(count, MirType.Unsigned(count.Type.Bits));
        var limit = new BoundLiteral(count.Span, unsigned.Type, 255);
        return Numeric(new BoundBinary(count.Span, Op.Min, unsigned, limit), MirType.U8);
    }

    private BoundExpression PointerOffset(BinaryOperator op, TextSpan span, BoundExpression pointer,
        BoundExpression count)
    {
        if (op == BinaryOperator.Add && !(count is BoundUntyped n && n.Value < 0))
            return new BoundPointerOffset(span, pointer, WithDefaultType(count));
        var signed = count is BoundUntyped u
            ? new BoundLiteral(span, MirType.I16, (long)(op == BinaryOperator.Add ? u.Value : -u.Value))
            : (BoundExpression)new BoundUnary(span, Op.Neg,
                Numeric(count, count.Type.Bits <= 16 ? MirType.I16 : MirType.I32));
        return new BoundPointerOffset(span, pointer, signed);
    }

    /// <summary>Elements from one pointer to another that is behind it.</summary>
    private BoundExpression Distance(TextSpan span, BoundExpression to, BoundExpression from, int size)
    {
        var bytes = new BoundBinary(span, Op.Sub, CastAddress(to, MirType.U16)!, CastAddress(from, MirType.U16)!);
        return size == 1 ? bytes : new BoundBinary(span, Op.Div, bytes, new BoundLiteral(span, MirType.U16, size));
    }

    private BoundExpression Comparison(BinaryOperator op, TextSpan span, BoundExpression left, BoundExpression right)
    {
        RaiseCompared(left, right);
        RaiseCompared(right, left);
        if (op is BinaryOperator.GreaterOrEqual or BinaryOperator.Less
            && right is BoundUntyped { Value: var low } && low == 0)
            MakeSigned(left);
        if (left is BoundNull && _program.IsOptional(right.Type))
            left = Convert(left, right.Type);
        if (right is BoundNull && _program.IsOptional(left.Type))
            right = Convert(right, left.Type);
        if (left is BoundNull && right.Type is Mir.FunctionType || right is BoundNull && left.Type is Mir.FunctionType)
        {
            var type = left is BoundNull ? right.Type : left.Type;
            return new BoundCompare(span, Arithmetic.OpOf(op), Convert(left, type), Convert(right, type));
        }
        if (left.Type.IsAddress || right.Type.IsAddress)
            return CompareAddresses(op, span, left, right);
        if (left.Type.Kind == TypeKind.Str && right.Type.Kind == TypeKind.Str)
            return CompareStrings(op, span, left, right);
        if (left.Type is EnumType { HasPayload: true } e && left.Type == right.Type &&
            (IsBareVariant(left) || IsBareVariant(right)))
            (left, right) = (TagOf(left, e), TagOf(right, e));
        if (CompareParts(op, span, left, right) is { } parts)
            return parts;
        WarnAlwaysDecided(op, span, left, right);
        (left, right) = Meet(left, right, Folding.CommonForCompare);
        var comparable = left.Type.IsNumeric || left.Type.IsPlainEnum() ||
            op is BinaryOperator.Equal or BinaryOperator.NotEqual &&
                left.Type.Kind is TypeKind.Actor or TypeKind.Channel;
        if (left.Type != right.Type || !comparable)
            return NoOperator(op, span, left, right);
        return new BoundCompare(span, Arithmetic.OpOf(op), left, right);
    }

    /// <summary>A variant without payload: values are compared with it by their tags alone.</summary>
    private static bool IsBareVariant(BoundExpression e) => e is BoundEnumValue { Payload.IsEmpty: true };

    /// <summary>Warns when a variable's type cannot reach the number it is compared with.</summary>
    private void WarnAlwaysDecided(BinaryOperator op, TextSpan span, BoundExpression left, BoundExpression right)
    {
        if (left is not BoundLocal and not BoundGlobal and not BoundField and not BoundIndex ||
            !left.Type.IsInteger || right is not BoundUntyped number)
            return;
        if (KeyOf(left) is not null)
            return;
        if (Constants.Fits(left.Type, number.Value))
        {
            var (least, most) = (number.Value == Constants.MinValue(left.Type),
                number.Value == Constants.MaxValue(left.Type));
            bool? decided = op switch
            {
                BinaryOperator.GreaterOrEqual when least => true,
                BinaryOperator.Less when least => false,
                BinaryOperator.LessOrEqual when most => true,
                BinaryOperator.Greater when most => false,
                _ => null,
            };
            if (decided is { } always && !_module.IsLibrary)
                _bag.AlwaysDecidedByRange(At(span), left.Type.Show(),
                    $"{Constants.MinValue(left.Type)} to {Constants.MaxValue(left.Type)}", always);
            return;
        }
        var result = Arithmetic.Compare(op, number.Value < 0 ? 1 : -1);
        _bag.AlwaysDecided(At(span), number.Value.ToString(), left.Type.Show(), result);
    }

    private static BoundConversion TagOf(BoundExpression e, EnumType type) =>
        new(e.Span, ConversionKind.Tag, e, type.Tag);

    private BoundExpression CompareAddresses(BinaryOperator op, TextSpan span, BoundExpression left,
        BoundExpression right)
    {
        // As addresses, since integers of 16 bits hold those of some targets only.
        var type = left.Type.IsAddress ? left.Type : right.Type;
        BoundExpression? Address(BoundExpression e) => e switch
        {
            BoundNull => new BoundZero(e.Span, type),
            BoundUntyped u when u.Value == 0 => new BoundZero(e.Span, type),
            _ when e.Type == type => e,
            _ => e is BoundUntyped || e.Type.IsInteger || e.Type.IsAddress ? Cast(e, type) : null,
        };
        return Address(left) is { } l && Address(right) is { } r
            ? new BoundCompare(span, Arithmetic.OpOf(op), l, r)
            : NoOperator(op, span, left, right);
    }

    private static BoundExpression CompareStrings(BinaryOperator op, TextSpan span, BoundExpression left,
        BoundExpression right)
    {
        if (op is BinaryOperator.Equal or BinaryOperator.NotEqual)
            return new BoundCompare(span, Arithmetic.OpOf(op), left, right);
        var order = new BoundOperation(span, Op.StrCmp, MirType.Str, [left, right], MirType.I8);
        return new BoundCompare(span, Arithmetic.OpOf(op), order, new BoundLiteral(span, MirType.I8, 0));
    }
}
