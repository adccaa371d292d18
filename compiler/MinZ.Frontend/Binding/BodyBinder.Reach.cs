using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// What arithmetic on loop variables can come to. <c>for i in 0..20 { let q = i * i }</c> says nothing of the type of q
/// but what i runs through, and that is enough to see that q does not fit the type of i.
/// </summary>
internal sealed partial class BodyBinder
{
    private const int MostFoldedRounds = 4096;

    /// <summary>
    /// Bounds of the number that a computation on loop variables with known ends and literals comes to, if it did not
    /// wrap; null when other things take part.
    /// </summary>
    private static (Int128 Low, Int128 High)? Reach(BoundExpression e)
    {
        switch (e)
        {
            case BoundUntyped u:
                return (u.Value, u.Value);
            case BoundLocal { Local: { } local }:
                return local.Reach ?? (local.SoftValue is { } value ? Reach(value) : null);
            case BoundLiteral { Type.IsInteger: true } l:
                return (Folding.ValueOf(l.Type, l.Bits), Folding.ValueOf(l.Type, l.Bits));
            case BoundConversion { Kind: ConversionKind.Numeric, IsCast: false, Operand.Type.IsInteger: true } c:
                return Reach(c.Operand);
            case BoundBlock { Tail: { } tail }:
                return Reach(tail);
            case BoundUnary { Op: Op.Neg } u when Reach(u.Operand) is var (least, most):
                return (-most, -least);
            case BoundIf { Else: { } otherwise } i when Reach(i.Then) is var (a, b) && Reach(otherwise) is var (c, d):
                return (Int128.Min(a, c), Int128.Max(b, d));
            case BoundBinary { Op: Op.Add or Op.Sub or Op.Mul or Op.Shl } b
                when Reach(b.Left) is { } left && Reach(b.Right) is { } right:
                return Within(b.Op, left, right);
            case BoundBinary { Op: Op.Div } b when Reach(b.Left) is var (low, high) && low >= 0 &&
                Folding.TryConstant(b.Right, out var divisor) && divisor > 0:
                return (low / divisor, high / divisor);
            case BoundBinary { Op: Op.Rem or Op.And or Op.Shr } b when Reach(b.Left) is not null:
                return Folding.RangeOf(b);
            default:
                return null;
        }
    }

    /// <summary>Bounds of the numbers in an array literal; null for everything else.</summary>
    private (Int128 Low, Int128 High)? ReachOf(Expression root)
    {
        if (root is not ArrayLiteral { Elements: [_, ..] elements }
            || !elements.All(e => IsSoft(e) && !HasSoftParts(e)))
            return null;
        var numbers = elements.Select(e => Bind(e, null)).OfType<BoundUntyped>().Select(u => u.Value).ToArray();
        return (numbers.Min(), numbers.Max());
    }

    private static (Int128 Low, Int128 High)? Within(Op op, (Int128 Low, Int128 High) a, (Int128 Low, Int128 High) b)
    {
        if (Int128.Max(Int128.Max(-a.Low, a.High), Int128.Max(-b.Low, b.High)) > uint.MaxValue)
            return null;
        if (op == Op.Shl)
            return a.Low < 0 || b.Low < 0 || b.High > 31 ? null : (a.Low << (int)b.Low, a.High << (int)b.High);
        if (op == Op.Add)
            return (a.Low + b.Low, a.High + b.High);
        if (op == Op.Sub)
            return (a.Low - b.High, a.High - b.Low);
        Int128[] corners = [a.Low * b.Low, a.Low * b.High, a.High * b.Low, a.High * b.High];
        return (corners.Min(), corners.Max());
    }

    /// <summary>
    /// The type that holds what a computation on loop variables comes to; its own when that is enough, or unknown.
    /// </summary>
    private static MirType Roomy(BoundExpression e)
    {
        if (!e.Type.IsInteger || Reach(e) is not var (low, high))
            return e.Type;
        return low < 0 && IsNegated(e)
            ? Folding.Common(e.Type, Folding.SmallestFor(low, high)) : Roomy(e.Type, low, high);
    }

    /// <summary>True where somebody wrote a minus before what is computed, and so means numbers below zero.</summary>
    private static bool IsNegated(BoundExpression e) => e switch
    {
        BoundUnary u => u.Op == Op.Neg,
        BoundIf { Else: { } otherwise } i => IsNegated(i.Then) || IsNegated(otherwise),
        BoundBlock { Tail: { } tail } => IsNegated(tail),
        BoundConversion { Kind: ConversionKind.Numeric, IsCast: false } c => IsNegated(c.Operand),
        BoundBinary b => IsNegated(b.Left) || IsNegated(b.Right),
        _ => false,
    };

    private static MirType Roomy(MirType type, Int128 low, Int128 high) =>
        low < 0 || Constants.Fits(type, high) ? type : Folding.SmallestFor(0, Int128.Min(high, uint.MaxValue));

    /// <summary>
    /// A value that nothing asks a type of, such as one that is printed, with room for what it comes to.
    /// </summary>
    private static BoundExpression WithRoom(BoundExpression e) =>
        Roomy(e) is var type && type != e.Type ? e is BoundBlock { Tail: { } tail } block
            ? block with { Tail = WithRoom(tail), Type = type } : Widen(e, type) : e;

    /// <summary>The type of a sum of elements of a source.</summary>
    private static MirType RoomyTotal(BoundExpression value, MirType type, ChainLoop loop)
    {
        if (!type.IsInteger || !Folding.TryConstant(loop.Most, out var count))
            return type;
        var each = Reach(value) ?? (!IsSoft(value) ? null : (0, Constants.MaxValue(value.Type)));
        return each is var (low, high) ? Roomy(type, low, high * count) : type;
    }

    /// <summary>The type of a fold's result, from what its function makes of its own result again and again.</summary>
    private static MirType RoomyFold(LocalSymbol result, BoundExpression initial, BoundExpression next, ChainLoop loop)
    {
        if (!Folding.TryConstant(loop.Most, out var count) || count > MostFoldedRounds
            || Reach(initial) is not { } reach)
            return result.Type;
        for (var i = 0; i < count && reach.High <= uint.MaxValue; i++)
        {
            result.Reach = reach;
            if (Reach(next) is not { } more)
            {
                result.Reach = null;
                return result.Type;
            }
            reach = (Int128.Min(reach.Low, more.Low), Int128.Max(reach.High, more.High));
        }
        result.Reach = null;
        return Roomy(result.Type, reach.Low, reach.High);
    }
}
