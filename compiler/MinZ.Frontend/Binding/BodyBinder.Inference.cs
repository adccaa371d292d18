using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// What the uses of integers declared without a type say of it: of variables, and of the numbers in arrays, tuples and
/// comprehensions that variables hold.
/// </summary>
internal sealed partial class BodyBinder
{
    /// <summary>The key of an integer place whose type is inferred; null for all others.</summary>
    private static object? KeyOf(BoundExpression place) => place switch
    {
        BoundLocal { Local.InferenceKey: { } key } => key,
        BoundGlobal { Global.InferenceKey: { } key } => key,
        BoundDereference { Address: BoundLocal { Local: { IsAlias: true, InferenceKey: { } key } } } => key,
        BoundField { State: { } state } when place.Type.IsInteger => state,
        BoundIndex or BoundField when place.Type.IsInteger => PartOf(place),
        _ => null,
    };

    /// <summary>
    /// The expression that the first values of a place come from, when types in it are inferred; null otherwise.
    /// </summary>
    private static Expression? PartOf(BoundExpression place) => place switch
    {
        BoundLocal l => l.Local.SoftParts,
        BoundGlobal g => g.Global.SoftParts,
        BoundIndex i => PartOf(i.Target) is { } whole ? ElementOf(whole) : null,
        BoundField { State.Initializer: { } first } => HasSoftParts(first) ? first : null,
        BoundField f => PartOf(f.Target) is TupleLiteral t && f.Index < t.Elements.Length && IsSoft(t.Elements[f.Index])
            ? t.Elements[f.Index] : null,
        _ => null,
    };

    /// <summary>
    /// The expression that stands for all elements of a literal; null when their type is not inferred.
    /// </summary>
    private static Expression? ElementOf(Expression whole) => whole switch
    {
        ArrayLiteral { Elements: [var first, ..] } => first,
        RepeatLiteral r => r.Value,
        Comprehension { IsJoined: false } c => c.Value,
        _ => null,
    };

    /// <summary>True for a literal with numbers in it that have no type.</summary>
    private static bool HasSoftParts(Expression e) => e switch
    {
        ArrayLiteral a => a.Elements.All(IsSoft) && !a.Elements.IsEmpty,
        RepeatLiteral r => IsSoft(r.Value),
        TupleLiteral t => t.Elements.Any(IsSoft),
        Comprehension { IsJoined: false } => true,
        _ => false,
    };

    private static bool IsSoft(Expression e) =>
        e is IntegerLiteral or UnaryExpression { Operator: UnaryOperator.Negate, Operand: IntegerLiteral }
        || HasSoftParts(e);

    /// <summary>
    /// True for a whole number, or arithmetic on variables whose type is inferred: what it initialises may become
    /// wider.
    /// </summary>
    private static bool IsSoft(BoundExpression e) => e switch
    {
        BoundUntyped => true,
        _ when KeyOf(e) is not null => true,
        BoundLocal { Local.IsSoftSource: true } => true,
        BoundBinary { Op: Op.Shl or Op.Shr } b => IsSoft(b.Left),
        BoundBinary b => IsSoftOrLiteral(b.Left) && IsSoftOrLiteral(b.Right),
        BoundUnary { Op: Op.Neg or Op.Not } u => IsSoft(u.Operand),
        BoundConversion { Kind: ConversionKind.Numeric } c => c.Type.IsInteger && IsSoft(c.Operand),
        BoundIf { Else: { } otherwise } i => IsSoftOrLiteral(i.Then) && IsSoftOrLiteral(otherwise),
        BoundMatch m => m.Type.IsInteger && m.Arms.All(a => IsSoftOrLiteral(a.Body)),
        BoundBlock { Tail: { } tail } => IsSoftOrLiteral(tail),
        BoundLoopValue { Result.InferenceKey: not null } => true,
        _ => false,
    };

    private static bool IsSoftOrLiteral(BoundExpression e) => e is BoundLiteral || e.Type.IsNever() || IsSoft(e);

    /// <summary>The first value of a variable without a type.</summary>
    /// <param name="key">What names the variable.</param>
    /// <param name="inferred">True when the uses of the variable decide its type.</param>
    private BoundExpression FirstValue(BoundExpression value, object key, out bool inferred)
    {
        inferred = value.Type.IsInteger && (IsSoft(value) || value is BoundLiteral) || value is BoundUntyped;
        value = WithDefaultType(value);
        if (!inferred || !value.Type.IsInteger)
            return value;
        if (!Folding.TryConstant(value, out _))
            _inference.MarkComputed(key);
        _inference.Wish(key, value.Type, Roomy(value));
        return Convert(value, _inference.TypeOf(key, value.Type));
    }

    /// <summary>True for a variable of the program, declared without a type, that may be changed.</summary>
    private static bool IsInferred(GlobalSymbol global) =>
        global is { IsConst: false, Syntax.Type: null, Address: null, Module.IsLibrary: false };

    /// <summary>The first value of a variable of the program whose type its uses decide.</summary>
    private BoundExpression FirstOfGlobal(GlobalSymbol global, Expression initial)
    {
        if (HasSoftParts(initial))
        {
            OwnParts(initial);
            global.SoftParts = initial;
            return FirstParts(initial);
        }
        _inference.Own(global.Syntax);
        var value = FirstValue(Bind(initial, null), global.Syntax, out var inferred);
        global.InferenceKey = inferred ? global.Syntax : null;
        return value;
    }

    private void OwnParts(Expression part)
    {
        _inference.Own(part);
        if (part is TupleLiteral tuple)
            foreach (var item in tuple.Elements)
                OwnParts(item);
        else if (ElementOf(part) is { } element)
            OwnParts(element);
    }

    /// <summary>The first value of a variable whose parts have types to be inferred.</summary>
    private BoundExpression FirstParts(Expression literal)
    {
        var natural = Bind(literal, null);
        if (AnyError(natural) || TypeOfParts(literal, natural.Type) is var type && type == natural.Type)
            return natural;
        return BindTo(literal, type);
    }

    /// <summary>The type of a literal with the numbers in it as wide as their uses want.</summary>
    private MirType TypeOfParts(Expression part, MirType natural)
    {
        if (part is Comprehension { IsJoined: false } c && natural.Element is { IsInteger: true })
            _inference.MarkComputed(c.Value);
        switch (natural)
        {
            case { IsInteger: true }:
                return _inference.TypeOf(part, natural);
            case Mir.ArrayType a when ElementOf(part) is { } element:
                return new Mir.ArrayType(TypeOfParts(element, a.Element), a.Length);
            case Mir.SliceType s when ElementOf(part) is { } element:
                return new Mir.SliceType(TypeOfParts(element, s.Element));
            case Mir.TupleType t when part is TupleLiteral l && l.Elements.Length == t.Items.Length:
                return new Mir.TupleType([.. t.Items.Select((x, i) => IsSoft(l.Elements[i])
                    ? TypeOfParts(l.Elements[i], x) : x)]);
            default:
                return natural;
        }
    }

    /// <summary>A place whose type is inferred must hold what is assigned to it.</summary>
    private void RaiseAssigned(BoundExpression target, BoundExpression value)
    {
        if (value.Type.IsError())
            return;
        if (KeyOf(target) is not { } key)
        {
            RaiseParts(target, value.Type);
            return;
        }
        var has = target.Type;
        if (!Folding.TryConstant(value, out _) && value is not BoundUntyped)
            _inference.MarkComputed(key);
        if (!has.IsSigned && value.Type.Bits == has.Bits && IsUnsignedMovedBySigned(value))
            return;
        if (value is BoundUntyped u)
        {
            if (!Constants.Fits(has, u.Value))
                _inference.Raise(key, has, Folding.Widened(has, u.Value));
        }
        else if (value.Type is { IsInteger: true, IsSigned: false, Bits: var bits and <= 32 } && has.IsSigned &&
            bits >= has.Bits && TryConvert(value, has) is null)
        {
            _inference.Raise(key, has, bits == 24 ? MirType.I32 : MirType.SignedOf(bits * 2));
        }
        else
        {
            _inference.Raise(key, has, value.Type);
            if (value is BoundBinary)
                _inference.Wish(key, has, Roomy(value));
            WishForGrowth(target, key, value);
        }
    }

    /// <summary>A place is referred to as something of a type, which it must then have.</summary>
    private void RaiseReferred(BoundExpression place, MirType wanted)
    {
        if (!wanted.IsInteger || KeyOf(place) is not { } key)
            return;
        if (wanted.Bits < place.Type.Bits)
            _inference.Cap(key, wanted);
        else
            _inference.Raise(key, place.Type, wanted);
    }

    /// <summary>A variable that holds an array or tuple is wanted as another type of that shape.</summary>
    private void RaiseParts(BoundExpression place, MirType wanted)
    {
        if (PartOf(place) is { } part)
            RaiseParts(part, place.Type, wanted);
    }

    private void RaiseParts(Expression part, MirType has, MirType wanted)
    {
        switch (has, wanted)
        {
            case ({ IsInteger: true }, { IsInteger: true }) when wanted.Bits < has.Bits:
                _inference.Cap(part, wanted);
                break;
            case ({ IsInteger: true }, { IsInteger: true }):
                _inference.Raise(part, has, wanted);
                break;
            case (Mir.ArrayType or Mir.SliceType, Mir.ArrayType or Mir.SliceType) when ElementOf(part) is { } element:
                RaiseParts(element, has.Element!, wanted.Element!);
                break;
            case (Mir.TupleType t, Mir.TupleType other)
                when t.Items.Length == other.Items.Length && part is TupleLiteral l:
                for (var i = 0; i < t.Items.Length; i++)
                    if (IsSoft(l.Elements[i]))
                        RaiseParts(l.Elements[i], t.Items[i], other.Items[i]);
                break;
        }
    }

    /// <summary>A value is wanted as another type: what it is computed from may take it.</summary>
    private void Wish(BoundExpression e, MirType to)
    {
        if (!e.Type.IsInteger || !to.IsInteger)
            RaiseParts(e, to);
        else if (KeyOf(e) is not { } key)
            WishOperands(e, to);
        else if (TryConvert(e, to) is null && (to.Bits < e.Type.Bits || to.Bits == e.Type.Bits && !to.IsSigned))
            _inference.Cap(key, to);
        else if (e is BoundLocal or BoundGlobal or BoundDereference or BoundField { State: not null })
            _inference.Wish(key, e.Type, to);
        else if (to.Bits > e.Type.Bits)
            _inference.WishComputed(key, e.Type, to);
    }

    private void WishOperands(BoundExpression e, MirType to)
    {
        switch (e)
        {
            case BoundBinary { Op: Op.Shl or Op.Shr } b:
                WishOperand(b.Left, to);
                break;
            case BoundBinary b:
                WishOperand(b.Left, to);
                WishOperand(b.Right, to);
                break;
            case BoundUnary u:
                WishOperand(u.Operand, to);
                break;
            case BoundConversion { Kind: ConversionKind.Numeric, IsCast: false } c:
                WishOperand(c.Operand, to);
                break;
            case BoundIf { Else: { } otherwise } i:
                Wish(i.Then, to);
                Wish(otherwise, to);
                break;
            case BoundMatch m:
                foreach (var arm in m.Arms)
                    Wish(arm.Body, to);
                break;
            case BoundBlock { Tail: { } tail }:
                Wish(tail, to);
                break;
            case BoundLoopValue { Result: { InferenceKey: { } key } result }:
                _inference.Wish(key, result.Type, to);
                break;
        }
    }

    private void WishOperand(BoundExpression e, MirType to)
    {
        if (!e.Type.IsInteger)
            return;
        if (KeyOf(e) is not { } key)
            WishOperands(e, to);
        else if (to.Bits > e.Type.Bits)
            _inference.WishComputed(key, e.Type, to);
        else if (to.Bits < e.Type.Bits)
            _inference.Cap(key, to);
    }

    /// <summary>
    /// What a variable whose type is inferred is compared with, it must be able to reach, or a loop would never end.
    /// </summary>
    private void RaiseCompared(BoundExpression e, BoundExpression with)
    {
        if (!e.Type.IsInteger)
            return;
        if (KeyOf(e) is { } key)
            _inference.MarkCompared(key);
        var wanted = with switch
        {
            BoundUntyped u => Constants.Fits(e.Type, u.Value) ? e.Type : Folding.Widened(e.Type, u.Value),
            _ when Folding.TryConstant(with, out var bits) && with.Type.IsInteger &&
                   Constants.Fits(e.Type, Folding.ValueOf(with.Type, bits)) => e.Type,
            { Type.IsInteger: true } => with.Type,
            _ => e.Type,
        };
        if (wanted.Bits > e.Type.Bits || wanted.IsSigned != e.Type.IsSigned)
            RaiseAll(e, wanted);
    }

    /// <summary>
    /// A variable whose type is inferred and that is asked whether it is below zero must be able to be, or a loop such
    /// as <c>while i >= 0 { i -= 1 }</c> would never end.
    /// </summary>
    private void MakeSigned(BoundExpression e)
    {
        if (e is { Type: { IsInteger: true, IsSigned: false, Bits: < 64 } type } && KeyOf(e) is { } key)
            _inference.Raise(key, type, SignedFor(e));
    }

    /// <summary>The signed type for a variable whose type is inferred: as wide, if its first value fits.</summary>
    private static MirType SignedFor(BoundExpression e)
    {
        var type = e.Type;
        var same = MirType.SignedOf(type.Bits);
        var initial = e is BoundLocal l ? l.Local.StaticInitial : (e as BoundGlobal)?.Global.Initial;
        var fits = initial is BoundLiteral first && Constants.Fits(same, Folding.ValueOf(type, first.Bits));
        return fits || type.Bits == 24 ? same : MirType.SignedOf(type.Bits * 2);
    }

    /// <summary>
    /// True for an unsigned value plus or minus what is signed only because its uses say so, as a position and its
    /// velocity: the sum is right modulo its width, and so may be as unsigned as the position.
    /// </summary>
    private static bool IsUnsignedMovedBySigned(BoundExpression e) =>
        e is BoundBinary { Op: Op.Add or Op.Sub, Type.IsSigned: true } b &&
        (IsUnsigned(b.Left) && HasInferredSign(b.Right) || IsUnsigned(b.Right) && HasInferredSign(b.Left));

    private static bool IsUnsigned(BoundExpression e) => e is BoundConversion
        { Kind: ConversionKind.Numeric, IsCast: false, Operand.Type: { IsInteger: true, IsSigned: false } } ||
        IsUnsignedMovedBySigned(e);

    private static bool HasInferredSign(BoundExpression e) => e switch
    {
        _ when KeyOf(e) is not null => e.Type.IsSigned,
        BoundBinary { Op: Op.Add or Op.Sub or Op.Mul } b => HasInferredSign(b.Left) || HasInferredSign(b.Right),
        BoundUnary u => HasInferredSign(u.Operand),
        BoundConversion { Kind: ConversionKind.Numeric, IsCast: false } c => HasInferredSign(c.Operand),
        _ => false,
    };

    private void RaiseAll(BoundExpression e, MirType wanted)
    {
        if (KeyOf(e) is { } key)
        {
            _inference.Raise(key, e.Type, wanted);
            return;
        }
        switch (e)
        {
            case BoundBinary { Op: Op.Shl or Op.Shr } b: RaiseAll(b.Left, wanted); break;
            case BoundBinary { Op: Op.Add or Op.Sub or Op.Mul } b:
                RaiseAll(b.Left, wanted);
                RaiseAll(b.Right, wanted);
                break;
            case BoundConversion { Kind: ConversionKind.Numeric } c when c.Type.Bits > c.Operand.Type.Bits:
                RaiseAll(c.Operand, wanted);
                break;
        }
    }
}
